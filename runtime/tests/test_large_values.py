"""Large values go every way that small ones go, and live as long as anybody has their reference."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from typing import Any

import cloudpickle
import pytest

import polyray as ray
from polyray import current, store

pytestmark = pytest.mark.slow

COUNT = 3
BYTES = 100_000
LATE_S = 0.2

cloudpickle.register_pickle_by_value(sys.modules[__name__])


@pytest.fixture(autouse=True)
def session() -> Iterator[None]:
    ray.init(num_cpus=2)
    yield
    ray.shutdown()


@ray.remote
def large() -> bytes:
    return bytes(BYTES)


@ray.remote
def length(value: bytes) -> int:
    return len(value)


@ray.remote
def numbers() -> Iterator[bytes]:
    for _ in range(COUNT):
        yield bytes(BYTES)


@ray.remote
class Keeper:
    def __init__(self, value: Any = b"") -> None:
        self.value = value

    def length(self) -> int:
        return len(self.value)


@ray.remote
class Plain:
    def call(self) -> list[int]:
        return results_of_own_tasks()


@ray.remote
class Async:
    async def call(self) -> list[int]:
        return results_of_own_tasks()


def results_of_own_tasks() -> list[int]:
    refs = [large.remote() for _ in range(COUNT)]
    ray.wait(refs, num_returns=COUNT)
    time.sleep(LATE_S)
    return [len(ray.get(ref)) for ref in refs]


def test_the_result_of_a_task_of_a_task() -> None:
    assert ray.get(ray.remote(results_of_own_tasks).remote()) == COUNT * [BYTES]


def test_the_result_of_a_task_of_an_actor() -> None:
    assert ray.get(Plain.remote().call.remote()) == COUNT * [BYTES]
    assert ray.get(Async.remote().call.remote()) == COUNT * [BYTES]


def test_the_result_of_a_task_of_a_task_that_others_see_too() -> None:
    @ray.remote
    def outer() -> Any:
        ref = large.remote()
        others = [length.remote(ref), length.remote(ref)]
        found = ray.get(others)
        time.sleep(LATE_S)
        return [ref], found, len(ray.get(ref))

    (ref,), found, own = ray.get(outer.remote())
    time.sleep(LATE_S)
    assert [*found, own, len(ray.get(ref))] == 4 * [BYTES]


def test_what_a_task_has_put_outlives_the_calls_that_it_is_an_argument_of() -> None:
    @ray.remote
    def outer() -> list[int]:
        ref = ray.put(bytes(BYTES))
        first = ray.get(length.remote(ref))
        time.sleep(LATE_S)
        return [first, ray.get(length.remote(ref)), len(ray.get(ref))]

    assert ray.get(outer.remote()) == 3 * [BYTES]


def test_an_argument_of_an_actor_that_a_task_makes() -> None:
    @ray.remote
    def outer() -> int:
        return ray.get(Keeper.remote(["x" * BYTES]).length.remote())

    assert ray.get(outer.remote()) == 1

    @ray.remote
    def with_a_reference() -> int:
        return ray.get(Keeper.remote(ray.put(bytes(BYTES))).length.remote())

    assert ray.get(with_a_reference.remote()) == BYTES


def test_items_of_a_generator_that_a_task_calls() -> None:
    @ray.remote
    def outer() -> list[int]:
        refs = list(numbers.remote())
        time.sleep(LATE_S)
        return [len(ray.get(ref)) for ref in refs]

    assert ray.get(outer.remote()) == COUNT * [BYTES]


def test_an_answer_of_the_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(_desk: Any) -> list[str]:
        return ["x" * BYTES]

    monkeypatch.setattr(type(current.session().desk), "cluster_resources", answer)

    @ray.remote
    def asks() -> int:
        return len(ray.cluster_resources()[0])  # type: ignore[index]

    assert ray.get(asks.remote()) == BYTES


def test_nothing_of_all_that_stays_once_nobody_has_it() -> None:
    test_the_result_of_a_task_of_a_task()
    test_what_a_task_has_put_outlives_the_calls_that_it_is_an_argument_of()
    test_items_of_a_generator_that_a_task_calls()
    test_an_argument_of_an_actor_that_a_task_makes()
    test_the_result_of_a_task_of_a_task_that_others_see_too()
    deadline = time.monotonic() + 20
    while store.used_bytes() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert store.used_bytes() == 0
