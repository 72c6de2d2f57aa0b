"""What a type checker knows of a program on polyray, and that it is so: mypy checks this file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, assert_type

import pytest

import polyray as ray
from polyray.actor import ActorClass, ActorHandle
from polyray.remote import RemoteFunction

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def session() -> Iterator[None]:
    with assert_type(ray.init(num_cpus=1), ray.RayContext):
        yield


def test_a_task_has_the_type_of_what_it_returns() -> None:
    @ray.remote
    def square(n: int) -> int:
        return n * n

    @ray.remote(num_cpus=1)
    def text(n: int) -> str:
        return str(n)

    ref = assert_type(square.remote(3), ray.ObjectRef[int])
    assert assert_type(ray.get(ref), int) == 9
    refs = [square.remote(ref), square.remote(2)]
    assert assert_type(ray.get(refs, timeout=30), list[int]) == [81, 4]
    ready, rest = assert_type(
        ray.wait(refs, num_returns=2), tuple[list[ray.ObjectRef[int]], list[ray.ObjectRef[int]]]
    )
    assert (len(ready), rest) == (2, [])
    assert assert_type(ray.get(text.options(num_cpus=0.5).remote(4)), str) == "4"
    assert assert_type(ref.future().result(), int) == 9


def test_several_results_are_not_told_apart() -> None:
    @ray.remote(num_returns=2)
    def pair() -> tuple[int, str]:
        return 1, "two"

    assert_type(pair, RemoteFunction[Any])
    number, word = pair.remote()
    assert ray.get([number, word]) == [1, "two"]


def test_a_generator_gives_references_to_its_items() -> None:
    @ray.remote
    def numbers(count: int) -> Iterator[int]:
        yield from range(count)

    stream = assert_type(numbers.remote(3), ray.ObjectRefGenerator[int])
    assert [assert_type(ray.get(ref), int) for ref in stream] == [0, 1, 2]


def test_a_value_that_is_put_keeps_its_type() -> None:
    ref = assert_type(ray.put({"a": 1}), ray.ObjectRef[dict[str, int]])
    assert assert_type(ray.get(ref), dict[str, int]) == {"a": 1}


def test_an_actor_is_made_from_a_class_by_remote() -> None:
    class Counter:
        def __init__(self, total: int) -> None:
            self.total = total

        def add(self, n: int) -> int:
            self.total += n
            return self.total

    remote_counter = assert_type(ray.remote(Counter), ActorClass)
    counter = assert_type(remote_counter.remote(1), ActorHandle)
    assert ray.get(counter.add.remote(2)) == 3
    assert assert_type(ray.list_named_actors(), list[str]) == []
    ray.kill(counter)
