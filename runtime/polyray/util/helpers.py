"""Results in the order in which they come."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import polyray as ray

__all__ = ["as_completed", "map_unordered"]


def as_completed(
    refs: Sequence[ray.ObjectRef[Any]], *, chunk_size: int = 10, yield_obj_refs: bool = False
) -> Iterator[Any]:
    """Values (or references) of these as they come, at most `chunk_size` fetched at once.

    Raises ValueError for a chunk of less than one.
    """
    if chunk_size < 1:
        raise ValueError("chunk_size has to be 1 or more, not {}".format(chunk_size))
    waiting = list(refs)
    while waiting:
        ready, waiting = ray.wait(waiting, num_returns=1, timeout=None)
        more, waiting = _ready_now(waiting, chunk_size - 1)
        ready += more
        yield from ready if yield_obj_refs else ray.get(ready)


def map_unordered(
    fn: Any,
    items: Iterable[Any],
    *,
    backpressure_size: int | None = 100,
    chunk_size: int = 10,
    yield_obj_refs: bool = False,
) -> Iterator[Any]:
    """`fn.remote(item)` of each item, values as they come; so many calls at most are under way.

    Raises ValueError where that many are fewer than a chunk.
    """
    if backpressure_size is not None and backpressure_size < chunk_size:
        raise ValueError("backpressure_size has to be chunk_size or more")
    submit: Callable[[Any], ray.ObjectRef[Any]] = fn.remote
    left = iter(items)
    waiting = [submit(item) for item in islice(left, backpressure_size)]
    while waiting:
        ready, waiting = ray.wait(waiting, num_returns=1, timeout=None)
        more, waiting = _ready_now(waiting, chunk_size - 1)
        ready += more
        waiting += [submit(item) for item in islice(left, len(ready))]
        yield from ready if yield_obj_refs else ray.get(ready)


def _ready_now(
    refs: list[ray.ObjectRef[Any]], most: int
) -> tuple[list[ray.ObjectRef[Any]], list[ray.ObjectRef[Any]]]:
    if not refs or most < 1:
        return [], refs
    return ray.wait(refs, num_returns=min(most, len(refs)), timeout=0)
