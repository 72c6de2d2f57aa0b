"""Accelerators: what works on memory that processes share, behind one interface.

An accelerator owns the memory that it speeds up, because not every native route can borrow
another object's. Each call replaces work worth more than the call. The pure implementation is
`pure`, the reference for all others; native routes are built by runtime/native and chosen by
`choice`. `ROUTE` says which one this process has, `WHY` why.

Segment(path, size=None): a file of shared memory, made with that size or opened.
    size, path
    write(offset, data)          bytes-like, copied to there; ValueError beyond the end
    read(offset, length)         a read-only view, where it lies
    number(offset)               the unsigned 64-bit number there; offsets are multiples of eight
    cas(offset, expected, new)   compare and set such a number; what was there before
    fetch_add(offset, amount)    add to such a number, modulo 2**64; what was there before
    wait(offset, value, timeout_s)  until the number there is another one; False after the timeout
    wake(offset)                 let those who wait there look
    prefault()                   have every page now: later writes are copies at memory speed
    close()                      read-only views stay usable; everything else is a ValueError

Ring(segment, offset, capacity): frames from one process to another, in a part of a segment.
    write(frame)                 NO_ROOM now, DONE, or TELL: the reader dozes and has to be told;
                                 ValueError where there never is room
    frames()                     all frames that are whole, in order
    wait(timeout_s)              until there is a frame; False after the timeout
    wait_for_room(length, timeout_s)  until the reader takes something, if there is no room now
    doze()                       the reader is about to sleep elsewhere; False if there is a frame
    segment, capacity
What a peer has written and no ring can hold is a ConnectionError; another layout, a ValueError.

crc32c(data, before=0): the checksum of bytes behind others with that checksum.
"""

from polyray.accel.choice import chosen
from polyray.accel.layout import DONE, HEAD_BYTES, LAYOUT, NO_ROOM, TELL

_route, WHY = chosen()
ROUTE, Segment, Ring, crc32c = _route.name, _route.Segment, _route.Ring, _route.crc32c

__all__ = [
    "DONE",
    "HEAD_BYTES",
    "LAYOUT",
    "NO_ROOM",
    "ROUTE",
    "TELL",
    "WHY",
    "Ring",
    "Segment",
    "crc32c",
]
