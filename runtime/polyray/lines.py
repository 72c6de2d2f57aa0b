"""A worker's way to the hub and back: its socket, or the rings beside it.

Owns how a worker waits for what the hub says. One thread reads at a time, and one writes.
"""

from __future__ import annotations

import os
import selectors
import socket
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

from polyray import accel
from polyray.channel import READ_BYTES
from polyray.quirks.polling import IN, poller
from polyray.quirks.sockets import LookingSelector, Lookout, receive_now, send_now
from polyray.rings import PIECE, POKE, TOLD_BYTES

if TYPE_CHECKING:
    from threading import Lock

    from polyray.quirks.sockets import Found
    from polyray.rings import Pair

ROOM_LOOK_S = 0.2  # who waits for room looks this often whether the hub is still there


class Line:
    """A socket."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.lookout = Lookout()

    def send(self, data: bytes) -> None:
        """Send all of it, waiting where it has to; raises OSError once the hub is gone."""
        self.sock.sendall(data)

    def receive(self) -> Sequence[bytes]:
        """Pieces of the stream, waiting for them; none once the hub is gone."""
        received = self.lookout.receive(self.sock, READ_BYTES)
        return (received,) if received else ()

    def receive_now(self) -> Sequence[bytes] | None:
        """What has come; None where nothing has, and no pieces once the hub is gone."""
        received = receive_now(self.sock, READ_BYTES)
        return None if received is None else (received,) if received else ()

    def readable(self, timeout_s: float) -> bool:
        """Is there something within so long, if only the end?"""
        one = poller()
        one.register(self.sock.fileno(), IN)
        return bool(one.poll(int(timeout_s * 1000)))

    def dozes(self) -> bool:
        """Will whoever sleeps at the socket hear of what comes? Not where something has come."""
        return True

    def selector(self, _reading: Lock) -> LookingSelector:
        """What an event loop waits by in which this line is read, by who holds the lock."""
        return LookingSelector()


class RingLine(Line):
    """Rings: from the hub, to the hub."""

    def __init__(self, sock: socket.socket, rings: Pair) -> None:
        super().__init__(sock)
        self.inbound, self.outbound = rings
        self.taken = 0  # bytes since the hub was told that there is room
        self.found: Sequence[bytes] = ()  # by looking, and not received yet

    def send(self, data: bytes) -> None:
        """Write all of it, waiting for room; raises OSError once the hub is gone."""
        if len(data) <= PIECE:
            self._write(data)
            return
        for at in range(0, len(data), PIECE):
            self._write(data[at : at + PIECE])

    def _write(self, piece: bytes) -> None:
        try:
            said = self.outbound.write(piece)
            while said == accel.NO_ROOM:
                if not self.outbound.wait_for_room(len(piece), ROOM_LOOK_S):
                    self._poke()  # an error where nobody is there any more
                said = self.outbound.write(piece)
        except ConnectionError as error:
            _end(error)
        if said == accel.TELL:
            self._poke()

    def _poke(self) -> None:
        try:
            send_now(self.sock, POKE)
        except BlockingIOError:  # it has pokes enough
            pass

    def waits(self) -> bool:
        """Is there something in the ring? It is received by the next who asks."""
        if not self.found:
            try:
                self.found = self.inbound.frames()
            except ConnectionError as error:
                _end(error)
            for piece in self.found:
                self.taken += len(piece)
            if self.taken >= TOLD_BYTES:
                self.taken = 0
                self._poke()
        return bool(self.found)

    def _take(self) -> Sequence[bytes]:
        found, self.found = self.found, ()
        return found

    def receive(self) -> Sequence[bytes]:
        """Pieces of the stream, waiting for them; none once the hub is gone."""
        lookout, lives = self.lookout, True
        while lives and not self.found:
            if lookout.looks and self.inbound.wait(0.0):
                lookout.misses = 0
            else:
                lookout.misses += 1
                lives = not self.inbound.doze() or bool(self.sock.recv(READ_BYTES))
            self.waits()
        return self._take()

    def receive_now(self) -> Sequence[bytes] | None:
        """What has come; None where nothing has, and no pieces once the hub is gone."""
        if not self.waits():
            pokes = receive_now(self.sock, READ_BYTES)
            if not self.waits() and pokes != b"":
                return None
        return self._take()

    def readable(self, timeout_s: float) -> bool:
        """Is there something within so long, if only a poke or the end?"""
        return not self.dozes() or super().readable(timeout_s)

    def dozes(self) -> bool:
        """Will whoever sleeps at the socket hear of what comes? Not where something has come."""
        return not self.found and self.inbound.doze()

    def selector(self, reading: Lock) -> LookingSelector:
        """What an event loop waits by in which this line is read, by who holds the lock."""
        return RingSelector(self, reading)


def _end(error: ConnectionError) -> NoReturn:
    """End a worker that can no longer hear the hub, or be heard: what it had runs elsewhere."""
    if type(error) is ConnectionError:  # of the ring, not of the socket
        os.write(2, "polyray: {}\n".format(error).encode())
    os._exit(1)


class RingSelector(LookingSelector):
    """For which a socket is readable where there is something in the ring beside it."""

    def __init__(self, line: RingLine, reading: Lock) -> None:
        super().__init__()
        self.line, self.reading = line, reading

    def found(self, timeout: float | None) -> Found:
        """What is ready within that time."""
        if self._waits():
            key = self.get_key(self.line.sock.fileno())
            return [*super().found(0), (key, selectors.EVENT_READ)]
        if timeout != 0 and not self.line.dozes():
            timeout = 0
        return super().found(timeout)

    def _waits(self) -> bool:
        if not self.reading.acquire(False):  # another thread reads for all
            return False
        try:
            return self.line.waits()
        finally:
            self.reading.release()
