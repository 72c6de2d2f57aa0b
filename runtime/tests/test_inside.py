"""Where workers are slow to start, one that waits for a task runs it: nothing else may change."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import polyray as ray
from polyray import current, node
from polyray.exceptions import GetTimeoutError, RayTaskError, TaskCancelledError, WorkerCrashedError
from polyray.inside import MOST_INSIDE

pytestmark = pytest.mark.slow

PATIENCE_S = 60.0


@pytest.fixture(autouse=True)
def one_slow_worker(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A session of one CPU whose workers seem to take ten seconds to start."""
    slow = property(lambda _node: 10.0, lambda _node, _seconds: None)
    monkeypatch.setattr(node.Node, "start_s", slow, raising=False)
    ray.init(num_cpus=1)
    yield
    ray.shutdown()


def workers_started() -> int:
    return int(current.session().node.count)


@ray.remote
def pid() -> int:
    return os.getpid()


@ray.remote
def pids(depth: int) -> list[int]:
    return [os.getpid()] + (ray.get(pids.remote(depth - 1)) if depth else [])


@ray.remote
def add(a: int, b: int) -> int:
    return a + b


@ray.remote
def hold(folder: str, name: str) -> str:
    """Say that it runs, and go on when the gate of that name is open."""
    (Path(folder) / (name + ".runs")).touch()
    deadline = time.monotonic() + PATIENCE_S
    while not (Path(folder) / name).exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return name


def until_it_runs(folder: Path, name: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not (folder / (name + ".runs")).exists():
        assert time.monotonic() < deadline
        ray.wait([ray.put(0)])
        time.sleep(0.01)


def test_calls_in_one_another_share_a_process() -> None:
    assert len(set(ray.get(pids.remote(20)))) == 1
    assert workers_started() == 1


def test_too_many_of_them_take_another_process() -> None:
    found = ray.get(pids.remote(2 * MOST_INSIDE))
    assert len(found) == 2 * MOST_INSIDE + 1
    assert len(set(found)) > 1


def test_what_an_awaited_task_waits_for_runs_there_too() -> None:
    @ray.remote
    def outer() -> tuple[int, int]:
        one, two = add.remote(1, 2), add.remote(3, 4)
        return ray.get(add.remote(add.remote(one, two), 5)), os.getpid()

    assert ray.get(outer.remote())[0] == 15
    assert workers_started() == 1


def test_many_children_and_their_results() -> None:
    @ray.remote(num_returns=2)
    def pair(n: int) -> tuple[int, bytes]:
        return n, bytes(100_000)

    @ray.remote
    def outer() -> int:
        refs = [pair.remote(n) for n in range(50)]
        return sum(ray.get([one for one, _ in refs])) + len(ray.get(refs[-1][1]))

    assert ray.get([outer.remote() for _ in range(3)]) == 3 * [101_225]
    assert workers_started() == 1


def test_an_exception_inside_is_raised_around_it() -> None:
    @ray.remote
    def fails() -> None:
        raise KeyError("inside")

    @ray.remote
    def outer() -> str:
        try:
            ray.get(fails.remote())
        except KeyError as error:
            return str(error.cause)
        return "nothing"

    assert ray.get(outer.remote()) == "'inside'"
    assert workers_started() == 1


def test_a_wait_with_a_timeout_is_not_held_up(tmp_path: Path) -> None:
    @ray.remote
    def outer(folder: str) -> str:
        ref = hold.remote(folder, "gate")
        try:
            ray.get(ref, timeout=0.1)
        except GetTimeoutError:
            (Path(folder) / "gate").touch()
        return ray.get(ref)

    assert ray.get(outer.remote(str(tmp_path))) == "gate"


def test_cancelling_what_runs_inside_leaves_what_is_around_it(tmp_path: Path) -> None:
    @ray.remote
    def outer(folder: str) -> str:
        try:
            ray.get(hold.remote(folder, "inner"))
        except TaskCancelledError:
            return "saw it"
        return "nothing"

    ref = outer.remote(str(tmp_path))
    until_it_runs(tmp_path, "inner")
    session = current.session()
    with session.lock:
        (inner,) = [one for peer in session.lanes.workers for one in peer.open.values()]
    ray.cancel(inner)
    assert ray.get(ref, timeout=PATIENCE_S) == "saw it"


@pytest.mark.parametrize("recursive", [True, False])
def test_cancelling_what_is_around_waits_for_what_is_inside(
    tmp_path: Path, recursive: bool
) -> None:
    @ray.remote
    def outer(folder: str) -> str:
        name = ray.get(hold.remote(folder, "inner"))
        (Path(folder) / "went on").touch()
        return name

    ref = outer.remote(str(tmp_path))
    until_it_runs(tmp_path, "inner")
    ray.cancel(ref, recursive=recursive)
    if not recursive:
        time.sleep(0.1)
        (tmp_path / "inner").touch()
    with pytest.raises(RayTaskError) as raised:
        ray.get(ref, timeout=PATIENCE_S)
    assert isinstance(raised.value, TaskCancelledError)
    assert not (tmp_path / "went on").exists()
    assert ray.get(pid.remote()) > 0


@pytest.mark.parametrize("retries", [0, 1])
def test_a_killed_worker_takes_both_with_it(tmp_path: Path, retries: int) -> None:
    @ray.remote(max_retries=retries)
    def outer(folder: str) -> int:
        with (Path(folder) / "runs").open("a") as file:
            file.write("x")
        return ray.get(dies.remote(folder))

    @ray.remote(max_retries=retries)
    def dies(folder: str) -> int:
        if (Path(folder) / "runs").stat().st_size == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        return 5

    ref = outer.remote(str(tmp_path))
    if retries:
        assert ray.get(ref, timeout=PATIENCE_S) == 5
    else:
        with pytest.raises(WorkerCrashedError):
            ray.get(ref, timeout=PATIENCE_S)
        assert (tmp_path / "runs").read_text() == "x"
