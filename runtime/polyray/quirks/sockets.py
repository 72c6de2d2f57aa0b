"""How to write to a socket without waiting, and to read from it without sleeping too early."""

from __future__ import annotations

import os
import selectors
import socket
from typing import TYPE_CHECKING

from polyray.quirks.polling import IN, poller

if TYPE_CHECKING:
    Found = list[tuple[selectors.SelectorKey, int]]

# GraalPy has no such flag: there the hub's sockets are non-blocking altogether.
DONT_WAIT: int | None = getattr(socket, "MSG_DONTWAIT", None)


def prepared(sock: socket.socket) -> socket.socket:
    """A socket of the hub, as it has to be for `send_now`."""
    if DONT_WAIT is None:
        sock.setblocking(False)
    return sock


def send_now(sock: socket.socket, data: bytes | bytearray) -> int:
    """How many bytes could be sent at once; raises BlockingIOError if none."""
    return sock.send(data) if DONT_WAIT is None else sock.send(data, DONT_WAIT)


def _processors() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def receive_now(sock: socket.socket, count: int) -> bytes | None:
    """What has come, or None where nothing has; nothing at all once the peer is gone."""
    if DONT_WAIT is None:
        one = poller()
        one.register(sock.fileno(), IN)
        return sock.recv(count) if one.poll(0) else None
    try:
        return sock.recv(count, DONT_WAIT)
    except BlockingIOError:
        return None


# To be woken costs more than to look this often: sixty looks are some 60 to 120 microseconds.
LOOKS = 60 if DONT_WAIT is not None and _processors() > 1 else 0
MOST_MISSES = 8
REST = 32


class Lookout:
    """Looks a few times whether something has come before its owner sleeps.

    Where that was in vain several times running, the other side is slow or the processors are busy:
    then it looks only once in a while.
    """

    __slots__ = ("misses",)

    def __init__(self) -> None:
        self.misses = 0

    @property
    def looks(self) -> int:
        """How often to look now."""
        return LOOKS if self.misses < MOST_MISSES or not self.misses % REST else 0

    def receive(self, sock: socket.socket, count: int) -> bytes:
        """What has come, as `recv`; sleeps until something has."""
        for _ in range(self.looks):
            received = receive_now(sock, count)
            if received is not None:
                self.misses = 0
                return received
        self.misses += 1
        return sock.recv(count)


class LookingSelector(selectors.DefaultSelector):
    """The selector of an event loop that looks before it sleeps."""

    def __init__(self) -> None:
        super().__init__()
        self.lookout = Lookout()

    def select(self, timeout: float | None = None) -> Found:
        """As any selector's."""
        if timeout is None or timeout > 0:
            for _ in range(self.lookout.looks):
                found = self.found(0)
                if found:
                    self.lookout.misses = 0
                    return found
            self.lookout.misses += 1
        return self.found(timeout)

    def found(self, timeout: float | None) -> Found:
        """What is ready within that time."""
        return super().select(timeout)
