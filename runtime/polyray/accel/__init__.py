"""Accelerators: what works on memory that processes share, behind one interface.

An accelerator owns the memory that it speeds up, because not every native route can borrow
another object's. Each call replaces work worth more than the call. The pure implementation is
`pure`; a native one offers the same two classes and is chosen by `ROUTE`.

Segment(path, size=None): a file of shared memory, made with that size or opened.
    size, path
    write(offset, data)          bytes-like, copied to there; ValueError beyond the end
    read(offset, length)         a read-only view, where it lies
    cas(offset, expected, new)   compare and set an unsigned 64-bit number; what was there before
    fetch_add(offset, amount)    add to such a number, modulo 2**64; what was there before
    wait(offset, value, timeout_s)  until the number there is another one; False after the timeout
    wake(offset)                 let those who wait there look
    close()                      read-only views stay usable

Ring(segment, offset, capacity): frames from one process to another, in a part of a segment.
    write(frame)                 False where there is no room now; ValueError where there never is
    frames()                     all frames that are whole, in order
    wait(timeout_s)              until there is a frame
"""

from polyray.accel.pure import Ring, Segment

ROUTE = "pure"

__all__ = ["ROUTE", "Ring", "Segment"]
