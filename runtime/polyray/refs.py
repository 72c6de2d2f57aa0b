"""References to results. Owns what a reference is before and after its value is there.

The reference is itself the entry of the table: while a call is pending it holds the call, later
the value, and both go with the last holder. An id is made when a reference first needs one.
"""

from __future__ import annotations

import itertools
import os
import threading
from collections import deque
from collections.abc import AsyncIterator, Generator, Iterator
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar

from polyray import current

if TYPE_CHECKING:
    from concurrent.futures import Future

    from polyray.options import Spec
    from polyray.peer import Peer
    from polyray.streams import Stream

R = TypeVar("R")
Item = TypeVar("Item")

ID_BYTES = 28
_COUNTER_BYTES = 8

# What is handed out as it is: nobody can change it, and no reference hides in it.
PLAIN: frozenset[type] = frozenset((int, float, str, bytes, bool, type(None), complex))


class Call:
    """A task or method call until its value is there.

    `wire` is what a worker is sent; `spec` describes function and options; `needs` are references
    that it still waits for; `refs` are all its results where there are several. Calls without
    arguments share one, until something has to be noted of one of them: see `own_call`.
    """

    __slots__ = ("cancelled", "needs", "refs", "retries", "spec", "stream", "wire")

    def __init__(self, spec: Spec, wire: Any) -> None:
        self.spec = spec
        self.wire = wire
        self.retries = spec.max_retries
        self.needs: list[ObjectRef[Any]] | None = None
        self.refs: list[ObjectRef[Any]] | None = None
        self.stream: Any = None
        self.cancelled = False


def own_call(ref: ObjectRef[Any]) -> Call:
    """The call of a pending reference, which from now on is its alone."""
    call: Call = ref._value
    if call is call.spec.bare:
        call = ref._value = Call(call.spec, call.wire)
    return call


class Elsewhere:
    """Stands in a reference for a value that another process has and this one has not asked for."""

    __slots__ = ("asked",)

    def __init__(self) -> None:
        self.asked = False


PENDING: frozenset[type] = frozenset((Call, Elsewhere))

_process = os.urandom(ID_BYTES - _COUNTER_BYTES)
_count = itertools.count(1).__next__
_naming = threading.Lock()


class ObjectRef(Generic[R]):
    """The future value of a task or method call, or of `put`."""

    __slots__ = ("__weakref__", "_id", "_value")

    _id: bytes
    _value: Any

    def binary(self) -> bytes:
        """28 bytes that no other object has."""
        try:
            return self._id
        except AttributeError:
            with _naming:
                if not hasattr(self, "_id"):
                    self._id = _process + _count().to_bytes(_COUNTER_BYTES, "big")
            return self._id

    def hex(self) -> str:
        """`binary` in hexadecimal digits."""
        return self.binary().hex()

    def task_id(self) -> bytes:
        """The id of the call whose result this is: here the same bytes."""
        return self.binary()

    def is_nil(self) -> bool:
        """Never: every reference refers to something."""
        return False

    def __repr__(self) -> str:
        return "ObjectRef({})".format(self.hex())

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, ObjectRef) and self.binary() == other.binary())

    def __hash__(self) -> int:
        return hash(self.binary())

    def __reduce__(self) -> tuple[Any, ...]:
        return (borrow, (current.session().export(self),))

    def future(self) -> Future[R]:
        """A `concurrent.futures.Future` of the value."""
        return current.session().future(self)

    def __await__(self) -> Generator[Any, Any, R]:
        return current.session().as_asyncio(self).__await__()

    def is_pending(self) -> bool:
        """Is there no value yet?"""
        return type(self._value) in PENDING


class Asked(ObjectRef[Any]):
    """In the hub: the result of a call that a worker has made, by the worker's number."""

    __slots__ = ("caller", "number")

    caller: Peer
    number: int


if TYPE_CHECKING:
    Ref = ObjectRef[Any]


def borrow(identity: bytes) -> ObjectRef[Any]:
    """What a pickled reference becomes in the process that unpickles it."""
    return current.session().borrow(identity)


def named(identity: bytes, value: Any) -> ObjectRef[Any]:
    """A reference with a known id."""
    ref: ObjectRef[Any] = ObjectRef()
    ref._id = identity
    ref._value = value
    return ref


def filled(value: Any) -> ObjectRef[Any]:
    """A reference whose value is there already, in the form in which values are kept."""
    ref: ObjectRef[Any] = ObjectRef()
    ref._value = value
    return ref


def first_of(queue: deque[Ref], count: int) -> list[Ref]:
    """Take so many references from the front of a queue."""
    if count == len(queue):
        taken = list(queue)
        queue.clear()
        return taken
    return [queue.popleft() for _ in range(count)]


class ObjectRefGenerator(Generic[Item]):
    """References to what a generator task yields, as it yields them."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[ObjectRef[Item]]:
        return self

    def __next__(self) -> ObjectRef[Item]:
        return self._stream.take(None)

    def __aiter__(self) -> AsyncIterator[ObjectRef[Item]]:
        return self

    async def __anext__(self) -> ObjectRef[Item]:
        ref = await self._stream.take_later()
        if ref is None:
            raise StopAsyncIteration
        return ref

    def completed(self) -> ObjectRef[Any]:
        """A reference that is ready when the task has ended."""
        return self._stream.task

    def __reduce__(self) -> NoReturn:
        raise TypeError("an ObjectRefGenerator cannot be put or passed on")


class DynamicObjectRefGenerator:
    """References to all that a task with num_returns="dynamic" has yielded."""

    def __init__(self, refs: list[ObjectRef[Any]]) -> None:
        self._refs = refs

    def __iter__(self) -> Iterator[ObjectRef[Any]]:
        return iter(self._refs)

    def __len__(self) -> int:
        return len(self._refs)
