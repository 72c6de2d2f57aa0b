"""Segment and Ring in pure Python: files below /dev/shm, read through a mapping.

The reference for all routes. What has to be one step for all processes is one under a lock of the
file: slow, but right everywhere. Who waits looks again and again.
"""

import contextlib
import mmap
import os
import struct
import sys
import threading
import time

from polyray.accel import layout

try:
    import fcntl
except ImportError:  # one process can use it then
    fcntl = None

LAYOUT = layout.LAYOUT
NUMBER = struct.Struct("<Q")
LENGTH = struct.Struct("<I")
MASK = (1 << 64) - 1
LOOK_S = 0.0005
# PyPy copies into a mapping byte by byte, slower than it writes; the others were not tried.
COPIES = sys.implementation.name == "cpython" and hasattr(os, "posix_fallocate")
POPULATE_WRITE = 23  # Linux's MADV_POPULATE_WRITE
AT_ONCE = 16 << 20


class Segment:
    """A file that several processes read and write."""

    def __init__(self, path, size=None):
        if size is not None and size < 0:
            layout.refuse("a segment of {} bytes", size)
        flags = os.O_RDWR if size is None else os.O_RDWR | os.O_CREAT | os.O_EXCL
        self.path = path
        self.descriptor = os.open(path, flags, 0o600)
        try:
            if size is not None:
                os.ftruncate(self.descriptor, size)
            self.size = os.fstat(self.descriptor).st_size
            self.mapping = self.pages = None
            self.lock = threading.Lock()
        except BaseException:
            os.close(self.descriptor)
            if size is not None:
                os.unlink(path)
            raise

    def write(self, offset, data):
        """Copy bytes to there: through the file until every page is there."""
        self._open()
        part = memoryview(data).cast("B")
        layout.within(offset, part.nbytes, self.size)
        if self.mapping is not None and part.obj is self.mapping.obj:
            part = memoryview(bytes(part))  # the kernel would overwrite what it has still to read
        if self.pages is not None:
            for at in range(0, part.nbytes, AT_ONCE):  # other threads may run in between
                some = part[at : at + AT_ONCE]
                self.pages[offset + at : offset + at + some.nbytes] = some
            return
        with self.lock:
            os.lseek(self.descriptor, offset, os.SEEK_SET)
            while part.nbytes:
                part = part[os.write(self.descriptor, part) :]

    def read(self, offset, length):
        """A read-only view of so many bytes, where they lie."""
        self._open()
        layout.within(offset, length, self.size)
        if self.mapping is None:
            self.mapping = memoryview(self._mapped()) if self.size else memoryview(b"")
        return self.mapping[offset : offset + length]

    def _mapped(self):
        return mmap.mmap(self.descriptor, self.size, access=mmap.ACCESS_READ)

    def prefault(self):
        """Have every page now; later writes are copies into a mapping, where that is faster."""
        self._open()
        if COPIES and self.pages is None and self.size:
            os.posix_fallocate(self.descriptor, 0, self.size)
            pages = mmap.mmap(self.descriptor, self.size)
            try:
                pages.madvise(POPULATE_WRITE)
            except (OSError, AttributeError):  # an older kernel, another system: one by one then
                pass
            self.pages = memoryview(pages)

    def number(self, offset):
        """The unsigned 64-bit number there."""
        self._check_number(offset)
        with _alone(self.descriptor):  # copying eight bytes is not one step everywhere
            return self._number(offset)

    def _number(self, offset):
        return NUMBER.unpack(self.read(offset, 8))[0]

    def _check_number(self, offset, *values):
        self._open()
        layout.within(offset, 8, self.size)
        layout.aligned(offset)
        for value in values:
            if not 0 <= value <= MASK:
                raise OverflowError("{} is no unsigned 64-bit number".format(value))

    def cas(self, offset, expected, new):
        """Set the number there to another one if it is the expected one; what was there before."""
        self._check_number(offset, expected, new)
        with _alone(self.descriptor):
            found = self._number(offset)
            if found == expected:
                self.write(offset, NUMBER.pack(new))
        return found

    def fetch_add(self, offset, amount):
        """Add to the number there, modulo 2**64; what was there before."""
        self._check_number(offset)
        with _alone(self.descriptor):
            found = self._number(offset)
            self.write(offset, NUMBER.pack((found + amount) & MASK))
        return found

    def wait(self, offset, value, timeout_s):
        """Wait until the number there is another one; False after the timeout."""
        self._check_number(offset, value)
        deadline = time.monotonic() + timeout_s
        while self.number(offset) == value:
            if time.monotonic() >= deadline:
                return False
            time.sleep(LOOK_S)
        return True

    def wake(self, offset):
        """Nothing: who waits looks by itself."""
        self._check_number(offset)

    def close(self):
        """Views of it stay usable."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1
            self.pages = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _open(self):
        if self.descriptor < 0:
            layout.refuse("the segment {} is closed", self.path)


_threads = threading.Lock()


@contextlib.contextmanager
def _alone(descriptor):
    """One thread of one process at a time, for this file."""
    with _threads:
        if fcntl is not None:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        try:
            yield
        finally:
            if fcntl is not None:
                fcntl.flock(descriptor, fcntl.LOCK_UN)


class Ring:
    """Frames from one writer to one reader; each side keeps its own counter and reads the other."""

    def __init__(self, segment, offset, capacity):
        layout.ring_fits(offset, capacity, segment)
        layout.other_ring(segment.cas(offset, 0, layout.IDENTITY), segment.path)
        found = segment.cas(offset + layout.CAPACITY, 0, capacity)
        layout.other_capacity(found, capacity, segment.path)
        self.segment, self.capacity = segment, capacity
        self.written, self.taken = offset + layout.WRITTEN, offset + layout.TAKEN
        self.asleep = offset + layout.ASLEEP
        self.start = offset + layout.HEAD_BYTES

    def write(self, frame):
        """Add a frame: DONE, TELL or NO_ROOM; ValueError where there never is any."""
        frame = bytes(frame)
        needed = LENGTH.size + len(frame)
        if needed > self.capacity:
            layout.never_fits(len(frame), self.capacity)
        written = self.segment.number(self.written)
        if needed > self.capacity - self._used(written):
            return layout.NO_ROOM
        self._put(written, LENGTH.pack(len(frame)) + frame)
        self.segment.fetch_add(self.written, needed)  # last: now it is there
        dozes = self.segment.cas(self.asleep, layout.DOZES, layout.AWAKE) == layout.DOZES
        return layout.TELL if dozes else layout.DONE

    def frames(self):
        """All frames that are whole, in order; their room is free afterwards."""
        taken = self.segment.number(self.taken)
        data, found, at = self._bytes(taken, self._used()), [], 0
        while at < len(data):
            start = at + LENGTH.size
            if start > len(data):
                layout.broken(self.segment.path)
            at = start + LENGTH.unpack_from(data, start - LENGTH.size)[0]
            if at > len(data):
                layout.broken(self.segment.path)
            found.append(data[start:at])
        if found:
            self.segment.fetch_add(self.taken, len(data))
        return found

    def wait(self, timeout_s):
        """Wait until there is a frame; False after the timeout."""
        return self.segment.wait(self.written, self.segment.number(self.taken), timeout_s)

    def wait_for_room(self, length, timeout_s):
        """Wait until the reader has taken something, unless such a frame has room now."""
        taken = self.segment.number(self.taken)
        if LENGTH.size + length <= self.capacity - self._used():
            return True
        return self.segment.wait(self.taken, taken, timeout_s)

    def doze(self):
        """Say that the reader is about to sleep elsewhere; False if there is a frame already."""
        state = self.segment.number(self.asleep)
        self.segment.cas(self.asleep, state, layout.DOZES)
        if not self._used():
            return True
        self.segment.cas(self.asleep, layout.DOZES, layout.AWAKE)
        return False

    def _used(self, written=None):
        written = self.segment.number(self.written) if written is None else written
        used = (written - self.segment.number(self.taken)) & MASK
        if used > self.capacity:
            layout.broken(self.segment.path)
        return used

    def _put(self, position, data):
        at = position % self.capacity
        first = min(len(data), self.capacity - at)
        self.segment.write(self.start + at, data[:first])
        if first < len(data):
            self.segment.write(self.start, data[first:])

    def _bytes(self, position, count):
        at = position % self.capacity
        first = min(count, self.capacity - at)
        data = bytes(self.segment.read(self.start + at, first))
        return data + bytes(self.segment.read(self.start, count - first))


_TABLE = []


def crc32c(data, before=0):
    """CRC-32C of bytes behind others with that checksum (RFC 3720, appendix B.4)."""
    if not _TABLE:
        for byte in range(256):
            for _ in range(8):
                byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
            _TABLE.append(byte)
    table, crc = _TABLE, before ^ 0xFFFFFFFF
    for byte in memoryview(data).cast("B"):
        crc = crc >> 8 ^ table[crc & 255 ^ byte]
    return crc ^ 0xFFFFFFFF
