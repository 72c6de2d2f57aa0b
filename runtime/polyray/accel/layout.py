"""Where things lie in memory that processes share: runtime/native/LAYOUT.md in numbers.

Owns the version; peers with different ones never share memory.
"""

LAYOUT = 2
IDENTITY = LAYOUT << 32 | int.from_bytes(b"PLYR", "little")

LINE_BYTES = 64
CAPACITY = 8
WRITTEN = LINE_BYTES
ASLEEP = LINE_BYTES + 8
TAKEN = 2 * LINE_BYTES
FULL = 2 * LINE_BYTES + 8
HEAD_BYTES = 3 * LINE_BYTES

LENGTH_BYTES = 4
LEAST_CAPACITY = 8
MOST_CAPACITY = 1 << 30

# States of a side of a ring.
AWAKE, WAITS, DOZES = range(3)

# What became of a frame.
NO_ROOM, DONE, TELL = range(3)


def refuse(what, *numbers):
    """Raise the ValueError of an argument that does not fit."""
    raise ValueError(what.format(*numbers))


def within(offset, length, size):
    """Refuse bytes that do not lie within a segment of that size."""
    if offset < 0 or length < 0 or offset + length > size:
        refuse("bytes {} to {} of a segment of {}", offset, offset + length, size)


def aligned(offset):
    """Refuse a place at which no number can lie."""
    if offset % 8:
        refuse("no number lies at {}: it is not aligned to 8 bytes", offset)


def ring_fits(offset, capacity, segment):
    """Refuse a ring that does not fit into its segment."""
    fits = LEAST_CAPACITY <= capacity <= MOST_CAPACITY and offset >= 0 and not offset % 8
    if not fits or offset + HEAD_BYTES + capacity > segment.size:
        refuse("no ring of {} bytes at {} of {}", capacity, offset, segment.path)


def other_ring(found, path):
    """Refuse what begins with something else than a ring of this layout."""
    if found not in (0, IDENTITY):
        refuse("what lies in {} is no ring of layout {}", path, LAYOUT)


def other_capacity(found, capacity, path):
    """Refuse a ring that was made with another capacity."""
    if found not in (0, capacity):
        refuse("the ring in {} was made with another capacity than {}", path, capacity)


def never_fits(length, capacity):
    """Refuse a frame for which there can be no room."""
    refuse("a frame of {} bytes in a ring of {}", length, capacity)


def broken(path):
    """Refuse what a peer has written into a ring."""
    raise ConnectionError("the ring in {} holds what no writer makes".format(path))
