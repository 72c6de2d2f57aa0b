"""Sessions by ring and by socket: nothing differs but what their status says.

Rings take a native route; where this Python has none, `test_native` builds one and comes here.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from typing import Any

import pytest

import polyray as ray
from polyray import accel, current, exceptions, rings
from polyray.accel import layout

needs_route = pytest.mark.skipif(accel.ROUTE == rings.PURE, reason=accel.WHY)
WAYS = [pytest.param("ring", marks=needs_route), "socket"]


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A session whose frames go that way."""
    if request.param == "socket":
        monkeypatch.setenv("POLYRAY_ACCEL", rings.PURE)  # of its workers
    ray.init(num_cpus=2)
    yield request.param
    found = {row["way"].partition(":")[0] for row in workers()}
    assert found <= {request.param}


def workers() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = current.session().ask("list_workers")
    return rows


@ray.remote
def same(value: Any) -> Any:
    return value


@ray.remote(num_cpus=0)
class Keeps:
    def __init__(self) -> None:
        self.seen: list[int] = []

    def note(self, number: int, _ballast: bytes) -> bytes:
        self.seen.append(number)
        return _ballast

    def all(self) -> list[int]:
        return self.seen

    def pid(self) -> int:
        return os.getpid()


def test_more_in_one_batch_than_any_buffer_holds(way: str) -> None:
    """Nobody else is busy: the thread that waits must not sleep while it has something to send."""
    keeps = Keeps.remote()
    ballast = [bytes([n]) * (60_000 + n) for n in range(128)]
    got = ray.get([keeps.note.remote(n, part) for n, part in enumerate(ballast)], timeout=60)
    assert got == ballast
    assert ray.get(keeps.all.remote()) == list(range(128))
    assert ray.get([same.remote(part) for part in ballast], timeout=60) == ballast


def test_a_hundred_thousand_calls_of_which_none_is_awaited(way: str) -> None:
    keeps = Keeps.remote()
    refs = [keeps.note.remote(n, b"") for n in range(50_000)]
    tasks = [same.remote(n) for n in range(50_000)]
    assert ray.get(keeps.all.remote()) == list(range(50_000))
    assert ray.get(tasks) == list(range(50_000))
    assert set(ray.get(refs)) == {b""}


def test_a_worker_killed_with_frames_in_flight(way: str) -> None:
    keeps, other = Keeps.remote(), Keeps.remote()
    pid = ray.get(keeps.pid.remote())
    refs = [keeps.note.remote(n, bytes(50_000)) for n in range(400)]
    threading.Timer(0.02, os.kill, (pid, signal.SIGKILL)).start()
    ended = 0
    for ref in refs:
        try:
            assert ray.get(ref, timeout=60) == bytes(50_000)
            ended += 1
        except exceptions.ActorDiedError:
            break
    while pid in [row["pid"] for row in workers()]:
        ray.get(other.note.remote(0, b""))  # the kill may have come after all results
    with pytest.raises(exceptions.ActorDiedError):
        ray.get(keeps.pid.remote(), timeout=60)
    assert ended <= 400
    assert ray.get(other.note.remote(1, b"x")) == b"x"


@needs_route
def test_who_has_no_native_route_is_spoken_to_by_socket() -> None:
    ray.init(num_cpus=1)
    env = {"env_vars": {"POLYRAY_ACCEL": rings.PURE}}
    actors = [Keeps.remote(), Keeps.options(runtime_env=env).remote()]
    assert [ray.get(actor.note.remote(1, b"x")) for actor in actors] == [b"x", b"x"]
    ways = [row["way"] for row in workers() if row["for"] == "Keeps"]
    assert sorted(ways) == [
        f"ring: {accel.ROUTE}",
        "socket: the worker says: POLYRAY_ACCEL=pure",
    ]
    told = current.session().ask("summary")["frames"]
    assert f"socket: the worker says: POLYRAY_ACCEL={rings.PURE} (1 workers)" in told


@needs_route
def test_another_layout_is_another_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accel, "LAYOUT", 99)
    ray.init(num_cpus=1)
    assert ray.get(same.remote(5)) == 5
    (told,) = current.session().ask("summary")["frames"]
    said = "socket: the worker has layout {} of shared memory, the driver 99"
    assert told == said.format(layout.LAYOUT)


@needs_route
@pytest.mark.parametrize("end", ["inbound", "outbound"])
def test_a_corrupted_ring_ends_its_worker_alone(
    end: str, capfd: pytest.CaptureFixture[str]
) -> None:
    ray.init(num_cpus=1)
    keeps, other = Keeps.remote(), Keeps.remote()
    pid = ray.get(keeps.pid.remote())
    ray.get(other.pid.remote())
    hub: Any = current.session()
    (peer,) = [peer for peer in hub.peers.values() if peer.pid == pid]
    at = layout.WRITTEN if end == "outbound" else layout.HEAD_BYTES + rings.CAPACITY + layout.TAKEN
    with hub.lock:
        getattr(peer.link, end).segment.fetch_add(at, 1 << 40)
    with pytest.raises(exceptions.ActorDiedError):
        ray.get(keeps.note.remote(1, b""), timeout=60)
    said = capfd.readouterr().err
    assert f"holds what no writer makes: process {pid} (for Keeps) has come to an end" in said
    assert ray.get(other.note.remote(1, b"x")) == b"x"
