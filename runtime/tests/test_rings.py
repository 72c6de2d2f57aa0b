"""Rings beside a socket: both ends in one process, on the route that there is, pure or native."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from polyray import accel, rings, store, wire
from polyray.accel import layout
from polyray.channel import Link
from polyray.lines import Line, RingLine, RingSelector
from polyray.quirks.sockets import Lookout
from polyray.rings import CAPACITY, PIECE, TOLD_BYTES, Offer, RingLink, agreed

HUGE = 5 * CAPACITY + 3


@pytest.fixture
def native(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if this process had a native route."""
    if accel.ROUTE == rings.PURE:
        monkeypatch.setattr(accel, "ROUTE", "other")


@pytest.fixture
def ends(native: None) -> Iterator[tuple[RingLink, RingLine]]:
    """The hub's end and the worker's."""
    here, there = socket.socketpair()
    offer = Offer(os.getpid())
    pair, _ = agreed(offer.words, 0)
    assert pair is not None
    link, line = RingLink(Link(here), pair), RingLine(there, offer.taken())
    yield link, line
    link.close()
    there.close()
    offer.refused()


def read_by_hub(link: RingLink, frames: wire.Frames) -> list[tuple[int, bytes]]:
    """What the hub finds when it looks once."""
    found: list[tuple[int, bytes]] = []
    for piece in link.inbound.frames():
        found += [(kind, bytes(body)) for kind, body in frames.feed(piece)]
    link.refill()
    return found


def read_by_worker(line: RingLine, wanted: int) -> list[tuple[int, bytes]]:
    """So many frames, as a worker reads them."""
    frames = wire.Frames()
    found: list[tuple[int, bytes]] = []
    while len(found) < wanted:
        pieces = line.receive()
        assert pieces
        for piece in pieces:
            found += [(kind, bytes(body)) for kind, body in frames.feed(piece)]
    return found


def bodies(count: int) -> list[bytes]:
    """Of all sizes: none, short, as long as a piece and around, longer than the ring."""
    sizes = [0, 1, 7, 300, PIECE - 6, PIECE - 5, PIECE - 4, PIECE, CAPACITY, HUGE]
    return [bytes([n % 251]) * sizes[n % len(sizes)] for n in range(count)]


def test_the_hub_never_waits_and_a_worker_gets_all_in_order(
    ends: tuple[RingLink, RingLine],
) -> None:
    link, line = ends
    sent = bodies(60)
    for body in sent:
        assert not link.send(wire.frame(wire.CALLS, body))
    assert link.kept  # more than there is room for
    got: list[tuple[int, bytes]] = []
    reader = threading.Thread(target=lambda: got.extend(read_by_worker(line, len(sent))))
    reader.start()
    while link.kept:
        assert link.poked()  # the worker tells of room
        link.refill()
    reader.join(60)
    assert got == [(wire.CALLS, body) for body in sent]


def test_a_worker_waits_for_room_and_the_hub_gets_all_in_order(
    ends: tuple[RingLink, RingLine],
) -> None:
    link, line = ends
    sent = bodies(60)

    def send() -> None:
        for body in sent:
            line.send(wire.frame(wire.RESULTS, body))

    writer = threading.Thread(target=send)
    writer.start()
    frames = wire.Frames()
    got: list[tuple[int, bytes]] = []
    lookout = Lookout()
    while len(got) < len(sent):
        assert link.await_some(lookout)
        got += read_by_hub(link, frames)
    writer.join(60)
    assert got == [(wire.RESULTS, body) for body in sent]


def test_the_hub_is_told_of_room_by_the_shortest_frames_too(
    ends: tuple[RingLink, RingLine],
) -> None:
    link, line = ends
    short, count = wire.frame(wire.BYE, b""), 0
    while not link.kept:
        link.send(short)
        count += 1
    assert len(read_by_worker(line, count - 1)) >= count - 1
    link.sock.setblocking(False)
    assert link.sock.recv(100).startswith(rings.POKE)
    link.refill()
    assert not link.kept
    assert line.receive() == [short]
    assert (count - 1) * len(short) >= TOLD_BYTES


@pytest.mark.parametrize("how", ["receive", "receive_now"])
def test_what_a_dead_hub_has_written_is_read_before_its_end(
    how: str, ends: tuple[RingLink, RingLine]
) -> None:
    link, line = ends
    link.send(wire.frame(wire.BYE, b""))
    link.sock.close()
    assert getattr(line, how)() == [wire.frame(wire.BYE, b"")]
    assert not getattr(line, how)()
    assert line.readable(0)


class Ended(BaseException):
    """Instead of the end of this process."""


@pytest.fixture
def exits(monkeypatch: pytest.MonkeyPatch) -> None:
    def end(_code: int) -> None:
        raise Ended

    monkeypatch.setattr(os, "_exit", end)


def test_a_worker_that_waits_for_room_of_a_dead_hub_ends(
    ends: tuple[RingLink, RingLine], exits: None
) -> None:
    link, line = ends
    link.sock.close()
    with pytest.raises(Ended):
        line.send(bytes(2 * CAPACITY))


