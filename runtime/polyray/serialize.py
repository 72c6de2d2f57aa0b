"""Values in the form in which they are kept and sent, and back.

Owns the four forms: a plain immutable as it is, `("P", pickled[, refs])`, `("E", pickled)` for a
failure, `("L", large object, refs)`. A reference inside a value is noted beside it, so that
whoever keeps the value keeps what it refers to.
"""

from __future__ import annotations

import io
import os
import pickle
import threading
import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from polyray import store
from polyray.exceptions import RayError, RayTaskError, UnserializableException, describe
from polyray.quirks.pickling import (
    code_with_file,
    load_cloudpickle,
    mend_functions,
    mend_globals,
)
from polyray.refs import PLAIN

if TYPE_CHECKING:
    from polyray.refs import ObjectRef

cloudpickle = load_cloudpickle()
mend_functions(cloudpickle)
mend_globals(cloudpickle)
_by_value = getattr(cloudpickle.Pickler, "reducer_override", None)

PROTOCOL = 5
LARGE_BYTES = 64 * 1024

_here = threading.local()
_registered: dict[type, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {}


class Gathered:
    """References that were pickled into one value."""

    __slots__ = ("buffers", "refs")

    def __init__(self) -> None:
        self.refs: list[ObjectRef[Any]] = []
        self.buffers: list[pickle.PickleBuffer] = []


def gathering() -> Gathered | None:
    """What the value that this thread pickles now has gathered, or None outside of one."""
    return getattr(_here, "gathered", None)


class _Pickler(cloudpickle.Pickler):  # type: ignore[misc,name-defined]
    def reducer_override(self, value: Any) -> Any:
        """Functions and classes by value where they must be; the odd ones as Ray has them."""
        kind = type(value)
        own = _registered.get(kind)
        if own is not None:
            return (_revived, (kind, own[0](value)))
        if kind is memoryview:
            return (bytes, (value.tobytes(),))
        if kind is types.CodeType:
            return _code_with_its_file(value)
        return NotImplemented if _by_value is None else _by_value(self, value)


def _code_with_its_file(code: types.CodeType) -> tuple[Any, ...]:
    """As cloudpickle has it, but a traceback is to show the source again."""
    make, arguments = cloudpickle.cloudpickle._code_reduce(code)
    index = arguments.index("<dynamic-code>") if "<dynamic-code>" in arguments else None
    if index is None:
        return make, arguments
    return code_with_file(make, code.co_filename, index, arguments)


def _revived(kind: type, state: Any) -> Any:
    return _registered[kind][1](state)


def register(
    kind: type, serializer: Callable[[Any], Any], deserializer: Callable[[Any], Any]
) -> None:
    """Use this pair for instances of exactly this class."""
    _registered[kind] = (serializer, deserializer)


def deregister(kind: type) -> None:
    """Forget the pair of a class."""
    _registered.pop(kind, None)


def definitions() -> bytes:
    """All pairs, as a worker takes them in with `define`."""
    return pickle.dumps((None, "", dumps(dict(_registered))), PROTOCOL)


def define(pickled: bytes) -> None:
    """Take in what another process has registered."""
    _registered.update(pickle.loads(pickled))


def dumps(value: Any, gathered: Gathered | None = None) -> bytes:
    """Pickled bytes; raises TypeError if it cannot be.

    With `gathered`, references and buffers are noted there, and the buffers left out.
    """
    buffers = None if gathered is None else gathered.buffers.append
    gathered = Gathered() if gathered is None else gathered
    outer = gathering()
    _here.gathered = gathered
    file = io.BytesIO()
    try:
        _Pickler(file, PROTOCOL, buffer_callback=buffers).dump(value)
    except (pickle.PicklingError, AttributeError, RecursionError, NotImplementedError) as error:
        raise TypeError("cannot pickle {!r}: {}".format(type(value).__name__, error)) from error
    finally:
        _here.gathered = outer
    return file.getvalue()


class _Joined:
    """A small value with its buffers, which are read-only where it arrives, as large ones are."""

    def __init__(self, pickled: bytes, buffers: list[pickle.PickleBuffer]) -> None:
        self.parts = (pickled, [bytes(buffer.raw()) for buffer in buffers])

    def __reduce__(self) -> tuple[Any, ...]:
        return (_joined, self.parts)


def _joined(pickled: bytes, buffers: list[bytes]) -> Any:
    return pickle.loads(pickled, buffers=buffers)


class _Apart:
    """Large bytes, so that they are written where they go without being copied into a pickle."""

    def __init__(self, value: bytes) -> None:
        self.value = value

    def __reduce__(self) -> tuple[Any, ...]:
        return (bytes, (pickle.PickleBuffer(self.value),))


def _apart(value: bytes) -> tuple[bytes, list[pickle.PickleBuffer]]:
    buffers: list[pickle.PickleBuffer] = []
    return pickle.dumps(_Apart(value), PROTOCOL, buffer_callback=buffers.append), buffers


def is_plain(value: Any) -> bool:
    """May it be kept as it is? What is large goes to the store, also where nothing else would."""
    kind = type(value)
    if kind is bytes or kind is str:
        return len(value) < LARGE_BYTES
    return kind in PLAIN


def pickled(value: Any) -> bytes:
    """Of what is ours and plain."""
    return pickle.dumps(value, PROTOCOL)


def pack(value: Any) -> Any:
    """A value as it is kept; raises TypeError for what cannot be pickled."""
    if is_plain(value):
        return value
    if type(value) is bytes:
        return ("L", store.write(*_apart(value)), ())
    gathered = Gathered()
    pickled = dumps(value, gathered)
    size = len(pickled) + sum(buffer.raw().nbytes for buffer in gathered.buffers)
    if gathered.buffers and size < LARGE_BYTES:
        pickled = pickle.dumps(_Joined(pickled, gathered.buffers), PROTOCOL)
    elif size >= LARGE_BYTES:
        return ("L", store.write(pickled, gathered.buffers), tuple(gathered.refs))
    return ("P", pickled, tuple(gathered.refs)) if gathered.refs else ("P", pickled)


def unpack(kept: Any) -> Any:
    """The value itself; raises what it stands for if it is a failure."""
    if type(kept) is not tuple:
        return kept
    if kept[0] == "P":
        return pickle.loads(kept[1])
    if kept[0] == "L":
        return store.read(kept[1])
    raise failure(kept)


def failure(kept: tuple[Any, ...]) -> BaseException:
    """The exception that a kept failure stands for."""
    return pickle.loads(kept[1])


def is_failure(kept: Any) -> bool:
    """Does a kept value stand for an exception?"""
    return type(kept) is tuple and kept[0] == "E"


def pack_error(error: BaseException) -> tuple[str, bytes]:
    """An error of the runtime as a kept failure."""
    return ("E", pickle.dumps(error, PROTOCOL))


def pack_task_error(error: BaseException, name: str) -> tuple[str, bytes]:
    """What a task raised as a kept failure, whatever it is."""
    text = describe(error, name, os.getpid())
    if isinstance(error, RayTaskError):
        error = error.cause if error.cause is not None else error
    if isinstance(error, RayError) and not isinstance(error, Exception):
        return pack_error(error)
    return _first_that_survives(error, text, name)


def _first_that_survives(cause: BaseException, text: str, name: str) -> tuple[str, bytes]:
    cause.__traceback__ = None
    cause.__context__ = cause.__cause__ = None
    try:
        pickled = cloudpickle.dumps(cause, PROTOCOL)
    except Exception:  # noqa: BLE001 - people's classes raise what they like
        return pack_error(RayTaskError(name, text, None, os.getpid()))
    try:
        pickle.loads(pickled)
    except Exception:  # noqa: BLE001
        return pack_error(UnserializableException(text))
    whole = RayTaskError(name, text, cause, os.getpid())
    return ("E", cloudpickle.dumps(whole, PROTOCOL))


def outgoing(value: Any) -> Any:
    """A kept value for the hub: ids instead of references."""
    if type(value) is tuple and len(value) == 3 and value[0] != "E":
        store.given(value)
        return (value[0], value[1], tuple(ref.binary() for ref in value[2]))
    if type(value) is tuple and value[0] == "M":
        return ("M", [outgoing(part) for part in value[1]])
    return value
