"""A pool of actors that are given work as they become free."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

import polyray as ray
from polyray.actor import ActorHandle

Value = TypeVar("Value")
if TYPE_CHECKING:
    Submit = Callable[[Any, Value], Any]  # of an actor and a value: returns a reference


class ActorPool:
    """Work for a fixed set of actors. `fn(actor, value)` submits and returns a reference."""

    def __init__(self, actors: Iterable[ActorHandle]) -> None:
        self._idle = list(actors)
        self._actor_of: dict[ray.ObjectRef[Any], ActorHandle] = {}  # reference -> actor
        # reference -> place in the order of submission
        self._number_of: dict[ray.ObjectRef[Any], int] = {}
        self._ref_at: dict[int, ray.ObjectRef[Any]] = {}
        self._next_submitted = 0
        self._next_returned = 0
        self._waiting: list[tuple[Submit[Any], Any]] = []

    def submit(self, fn: Submit[Value], value: Value) -> None:
        """Give the value to an idle actor, or to the first that becomes idle."""
        if not self._idle:
            self._waiting.append((fn, value))
            return
        actor = self._idle.pop()
        ref = fn(actor, value)
        self._actor_of[ref] = actor
        self._number_of[ref] = self._next_submitted
        self._ref_at[self._next_submitted] = ref
        self._next_submitted += 1

    def has_next(self) -> bool:
        """Is any result still to come?"""
        return bool(self._actor_of)

    def has_free(self) -> bool:
        """Could a value be submitted that runs at once?"""
        return bool(self._idle) and not self._waiting

    def get_next(self, timeout: float | None = None, ignore_if_timedout: bool = False) -> Any:
        """The next result in the order of submission; raises StopIteration or TimeoutError."""
        if not self.has_next():
            raise StopIteration("no more results")
        ref = self._ref_at[self._next_returned]
        if timeout is not None and not ray.wait([ref], timeout=timeout)[0]:
            if not ignore_if_timedout:
                raise TimeoutError("no result within the timeout")
            self._forget(ref)
            return None
        self._next_returned += 1
        self._forget(ref)
        return ray.get(ref)

    def get_next_unordered(
        self, timeout: float | None = None, ignore_if_timedout: bool = False
    ) -> Any:
        """Whichever result comes first; raises StopIteration or TimeoutError."""
        if not self.has_next():
            raise StopIteration("no more results")
        ready, _ = ray.wait(list(self._actor_of), timeout=timeout)
        if not ready:
            if not ignore_if_timedout:
                raise TimeoutError("no result within the timeout")
            return None
        ref = ready[0]
        self._next_returned = max(self._next_returned, self._number_of[ref] + 1)
        self._forget(ref)
        return ray.get(ref)

    def _forget(self, ref: ray.ObjectRef[Any]) -> None:
        actor = self._actor_of.pop(ref)
        self._ref_at.pop(self._number_of.pop(ref), None)
        self._idle.append(actor)
        if self._waiting:
            self.submit(*self._waiting.pop(0))

    def map(self, fn: Submit[Value], values: Iterable[Value]) -> Iterator[Any]:
        """Results in the order of the values, as an iterator."""
        for value in values:
            self.submit(fn, value)
        while self.has_next():
            yield self.get_next()

    def map_unordered(self, fn: Submit[Value], values: Iterable[Value]) -> Iterator[Any]:
        """Results in the order in which they come."""
        for value in values:
            self.submit(fn, value)
        while self.has_next():
            yield self.get_next_unordered()

    def push(self, actor: ActorHandle) -> None:
        """One more actor."""
        self._idle.append(actor)
        if self._waiting:
            self.submit(*self._waiting.pop(0))

    def pop_idle(self) -> ActorHandle | None:
        """Take an idle actor out of the pool; None if there is none."""
        return self._idle.pop() if self.has_free() else None
