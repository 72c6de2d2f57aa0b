"""Frames: `u32 length, u8 kind, body`. Owns their shape and their bounds; knows no meaning.

A stream that breaks the rules ends its connection and nothing else.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

HEAD = struct.Struct("<IB")
HEAD_BYTES = HEAD.size
MOST_BYTES = 1 << 30
GREETING_BYTES = 4096

# hub → worker
WELCOME, DEFINE, CALLS, CREATE, VALUES, CANCEL, ANSWER, BYE, INSIDE, PLAIN_VALUES = range(10)
# worker → hub
HELLO, RESULTS, NUMBERED, GIVE_BACK, SUBMIT, METHODS, WANT, EXPORT, RELEASE, BLOCKED = range(16, 26)
REQUEST, YIELD, PRINT, READY, EVENTS, REFUSED, PLAIN_CALLS = range(26, 33)
LAST_KIND = PLAIN_CALLS


class BrokenStream(ConnectionError):
    """A peer sent what is no frame."""


def frame(kind: int, body: bytes) -> bytes:
    """The bytes of one frame."""
    return HEAD.pack(len(body), kind) + body


class Frames:
    """Splits a byte stream into (kind, body).

    The common case is one whole frame per read, and that is not copied twice.
    """

    __slots__ = ("most_bytes", "rest")

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.rest: bytes | bytearray = b""
        self.most_bytes = most_bytes

    def feed(self, received: bytes) -> Sequence[tuple[int, bytes | memoryview]]:
        """Frames that are whole now, in order; raises BrokenStream."""
        if self.rest:
            if isinstance(self.rest, bytearray):
                self.rest += received
                if len(self.rest) < self._wanted():
                    return ()
                received = bytes(self.rest)
            else:
                received = self.rest + received
        elif len(received) >= HEAD_BYTES:
            size, kind = HEAD.unpack_from(received)
            if size == len(received) - HEAD_BYTES and kind <= LAST_KIND:
                return ((kind, received[HEAD_BYTES:]),)
        return self._split(received)

    def _wanted(self) -> int:
        return HEAD.unpack_from(self.rest)[0] + HEAD_BYTES

    def _split(self, received: bytes) -> list[tuple[int, bytes | memoryview]]:
        found: list[tuple[int, bytes | memoryview]] = []
        at = 0
        count = len(received)
        view = memoryview(received)
        while count - at >= HEAD_BYTES:
            size, kind = HEAD.unpack_from(received, at)
            if size > self.most_bytes or kind > LAST_KIND:
                raise BrokenStream("a frame of kind {} and {} bytes".format(kind, size))
            end = at + HEAD_BYTES + size
            if end > count:
                break
            found.append((kind, view[at + HEAD_BYTES : end]))
            at = end
        rest = received[at:]
        # A long frame comes in many pieces: joined in place, not copied anew with each.
        long = len(rest) >= HEAD_BYTES and HEAD.unpack_from(rest)[0] > (1 << 18)
        self.rest = bytearray(rest) if long else rest
        return found
