"""Killed workers, killed drivers, floods of calls, and everything that asks at once."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

import polyray as ray
from polyray import current, exceptions, store

pytestmark = pytest.mark.slow

TASKS = 10_000
EVERY_S = 0.2
PATIENCE_S = 30.0


@ray.remote(max_retries=-1)
def double(n: int) -> int:
    return 2 * n


@ray.remote(max_retries=100)
def noted(n: int, log: str) -> int:
    """As `double`; every time that it begins is a byte more in a file."""
    with Path(log).open("ab", 0) as file:
        file.write(b".")
    return 2 * n


@ray.remote
def nested(depth: int) -> int:
    return 0 if depth == 0 else 1 + ray.get(nested.remote(depth - 1))


@ray.remote
def fails(kind: type[BaseException]) -> None:
    raise kind("odd")


def test_all_results_are_right_while_workers_are_killed(tmp_path: Path) -> None:
    ray.init(num_cpus=2)
    hub = current.session()
    log = tmp_path / "begun"
    over = threading.Event()
    kills = 0

    def kill() -> None:
        nonlocal kills
        draw = random.Random(1)
        while not over.wait(EVERY_S):
            peers = list(hub.lanes.workers)
            if peers:
                draw.choice(peers).process.kill()
                kills += 1

    def again() -> int:
        told = hub.ask("summary")
        return int(told["calls retried"] + told["tasks sent again"])

    batch, done = TASKS // 5, 0
    deadline = time.monotonic() + PATIENCE_S
    killer = threading.Thread(target=kill)
    killer.start()
    try:
        # On a fast machine it takes more tasks until a kill has struck one.
        while done < TASKS or (time.monotonic() < deadline and (kills < 3 or not again())):
            refs = [noted.remote(n, str(log)) for n in range(batch)]
            assert ray.get(refs) == [2 * n for n in range(batch)]
            done += batch
    finally:
        over.set()
        killer.join()
    assert kills >= 3
    assert again() >= 1
    assert done <= log.stat().st_size <= done + again()


def test_each_retry_is_counted() -> None:
    ray.init(num_cpus=1)

    @ray.remote(max_retries=2)
    def dies() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    @ray.remote(max_retries=3, retry_exceptions=True)
    def raises() -> None:
        raise ValueError("again")

    with pytest.raises(exceptions.WorkerCrashedError):
        ray.get(dies.remote())
    assert current.session().ask("summary")["calls retried"] == 2
    with pytest.raises(exceptions.RayTaskError):
        ray.get(raises.remote())
    assert current.session().ask("summary")["calls retried"] == 5


def test_a_hundred_thousand_submissions_without_a_get() -> None:
    ray.init(num_cpus=2)
    refs = [double.remote(n) for n in range(100_000)]
    assert ray.get(refs[-1]) == 199_998
    assert ray.get(refs[::1000]) == [2 * n for n in range(0, 100_000, 1000)]


def test_more_calls_of_one_actor_than_it_is_sent_ahead() -> None:
    ray.init(num_cpus=2)

    @ray.remote(num_cpus=0)
    class Same:
        def same(self, n: int) -> int:
            return n

    @ray.remote
    def flood(actor: Any, count: int) -> int:
        return sum(ray.get([actor.same.remote(1) for _ in range(count)]))

    actor = Same.remote()
    mine = [actor.same.remote(n) for n in range(20_000)]
    assert ray.get([flood.remote(actor, 6000) for _ in range(4)]) == [6000] * 4
    assert ray.get(mine) == list(range(20_000))


def test_tasks_that_wait_for_tasks_fifty_deep() -> None:
    ray.init(num_cpus=2)
    others = [double.remote(n) for n in range(200)]
    assert ray.get(nested.remote(50)) == 50
    assert ray.get(others) == [2 * n for n in range(200)]


def test_threads_signals_and_a_loop_ask_at_once() -> None:
    ray.init(num_cpus=2)
    found: list[int] = []

    def ask(start: int) -> None:
        for n in range(start, start + 200):
            found.append(ray.get(double.remote(n)))

    def in_a_handler(_signal: int, _frame: object) -> None:
        found.append(ray.get(double.remote(-1)))

    async def loop() -> None:
        found.extend(await asyncio.gather(*(_awaited(n) for n in range(1000, 1050))))

    async def _awaited(n: int) -> int:
        return await double.remote(n)  # type: ignore[no-any-return]

    before = signal.signal(signal.SIGUSR1, in_a_handler)
    threads = [threading.Thread(target=ask, args=(start,)) for start in (0, 500)]
    try:
        for thread in threads:
            thread.start()
        for _ in range(10):
            os.kill(os.getpid(), signal.SIGUSR1)
            time.sleep(0.01)
        asyncio.run(loop())
        for thread in threads:
            thread.join(60)
    finally:
        signal.signal(signal.SIGUSR1, before)
    wanted = [2 * n for start in (0, 500) for n in range(start, start + 200)]
    wanted += [2 * n for n in range(1000, 1050)]
    assert sorted(n for n in found if n >= 0) == sorted(wanted)
    assert found.count(-2) >= 1


@pytest.mark.parametrize(
    "kind", [ValueError, OSError, MemoryError, StopIteration, GeneratorExit, BaseException]
)
def test_exceptions_of_every_kind_arrive(kind: type[BaseException]) -> None:
    ray.init(num_cpus=1)
    with pytest.raises(exceptions.RayError) as caught:
        ray.get(fails.remote(kind))
    assert kind.__name__ in str(caught.value)


@pytest.mark.skipif(sys.version_info < (3, 11), reason="there are no groups of exceptions")
@pytest.mark.parametrize("inner", [KeyError, KeyboardInterrupt])
def test_a_group_of_exceptions_arrives_with_all_that_is_in_it(inner: type[BaseException]) -> None:
    ray.init(num_cpus=1)

    @ray.remote
    def fails_twice() -> None:
        raise BaseExceptionGroup("odd", [inner("one"), ValueError("two")])

    with pytest.raises(exceptions.RayTaskError) as caught:
        ray.get(fails_twice.remote())
    cause = caught.value.cause
    assert isinstance(cause, BaseExceptionGroup)
    assert [type(one) for one in cause.exceptions] == [inner, ValueError]
    assert "odd" in str(caught.value)


@pytest.mark.parametrize("broken", ["__str__", "__repr__", "__reduce__"])
def test_an_exception_that_cannot_tell_of_itself(broken: str) -> None:
    ray.init(num_cpus=1)

    @ray.remote
    def fails_oddly() -> None:
        def fail(_self: object) -> None:
            raise ValueError("not even this")

        raise type("Odd", (Exception,), {broken: fail})("one")

    with pytest.raises(exceptions.RayTaskError, match="Odd"):
        ray.get(fails_oddly.remote(), timeout=60)
    assert ray.get(double.remote(2)) == 4


def test_recursion_without_end_is_an_error_like_any_other() -> None:
    ray.init(num_cpus=1)

    @ray.remote
    def endless(n: int) -> int:
        return endless_here(n)

    def endless_here(n: int) -> int:
        return 1 + endless_here(n + 1)

    with pytest.raises(exceptions.RayTaskError) as caught:
        ray.get(endless.remote(0))
    assert isinstance(caught.value, RecursionError)


@ray.remote(max_retries=1)
def dies_while_it_writes(marker: str) -> list[bytes]:
    if not Path(marker).exists():
        Path(marker).touch()

        def die(*_: object) -> None:
            os.kill(os.getpid(), signal.SIGKILL)

        store.Segment.write = die  # the file is there by then, and empty
    return [bytes(1_000_000)]


def test_a_worker_killed_while_it_writes_a_large_result(tmp_path: Path) -> None:
    ray.init(num_cpus=1)
    marker = tmp_path / "begun"
    assert ray.get(dies_while_it_writes.remote(str(marker))) == [bytes(1_000_000)]
    assert marker.exists()
    ray.shutdown()
    assert not list(Path(store.SHARED).glob(f"{store.PREFIX}{os.getpid()}-*"))


MORE_THAN_FITS = """
import os
import polyray as ray