def test_a_worker_whose_ring_is_broken_says_so_and_ends(
    ends: tuple[RingLink, RingLine], exits: None, capfd: pytest.CaptureFixture[str]
) -> None:
    _, line = ends
    segment, second = line.inbound.segment, layout.HEAD_BYTES + CAPACITY
    for offset, use in [(0, line.receive), (second, lambda: line.send(b"x"))]:
        segment.fetch_add(offset + layout.TAKEN, 1 << 40)
        with pytest.raises(Ended):
            use()
        said = capfd.readouterr().err
        assert said == f"polyray: the ring in {segment.path} holds what no writer makes\n"


def test_the_hub_reads_what_a_dead_worker_has_written(ends: tuple[RingLink, RingLine]) -> None:
    link, line = ends
    lookout = Lookout()
    line.send(wire.frame(wire.RESULTS, b"last"))
    line.sock.close()
    assert link.await_some(lookout)
    assert read_by_hub(link, wire.Frames()) == [(wire.RESULTS, b"last")]
    assert not link.await_some(lookout)
    link.send(wire.frame(wire.BYE, b""))  # into nothing
    link.close()
    link.send(wire.frame(wire.BYE, b""))


def test_nothing_there_is_none_and_waits_no_longer_than_it_may(
    ends: tuple[RingLink, RingLine],
) -> None:
    link, line = ends
    assert line.receive_now() is None
    assert not line.readable(0.01)
    link.poke()  # says nothing by itself
    assert line.readable(10)
    assert line.receive_now() is None
    link.send(b"x")
    assert line.readable(10)
    assert line.receive_now() == [b"x"]


def test_an_event_loop_hears_of_what_lies_in_the_ring(ends: tuple[RingLink, RingLine]) -> None:
    link, line = ends
    reading = threading.Lock()
    selector = line.selector(reading)
    assert isinstance(selector, RingSelector)
    with selector:
        key = selector.register(line.sock, 1, "data")
        assert selector.select(0) == []
        link.send(b"x")
        assert selector.select(None) == [(key, 1)]
        assert line.receive_now() == [b"x"]
        threading.Timer(0.05, link.send, (b"late",)).start()
        assert selector.select(None) == [(key, 1)]
        while line.receive_now() != [b"late"]:
            pass
        assert line.receive_now() is None  # nor is there a poke
        assert line.dozes()
        with reading:  # another thread reads for all, and hears the poke too
            link.send(b"y")
            assert selector.select(None) == [(key, 1)]


def other_side(words: str) -> str:
    """What the hub makes of an offer."""
    pair, way = agreed(words, 0)
    assert pair is None
    return way


def files() -> list[Path]:
    """Of this process in shared memory."""
    return list(Path(store.folder()).glob(f"{store.PREFIX}{os.getpid()}-*"))


def test_the_file_of_an_offer_is_gone_whatever_becomes_of_it(
    native: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer = Offer(os.getpid())
    assert len(files()) == 1
    other = offer.words.replace(f" {layout.LAYOUT} ", " 1 ")
    said = f"socket: the worker has layout 1 of shared memory, the driver {layout.LAYOUT}"
    assert other_side(other) == said
    assert files() == []
    assert "No such file" in other_side(offer.words)
    offer.refused()
    offer = Offer(os.getpid())
    assert agreed(offer.words, rings.MOST) == (None, "socket: 64 others have rings")
    offer = Offer(os.getpid())
    other_size = offer.words.replace(str(CAPACITY), str(4 * CAPACITY))
    assert other_side(other_size).startswith("socket: no ring of ")
    offer = Offer(os.getpid())
    offer.segment.write(0, b"something else than a ring")
    assert "is no ring of layout" in other_side(offer.words)
    offer = Offer(os.getpid())
    monkeypatch.setattr(accel, "ROUTE", rings.PURE)
    assert other_side(offer.words).startswith("socket: the driver says: ")
    assert files() == []


@pytest.mark.parametrize(
    "words",
    ["", "capi", "capi 2 9 /etc/passwd", f"capi 2 9 {store.PREFIX}1/../../x", "x y z w v"],
)
def test_an_offer_of_something_else_is_none(native: None, words: str) -> None:
    assert other_side(words).startswith("socket: the worker says: ")


def test_without_a_native_route_there_is_no_offer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accel, "ROUTE", rings.PURE)
    monkeypatch.setattr(accel, "WHY", "no native route pays here")
    assert Offer(1).segment is None
    assert other_side(Offer(1).words) == "socket: the worker says: no native route pays here"


def test_without_shared_memory_there_is_no_offer(
    native: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(store, "folder", lambda: str(tmp_path / "nowhere"))
    assert "no shared memory: " in other_side(Offer(1).words)


def test_a_socket_line_is_as_it_was() -> None:
    here, there = socket.socketpair()
    line: Any = Line(there)
    with here, there:
        assert line.receive_now() is None
        assert not line.readable(0)
        here.send(b"x")
        assert line.receive() == (b"x",)
        line.send(b"y")
        assert here.recv(10) == b"y"
        here.close()
        assert line.receive_now() == ()
        assert line.receive() == ()
