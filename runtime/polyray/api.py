"""The verbs of Ray Core: get, put, wait, and who is told to stop. Owns the checks of arguments."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar, overload

from polyray import current, serialize
from polyray.actor import ActorClass, ActorHandle
from polyray.exceptions import GetTimeoutError
from polyray.refs import PENDING, PLAIN, Call, ObjectRef, ObjectRefGenerator
from polyray.remote import RemoteFunction

R = TypeVar("R")

_last_rest: list[Any] | None = None

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    class _Decorator(Protocol):
        """`@remote(...)` with options."""

        @overload
        def __call__(self, decorated: type) -> ActorClass: ...  # type: ignore[overload-overlap]
        @overload
        def __call__(  # type: ignore[overload-overlap]
            self, decorated: Callable[..., Iterator[R] | AsyncIterator[R]]
        ) -> RemoteFunction[ObjectRefGenerator[R]]: ...
        @overload
        def __call__(self, decorated: Callable[..., R]) -> RemoteFunction[ObjectRef[R]]: ...

    class _ManyDecorator(Protocol):
        """`@remote(num_returns=...)`: what a call gives depends on the number."""

        def __call__(self, decorated: Callable[..., Any]) -> RemoteFunction[Any]: ...


@overload
def remote(decorated: type, /) -> ActorClass: ...  # type: ignore[overload-overlap]
@overload
def remote(  # type: ignore[overload-overlap]
    decorated: Callable[..., Iterator[R] | AsyncIterator[R]], /
) -> RemoteFunction[ObjectRefGenerator[R]]: ...
@overload
def remote(decorated: Callable[..., R], /) -> RemoteFunction[ObjectRef[R]]: ...
@overload
def remote(*, num_returns: int | str, **options: Any) -> _ManyDecorator: ...
@overload
def remote(**options: Any) -> _Decorator: ...
def remote(*args: Any, **options: Any) -> Any:
    """Decorator: functions become tasks, classes actors; with or without options."""
    if len(args) == 1 and not options:
        return _made(args[0], {})
    assert not args and options, "@remote takes a function or class, or options by keyword"
    return lambda decorated: _made(decorated, options)


def _made(decorated: Any, options: dict[str, Any]) -> Any:
    if isinstance(decorated, type):
        return ActorClass(decorated, options)
    assert callable(decorated), "@remote is for functions and classes"
    return RemoteFunction(decorated, options)


@overload
def get(refs: ObjectRef[R], *, timeout: float | None = None) -> R: ...
@overload
def get(refs: list[ObjectRef[R]], *, timeout: float | None = None) -> list[R]: ...
@overload
def get(refs: list[Any], *, timeout: float | None = None) -> list[Any]: ...
@overload
def get(refs: ObjectRefGenerator[R], *, timeout: float | None = None) -> ObjectRefGenerator[R]: ...
def get(refs: Any, *, timeout: float | None = None) -> Any:
    """The value of a reference, or of each in a list; raises what the task raised."""
    deadline = None if timeout is None else time.monotonic() + timeout
    if isinstance(refs, ObjectRef):
        value = refs._value
        if type(value) in PENDING:
            current.session().await_ref(refs, deadline)
            value = refs._value
        if type(value) in PLAIN:
            return value
        _look_at((refs,))
        return serialize.unpack(value)
    if type(refs) is ObjectRefGenerator:
        return refs
    if not isinstance(refs, list):
        raise ValueError(
            "get takes a reference or a list of them, not {}".format(type(refs).__name__)
        )
    return _get_all(refs, deadline)


def _get_all(refs: list[Any], deadline: float | None) -> list[Any]:
    try:
        values = [ref._value for ref in refs]
    except AttributeError:
        odd = next(ref for ref in refs if not isinstance(ref, ObjectRef))
        raise TypeError("get takes references, not {!r}".format(type(odd).__name__)) from None
    kinds = set(map(type, values))
    if kinds <= PLAIN:
        return values
    _look_at(refs)
    if kinds & PENDING:
        values = _await_all(refs, values, deadline)
        if set(map(type, values)) <= PLAIN:
            return values
    return [value if type(value) in PLAIN else serialize.unpack(value) for value in values]


def _look_at(refs: Sequence[Any]) -> None:
    session = current.peek()
    if session is not None and session.unhandled:
        session.looked_at(refs)


def _await_all(refs: list[Any], values: list[Any], deadline: float | None) -> list[Any]:
    """Wait for all, but not longer than until the first failure."""
    session = current.session()
    waiting = [ref for ref, value in zip(refs, values) if type(value) in PENDING]
    session.ask_for(waiting)
    last = waiting[-1]
    at, failures = 0, -1

    def done() -> bool:
        nonlocal at, failures
        if type(last._value) not in PENDING:  # most of the time the others are there then
            while at < len(waiting) and type(waiting[at]._value) not in PENDING:
                at += 1
            if at == len(waiting):
                return True
        if failures == session.failures:
            return False
        failures = session.failures
        return any(serialize.is_failure(ref._value) for ref in waiting)

    if not session.wait_for(done, deadline, waiting):
        raise GetTimeoutError("not all values came within the timeout")
    values = [ref._value for ref in refs]
    if tuple not in set(map(type, values)):
        return values
    _look_at(refs)
    failed = next((value for value in values if serialize.is_failure(value)), None)
    if failed is not None:
        raise serialize.failure(failed)
    return values


def put(value: R) -> ObjectRef[R]:
    """A reference to a copy of a value."""
    if isinstance(value, ObjectRef):
        raise TypeError("put takes a value, not a reference")
    if isinstance(value, ObjectRefGenerator):
        raise TypeError("an ObjectRefGenerator cannot be put")
    return current.session().put(value)


def wait(
    refs: list[ObjectRef[R]],
    *,
    num_returns: int = 1,
    timeout: float | None = None,
    fetch_local: bool = True,
) -> tuple[list[ObjectRef[R]], list[ObjectRef[R]]]:
    """(ready, rest): at most `num_returns` that are ready, both in the order given."""
    if type(refs) is not list or refs != _last_rest:
        _check_wait(refs, num_returns, timeout)
    if not refs:
        return [], []
    if num_returns > len(refs):
        raise ValueError("num_returns is more than there are references")
    deadline = None if timeout is None else time.monotonic() + timeout
    found = _ready(refs, num_returns)
    if len(found) < num_returns:
        session = current.session()
        session.ask_for(refs)
        held = [found]

        def enough() -> bool:
            held[0] = _ready(refs, num_returns)
            return len(held[0]) >= num_returns

        session.wait_for(enough, deadline)
        found = held[0]
    return _parted(refs, found)


def _parted(refs: list[Any], found: list[int]) -> tuple[list[Any], list[Any]]:
    global _last_rest
    ready = [refs[index] for index in found]
    _look_at(ready)
    if len(found) == 1:
        (at,) = found
        rest = refs[:at] + refs[at + 1 :]
    else:
        chosen = set(found)
        rest = [ref for index, ref in enumerate(refs) if index not in chosen]
    _last_rest = rest[:]
    return ready, rest


def _ready(refs: list[Any], most: int) -> list[int]:
    found = []
    for index, ref in enumerate(refs):
        if type(ref._value) not in PENDING:
            found.append(index)
            if len(found) == most:
                break
    return found


def _check_wait(refs: Any, num_returns: int, timeout: float | None) -> None:
    if isinstance(refs, (ObjectRef, tuple)) or not isinstance(refs, list):
        raise TypeError("wait takes a list of references")
    for ref in refs:
        if not isinstance(ref, (ObjectRef, ObjectRefGenerator)):
            raise TypeError("wait takes references, not {!r}".format(type(ref).__name__))
    if len({id(ref) for ref in refs}) != len(refs) or len(set(refs)) != len(refs):
        raise ValueError("wait takes each reference once")
    if timeout is not None and timeout < 0:
        raise ValueError("timeout is not negative")
    if num_returns <= 0 and refs:
        raise ValueError("num_returns is at least 1")


def cancel(
    ref: ObjectRef[Any] | ObjectRefGenerator[Any], *, force: bool = False, recursive: bool = True
) -> None:
    """Stop a task that has not ended: before it runs, or by interrupting it."""
    if isinstance(ref, ObjectRefGenerator):
        ref = ref._stream.task
    if not isinstance(ref, ObjectRef):
        raise TypeError("cancel takes a reference, not {!r}".format(type(ref).__name__))
    if type(ref._value) is Call or type(ref._value) in PENDING:
        current.session().cancel(ref, force=force, recursive=recursive)


def kill(actor: ActorHandle, *, no_restart: bool = True) -> None:
    """End an actor at once."""
    if not isinstance(actor, ActorHandle):
        raise ValueError("kill takes an actor handle, not {!r}".format(type(actor).__name__))
    current.session().kill_actor(actor._identity, no_restart=no_restart)


def free(refs: ObjectRef[Any] | list[ObjectRef[Any]]) -> None:
    """Forget values now; a later get raises ObjectFreedError."""
    from polyray.exceptions import ObjectFreedError

    for ref in refs if isinstance(refs, list) else [refs]:
        if type(ref._value) not in PENDING:
            ref._value = serialize.pack_error(ObjectFreedError("the object was freed"))


def get_actor(name: str, namespace: str | None = None) -> ActorHandle:
    """A handle of the living actor of that name; raises ValueError."""
    session = current.session()
    identity, life, class_name, methods = session.named_actor(name, namespace or session.namespace)
    return ActorHandle(identity, life, class_name, methods)


@overload
def list_named_actors(all_namespaces: Literal[False] = False) -> list[str]: ...
@overload
def list_named_actors(all_namespaces: Literal[True]) -> list[dict[str, str]]: ...
def list_named_actors(all_namespaces: bool = False) -> list[str] | list[dict[str, str]]:
    """Names of living actors; with all namespaces a list of dicts."""
    session = current.session()
    found = session.actor_names()
    if all_namespaces:
        return [{"namespace": space, "name": name} for space, name in found]
    return [name for space, name in found if space == session.namespace]
