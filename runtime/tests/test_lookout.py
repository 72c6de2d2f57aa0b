"""Looking before sleeping: what comes is had either way, and vain looks become rare."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from polyray.quirks import sockets
from polyray.quirks.sockets import MOST_MISSES, REST, Lookout

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    one, other = socket.socketpair()
    with one, other:
        yield one, other


def test_what_is_there_is_had_at_once(pair: Pair) -> None:
    pair[0].send(b"now")
    assert Lookout().receive(pair[1], 100) == b"now"


class Slow:
    """A peer that never answers while one looks, but always when one sleeps."""

    def __init__(self) -> None:
        self.looks = 0

    def recv(self, _count: int, flags: int = 0) -> bytes:
        if flags:
            self.looks += 1
            raise BlockingIOError
        return b"late"


def test_what_comes_late_is_awaited() -> None:
    lookout, slow = Lookout(), Slow()
    assert lookout.receive(slow, 100) == b"late"
    assert (lookout.misses, slow.looks) == (1, sockets.LOOKS)


def test_the_end_is_nothing(pair: Pair) -> None:
    pair[0].close()
    assert Lookout().receive(pair[1], 100) == b""


def test_vain_looks_become_rare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "LOOKS", 3)
    lookout, slow = Lookout(), Slow()
    for _ in range(MOST_MISSES + 10 * REST):
        assert lookout.receive(slow, 1) == b"late"
    assert slow.looks <= 3 * (MOST_MISSES + 11)


def test_reading_what_is_there_never_waits(pair: Pair) -> None:
    assert sockets.receive_now(pair[1], 100) is None
    pair[0].send(b"now")
    assert sockets.receive_now(pair[1], 100) == b"now"
    pair[0].close()
    assert sockets.receive_now(pair[1], 100) == b""
