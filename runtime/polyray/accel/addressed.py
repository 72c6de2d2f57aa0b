"""Segment and Ring over functions that take addresses: ctypes, cffi, and what is linked in.

Owns no memory layout: files, views and errors are those of `pure`, everything in shared memory is
the core's. A *library* has the core's functions (NAMES, and `ring_take` unless its Ring has another
way to its frames), and

    address_of(mapping)   where a writable mapping lies, as something to which an offset can be
                          added, and what keeps that valid
    borrowed(data)        what the function takes for a pointer to these bytes, or None where that
                          takes a copy
    room(count)           bytes to be filled, and what gives slices of them
    numbers(count)        numbers to be filled
    listed(numbers, count)
"""

import mmap
import os
import time

from polyray.accel import layout, pure

SPINS = 2000  # looks before one sleeps, where there are processors for both sides
MOST_FRAMES = 256
LONGEST_NS = 1 << 62

# Of the core's functions, without `polyray_`, those that every library has.
NAMES = (
    "copy",
    "prefault",
    "load",
    "cas",
    "add",
    "wait",
    "wake",
    "ring_open",
    "ring_write",
    "ring_wait",
    "ring_wait_for_room",
    "ring_doze",
)

# What they say.
NEVER, BROKEN, OTHER_LAYOUT, OTHER_CAPACITY = -1, -2, -3, -4


def classes(library):
    """Segment and Ring upon a library."""
    segment = type("Segment", (Segment,), {"library": library, "spins": useful_spins()})
    return segment, Ring


def useful_spins():
    """How often to look before one sleeps: not at all where only one side can run."""
    try:
        processors = len(os.sched_getaffinity(0))
    except (AttributeError, OSError):
        processors = os.cpu_count() or 1
    return SPINS if processors > 1 else 0


def waited(once, timeout_s):
    """Wait by `once(ns)`, which says 1, 0, or -1 to let signal handlers run."""
    until_s = time.monotonic() + timeout_s
    while True:
        left_s = max(0.0, until_s - time.monotonic())
        ended = once(int(min(left_s * 1e9, LONGEST_NS)))
        if ended >= 0:
            return bool(ended)


class Segment(pure.Segment):
    """A file that several processes read and write."""

    library = None
    spins = 0

    def __init__(self, path, size=None):
        super().__init__(path, size)
        self.pages = self.base = self.held = None
        self.present = False

    def write(self, offset, data):
        """Copy bytes to there: through the file until every page is there."""
        if not self.present:
            super().write(offset, data)
            return
        self._open()
        part = memoryview(data).cast("B")
        layout.within(offset, part.nbytes, self.size)
        borrowed = self.library.borrowed(data)
        if borrowed is None:  # cheaper than a copy that is copied
            super().write(offset, data)
        else:
            self.library.copy(self.base + offset, borrowed, part.nbytes)

    def _mapped(self):
        self.pages = mmap.mmap(self.descriptor, self.size)
        self.base, self.held = self.library.address_of(self.pages)
        return memoryview(self.pages).toreadonly()

    def prefault(self):
        """Have every page now; later writes are plain copies."""
        self._open()
        if self.present or not self.size:
            return
        self.read(0, 0)  # maps it
        error = self.library.prefault(self.descriptor, self.base, self.size)
        if error:
            raise OSError(error, os.strerror(error), self.path)
        self.present = True

    def address(self, offset, *values):
        """Where a number lies; `values` are to be compared with it or to replace it."""
        self._check_number(offset, *values)
        if not self.present:
            self.prefault()
        return self.base + offset

    def number(self, offset):
        """The unsigned 64-bit number there."""
        return self.library.load(self.address(offset))

    def cas(self, offset, expected, new):
        """Set the number there to another one if it is the expected one; what was there before."""
        return self.library.cas(self.address(offset, expected, new), expected, new)

    def fetch_add(self, offset, amount):
        """Add to the number there, modulo 2**64; what was there before."""
        return self.library.add(self.address(offset), amount & pure.MASK)

    def wait(self, offset, value, timeout_s):
        """Wait until the number there is another one; False after the timeout."""
        at, wait, spins = self.address(offset, value), self.library.wait, self.spins
        return waited(lambda left_ns: wait(at, value, spins, left_ns), timeout_s)

    def wake(self, offset):
        """Let those who wait there look."""
        self.library.wake(self.address(offset))


class Ring:
    """Frames from one writer to one reader."""

    def __init__(self, segment, offset, capacity):
        layout.ring_fits(offset, capacity, segment)
        self.segment, self.capacity, self.library = segment, capacity, segment.library
        self.head = segment.address(offset)
        refused = self.library.ring_open(self.head, capacity)
        if refused == OTHER_LAYOUT:
            layout.other_ring(-1, segment.path)
        if refused == OTHER_CAPACITY:
            layout.other_capacity(-1, capacity, segment.path)
        self.into = self.ends = self.view = None

    def write(self, frame):
        """Add a frame: DONE, TELL or NO_ROOM; ValueError where there never is any."""
        self.segment._open()
        if type(frame) is not bytes:
            frame = bytes(frame)
        wrote = self.library.ring_write(self.head, self.capacity, frame, len(frame))
        if wrote >= 0:
            return wrote
        if wrote == NEVER:
            layout.never_fits(len(frame), self.capacity)
        return layout.broken(self.segment.path)

    def frames(self):
        """All frames that are whole, in order; their room is free afterwards."""
        self.segment._open()
        if self.into is None:
            self.into, self.view = self.library.room(self.capacity)
            self.ends = self.library.numbers(MOST_FRAMES)
        found, count = [], MOST_FRAMES
        while count == MOST_FRAMES:
            count = self.library.ring_take(
                self.head, self.capacity, self.into, self.capacity, self.ends, MOST_FRAMES
            )
            if count < 0:
                layout.broken(self.segment.path)
            at = 0
            for end in self.library.listed(self.ends, count):
                found.append(bytes(self.view[at:end]))
                at = end
        return found

    def wait(self, timeout_s):
        """Wait until there is a frame; False after the timeout."""
        self.segment._open()
        wait, at, size, spins = self.library.ring_wait, self.head, self.capacity, self.segment.spins
        return waited(lambda left_ns: wait(at, size, spins, left_ns), timeout_s)

    def wait_for_room(self, length, timeout_s):
        """Wait until the reader has taken something, unless such a frame has room now."""
        self.segment._open()
        wait, at, size = self.library.ring_wait_for_room, self.head, self.capacity
        length, spins = min(length, size), self.segment.spins
        return waited(lambda left_ns: wait(at, size, length, spins, left_ns), timeout_s)

    def doze(self):
        """Say that the reader is about to sleep elsewhere; False if there is a frame already."""
        self.segment._open()
        return bool(self.library.ring_doze(self.head, self.capacity))