@ray.remote(max_retries=0)
def make(n):
    return [bytes([n]) * 1_500_000]

ray.init(num_cpus=2)
refs = [ray.put([bytes([n]) * 1_500_000]) for n in range(6)]
refs += [make.remote(n) for n in range(6, 12)]
assert all(ray.get(ref) == [bytes([n]) * 1_500_000] for n, ref in enumerate(refs))
assert len(ray.get(ray.put([bytes(20_000_000)]))[0]) == 20_000_000
del refs
ray.shutdown()
assert not os.listdir("/dev/shm")
print("whole")
"""


def test_a_full_dev_shm() -> None:
    words = ["mount -t tmpfs -o size=4m tmpfs /dev/shm"]
    own = ("unshare", "--mount", "sh", "-c")
    if (
        shutil.which("unshare") is None
        or subprocess.run((*own, *words), capture_output=True, check=False).returncode
    ):
        pytest.skip("no file system of its own can be mounted here")
    words.append('exec "$0" -c "$1"')
    ended = subprocess.run(
        (*own, " && ".join(words), sys.executable, MORE_THAN_FITS),
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        timeout=120,
        check=False,
    )
    assert ended.stdout == "whole\n", ended.stderr


DRIVER = """
import os, sys, time
import polyray as ray
ray.init(num_cpus=1)
large = ray.put([bytes(1_000_000)])
@ray.remote
def pid(): return os.getpid()
print(ray.get(pid.remote()), flush=True)
time.sleep(120)
"""


def test_a_killed_driver_leaves_nothing_behind_the_next_start() -> None:
    driver = subprocess.Popen(
        (sys.executable, "-c", DRIVER),
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )
    assert driver.stdout is not None
    worker = int(driver.stdout.readline())
    files = list(Path(store.folder()).glob(f"{store.PREFIX}{driver.pid}-*"))
    assert files
    driver.kill()
    driver.wait()
    driver.stdout.close()
    deadline = time.monotonic() + PATIENCE_S
    while Path(f"/proc/{worker}").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not Path(f"/proc/{worker}").exists()
    ray.init(num_cpus=1)
    assert not [path for path in files if path.exists()]


STUCK = """
import os, time
import polyray as ray

