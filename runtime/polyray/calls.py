"""From arguments to a call. Owns how arguments are packed and what a call has to wait for."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

from polyray import serialize, wire
from polyray.refs import Call, ObjectRef

if TYPE_CHECKING:
    from polyray.options import Spec

    Arguments = tuple[tuple[Any, ...], dict[str, Any]]


class Hole:
    """Stands in packed arguments for the value of a reference that was passed as it is."""

    __slots__ = ("index",)

    def __init__(self, index: int) -> None:
        self.index = index

    def __reduce__(self) -> tuple[Any, ...]:
        return (Hole, (self.index,))


def call_for(spec: Spec, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Call:
    """A call whose wire form is (function, payload[, references to wait for, extras])."""
    needs: list[ObjectRef[Any]] | None = None
    if not kwargs and spec.extras is None:
        plain = _plain(args)
        if plain is not None:
            return Call(spec, (spec.fid, plain) if plain else spec.fid)
    payload: Any = ()
    if args or kwargs:
        args, kwargs, needs = _with_holes(args, kwargs)
        payload = serialize.pack((args, kwargs))
        payload = payload[1] if len(payload) == 2 and payload[0] == "P" else list(payload)
    if not needs and spec.extras is None and type(payload) is not list:
        return Call(spec, (spec.fid, payload))
    call = Call(spec, (spec.fid, payload, needs, spec.extras))
    call.needs = needs
    return call


def _plain(args: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """Arguments that go as they are, references by their values if these are there and plain."""
    given = False
    for argument in args:
        if type(argument) is ObjectRef:
            argument, given = argument._value, True
        if not serialize.is_plain(argument):
            return None
    if given:
        return tuple(one._value if type(one) is ObjectRef else one for one in args)
    return args


def _with_holes(
    args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any], list[ObjectRef[Any]] | None]:
    """Arguments with holes for references, and those references; the same one only once each."""
    needs: list[ObjectRef[Any]] = []

    def hole(value: Any) -> Any:
        if not isinstance(value, ObjectRef):
            return value
        needs.append(value)
        return Hole(len(needs) - 1)

    args = tuple(hole(value) for value in args)
    kwargs = {name: hole(value) for name, value in kwargs.items()}
    return args, kwargs, needs or None


def filled(payload: Any, needs: list[Any] | None) -> Arguments:
    """(args, kwargs) for the function again; each use of a value is a copy of its own."""
    if type(payload) is tuple:
        return payload, {}
    kept = ("P", payload) if type(payload) is bytes else tuple(payload)
    args, kwargs = serialize.unpack(kept)
    if needs:
        args = tuple(_fill(value, needs) for value in args)
        kwargs = {name: _fill(value, needs) for name, value in kwargs.items()}
    return args, kwargs


def _fill(value: Any, needs: list[Any]) -> Any:
    return serialize.unpack(needs[value.index]) if type(value) is Hole else value


_bare: dict[Any, bytes] = {}


def alone(sent: Any) -> bytes:
    """The frame of one call in its wire form; of one without arguments it is made once."""
    if type(sent) is tuple:
        return wire.frame(wire.CALLS, pickle.dumps((sent,), 5))
    made = _bare.get(sent)
    if made is None:
        made = _bare[sent] = wire.frame(wire.CALLS, pickle.dumps((sent,), 5))
    return made
