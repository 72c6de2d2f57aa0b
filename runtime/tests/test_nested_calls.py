"""Calls that workers make of actors and tasks, and calls of one actor that need each other."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

import polyray as ray
from polyray.exceptions import RayActorError

pytestmark = pytest.mark.slow
LARGE = 100_000


@pytest.fixture(autouse=True)
def session() -> Iterator[None]:
    ray.init(num_cpus=2, log_to_driver=False)
    yield
    ray.shutdown()


@ray.remote(num_cpus=0)
class Log:
    def __init__(self) -> None:
        self.seen: list[object] = []

    def first(self) -> int:
        self.seen.append("first")
        return len(self.seen)

    def second(self, value: object) -> object:
        self.seen.append(value)
        return value

    def fail(self) -> None:
        raise KeyError("no such thing")

    def all(self) -> list[object]:
        return self.seen


@ray.remote
def size_of(value: bytes) -> int:
    return len(value)


@ray.remote
def unwrapped(values: list[ray.ObjectRef]) -> list[object]:
    return ray.get(values)


def test_calls_of_one_worker_reach_each_actor_in_their_order() -> None:
    @ray.remote
    def caller(logs: list[Log], count: int) -> list[object]:
        refs = []
        for number in range(count):
            log = logs[number % len(logs)]
            refs += [log.first.remote(), log.second.remote(number)]
            if not number % 50:  # not plain: the order has to hold all the same
                refs.append(log.second.remote([number]))
        return ray.get(refs)

    logs = [Log.remote(), Log.remote()]
    got = ray.get(caller.remote(logs, 200))
    assert [150] in got
    for place, log in enumerate(logs):
        expected: list[object] = []
        for number in range(place, 200, 2):
            expected += ["first", number]
            if not number % 50:
                expected.append([number])
        assert ray.get(log.all.remote()) == expected


def test_many_workers_get_the_results_of_their_own_calls() -> None:
    @ray.remote
    def caller(logs: list[Log], base: int) -> bool:
        numbers = range(base, base + 3000)
        refs = [logs[number % 2].second.remote(number) for number in numbers]
        return ray.get(refs) == list(numbers)

    logs = [Log.remote(), Log.remote()]
    assert all(ray.get([caller.remote(logs, 10_000 * place) for place in range(4)]))
    assert sum(len(ray.get(log.all.remote())) for log in logs) == 12_000


def test_a_worker_sees_the_failures_of_its_calls_and_of_a_dead_actor() -> None:
    @ray.remote
    def caller(log: Log) -> list[str]:
        refs = [log.second.remote(number) for number in range(300)] + [log.fail.remote()]
        found = []
        for ref in refs[-2:]:
            try:
                found.append(str(ray.get(ref)))
            except KeyError as error:
                found.append(type(error).__name__)
        ray.kill(log)
        for ref in [log.first.remote() for _ in range(200)]:
            try:
                ray.get(ref)
            except RayActorError:
                found.append("dead")
        return found

    found = ray.get(caller.remote(Log.remote()))
    assert found[0] == "299"
    assert "KeyError" in found[1]
    assert found[2:] == ["dead"] * 200


def test_what_a_worker_has_called_can_be_passed_on_before_it_is_there() -> None:
    @ray.remote
    def caller(log: Log) -> object:
        early = log.second.remote(7)
        refs = [log.second.remote(number) for number in range(200)]
        return ray.get([unwrapped.remote([early, refs[150]]), size_of.remote(late_bytes.remote())])

    @ray.remote
    def late_bytes() -> bytes:
        return b"x" * LARGE

    assert ray.get(caller.remote(Log.remote())) == [[7, 150], LARGE]


def test_references_to_plain_values_arrive_as_these_values_whoever_calls() -> None:
    def called(log: Log) -> list[object]:
        small, nothing, large = ray.put(5), ray.put(None), ray.put(b"y" * LARGE)
        refs = [log.second.remote(one) for one in (small, nothing, small)]
        return [*ray.get(refs), ray.get(size_of.remote(large))]

    expected = [5, None, 5, LARGE]
    assert called(Log.remote()) == expected
    assert ray.get(ray.remote(called).remote(Log.remote())) == expected


@pytest.mark.parametrize("count", [2, 16])
def test_as_many_calls_run_at_once_as_may(count: int) -> None:
    @ray.remote(num_cpus=0, max_concurrency=count)
    class Meeting:
        def __init__(self) -> None:
            self.barrier = threading.Barrier(count)

        def meet(self) -> bool:
            self.barrier.wait(20)
            return True

        def short(self) -> None:
            pass

    meeting = Meeting.remote()
    for _ in range(5):
        refs = [meeting.short.remote() for _ in range(500)]
        refs += [meeting.meet.remote() for _ in range(3 * count)]
        assert ray.get(refs[500:], timeout=60) == [True] * (3 * count)