@ray.remote
class Stuck:
    async def pid(self):
        return os.getpid()

    async def stick(self):
        print(os.getpid(), flush=True)
        time.sleep(600)

ray.init(num_cpus=1)
actor = Stuck.remote()
print(ray.get(actor.pid.remote()), flush=True)
ray.get(actor.stick.remote())
"""


def test_a_killed_driver_ends_an_actor_whose_loop_is_stuck() -> None:
    driver = subprocess.Popen(
        (sys.executable, "-c", STUCK),
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )
    assert driver.stdout is not None
    worker = int(driver.stdout.readline())
    assert str(worker).encode() in driver.stdout.readline()  # it has begun
    driver.kill()
    driver.wait()
    driver.stdout.close()
    deadline = time.monotonic() + PATIENCE_S
    while Path(f"/proc/{worker}").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not Path(f"/proc/{worker}").exists()


@ray.remote
class Reader:
    """An async actor of which a thread waits for others, and so reads for all."""

    def __init__(self) -> None:
        self.seen: list[int] = []

    async def through_a_thread(self, ref: list[Any]) -> int:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(None, lambda: ray.get(ref[0]))

    async def note(self, number: int) -> None:
        self.seen.append(number)

    async def all(self) -> list[int]:
        return self.seen


def test_calls_of_an_async_actor_begin_in_order_whoever_reads_them() -> None:
    ray.init(num_cpus=2)
    actor = Reader.remote()
    for start in range(0, 2000, 100):
        waits = actor.through_a_thread.remote([double.remote(start)])
        ray.get([actor.note.remote(number) for number in range(start, start + 100)])
        assert ray.get(waits) == 2 * start
    assert ray.get(actor.all.remote()) == list(range(2000))


def test_an_environment_in_which_no_worker_starts_fails_its_tasks() -> None:
    ray.init(num_cpus=1)
    broken = {"env_vars": {"PYTHONPATH": "/nowhere", "PYTHONHOME": "/nowhere"}}
    with pytest.raises(exceptions.RuntimeEnvSetupError, match="no worker could be started"):
        ray.get(double.options(runtime_env=broken).remote(1), timeout=60)
    assert ray.get(double.remote(2)) == 4

    @ray.remote(runtime_env=broken)
    class Actor:
        def call(self) -> int:
            return 1

    with pytest.raises(exceptions.ActorDiedError, match="could not be started"):
        ray.get(Actor.remote().call.remote(), timeout=60)


def test_two_sessions_at_once() -> None:
    ray.init(num_cpus=1)
    other = subprocess.run(
        (
            sys.executable,
            "-c",
            "import polyray as ray; ray.init(num_cpus=1); print(ray.get(ray.put(5)))",
        ),
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        check=False,
    )
    assert other.stdout.strip() == "5", other.stderr
    assert ray.get(double.remote(4)) == 8
