"""Looking before sleeping: what comes is had either way, and vain looks become rare."""

from __future__ import annotations

import socket
import threading
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


def test_what_comes_late_is_awaited(pair: Pair) -> None:
    timer = threading.Timer(0.1, pair[0].send, (b"late",))
    timer.start()
    lookout = Lookout()
    assert lookout.receive(pair[1], 100) == b"late"
    assert lookout.misses == 1
    timer.join()


def test_the_end_is_nothing(pair: Pair) -> None:
    pair[0].close()
    assert Lookout().receive(pair[1], 100) == b""


def test_vain_looks_become_rare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "LOOKS", 3)
    tried = []

    class Slow:
        """A peer that never answers while one looks."""

        def recv(self, _count: int, flags: int = 0) -> bytes:
            if flags:
                tried.append(flags)
                raise BlockingIOError
            return b"x"

    lookout, slow = Lookout(), Slow()
    for _ in range(MOST_MISSES + 10 * REST):
        assert lookout.receive(slow, 1) == b"x"
    assert len(tried) <= 3 * (MOST_MISSES + 11)
