"""Segment and Ring in pure Python: files below /dev/shm, read through a mapping.

Owns the layout of a ring: two 64-bit counters of bytes ever written and ever read, on cache lines
of their own, then the bytes. Numbers are little-endian and aligned to eight bytes. What has to be
one step for all processes is one under a lock of the file: slow, but right everywhere.
"""

import contextlib
import mmap
import os
import struct
import threading
import time

try:
    import fcntl
except ImportError:  # one process can use it then
    fcntl = None

NUMBER = struct.Struct("<Q")
LENGTH = struct.Struct("<I")
MASK = (1 << 64) - 1
LINE_BYTES = 64
HEAD_BYTES = 2 * LINE_BYTES
LOOK_S = 0.0005


class Segment:
    """A file that several processes read and write."""

    def __init__(self, path, size=None):
        flags = os.O_RDWR if size is None else os.O_RDWR | os.O_CREAT | os.O_EXCL
        self.path = path
        self.descriptor = os.open(path, flags, 0o600)
        try:
            if size is not None:
                os.ftruncate(self.descriptor, size)
            self.size = os.fstat(self.descriptor).st_size
        except BaseException:
            os.close(self.descriptor)
            if size is not None:
                os.unlink(path)
            raise
        self.mapping = None
        self.lock = threading.Lock()

    def write(self, offset, data):
        """Copy bytes to there. Through the file: the first touch of a page costs less that way."""
        part = memoryview(data).cast("B")
        self._within(offset, part.nbytes)
        with self.lock:
            os.lseek(self.descriptor, offset, os.SEEK_SET)
            while part.nbytes:
                part = part[os.write(self.descriptor, part) :]

    def read(self, offset, length):
        """A read-only view of so many bytes, where they lie."""
        self._within(offset, length)
        if self.mapping is None:
            self.mapping = memoryview(
                mmap.mmap(self.descriptor, self.size, access=mmap.ACCESS_READ)
            )
        return self.mapping[offset : offset + length]

    def number(self, offset):
        """The unsigned 64-bit number there."""
        with _alone(self.descriptor):  # copying eight bytes is not one step everywhere
            return self._number(offset)

    def _number(self, offset):
        return NUMBER.unpack(self.read(offset, 8))[0]

    def cas(self, offset, expected, new):
        """Set the number there to another one if it is the expected one; what was there before."""
        with _alone(self.descriptor):
            found = self._number(offset)
            if found == expected:
                self.write(offset, NUMBER.pack(new))
        return found

    def fetch_add(self, offset, amount):
        """Add to the number there, modulo 2**64; what was there before."""
        with _alone(self.descriptor):
            found = self._number(offset)
            self.write(offset, NUMBER.pack((found + amount) & MASK))
        return found

    def wait(self, offset, value, timeout_s):
        """Wait until the number there is another one; False after the timeout."""
        deadline = time.monotonic() + timeout_s
        while self.number(offset) == value:
            if time.monotonic() >= deadline:
                return False
            time.sleep(LOOK_S)
        return True

    def wake(self, offset):
        """Nothing: who waits looks by itself."""

    def close(self):
        """Views of it stay usable."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _within(self, offset, length):
        if offset < 0 or length < 0 or offset + length > self.size:
            message = "bytes {} to {} of a segment of {}"
            raise ValueError(message.format(offset, offset + length, self.size))


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
        if offset % 8 or offset + HEAD_BYTES + capacity > segment.size:
            raise ValueError(
                "no ring of {} bytes at {} of {}".format(capacity, offset, segment.path)
            )
        self.segment, self.capacity = segment, capacity
        self.written, self.taken = offset, offset + LINE_BYTES
        self.start = offset + HEAD_BYTES

    def write(self, frame):
        """Add a frame; False where there is no room for it now. Raises ValueError if never."""
        needed = LENGTH.size + len(frame)
        if needed > self.capacity:
            raise ValueError(
                "a frame of {} bytes in a ring of {}".format(len(frame), self.capacity)
            )
        written = self.segment.number(self.written)
        if needed > self.capacity - (written - self.segment.number(self.taken)):
            return False
        self._put(written, LENGTH.pack(len(frame)) + frame)
        self.segment.fetch_add(self.written, needed)  # last: now it is there
        self.segment.wake(self.written)
        return True

    def frames(self):
        """All frames that are whole, in order; their room is free afterwards."""
        taken, written = self.segment.number(self.taken), self.segment.number(self.written)
        data, found, at = self._bytes(taken, written - taken), [], 0
        while at < len(data):
            (length,) = LENGTH.unpack_from(data, at)
            at += LENGTH.size
            found.append(data[at : at + length])
            at += length
        if found:
            self.segment.fetch_add(self.taken, len(data))
            self.segment.wake(self.taken)
        return found

    def wait(self, timeout_s):
        """Wait until there is a frame; False after the timeout."""
        return self.segment.wait(self.written, self.segment.number(self.taken), timeout_s)

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
