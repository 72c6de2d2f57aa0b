"""Remote functions. Owns what `@remote` on a function means, and the check of arguments."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar, overload

from polyray import current, serialize
from polyray.calls import call_for
from polyray.options import TASK, Spec, checked, function_id
from polyray.refs import Call, ObjectRef, ObjectRefGenerator

if TYPE_CHECKING:
    from polyray.dag import FunctionNode
    from polyray.session import Session

Returned = TypeVar(
    "Returned"
)  # what `remote()` gives: a reference, a generator or, by options, any


class Signature:
    """What arguments a function takes: counted where that is enough, else bound. Picklable."""

    __slots__ = ("function_signature", "least", "most")

    def __init__(self, signature: inspect.Signature, least: int, most: int) -> None:
        self.function_signature = signature
        self.least = least
        self.most = most

    @classmethod
    def of(cls, function: Callable[..., Any]) -> Signature | None:
        """None for what Python cannot tell the signature of."""
        try:
            signature = inspect.signature(function)
        except (TypeError, ValueError):
            return None
        kinds = [parameter.kind for parameter in signature.parameters.values()]
        simple = all(
            kind in (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
            for kind in kinds
        )
        needed = [p for p in signature.parameters.values() if p.default is p.empty]
        bare = [p.replace(annotation=p.empty, default=None if p.default is not p.empty else p.empty)
                for p in signature.parameters.values()]  # fmt: skip
        signature = signature.replace(parameters=bare, return_annotation=signature.empty)
        return cls(signature, len(needed) if simple else 0, len(kinds) if simple else -1)

    def takes(self, count: int) -> bool:
        """Is it known without binding that so many arguments by position are right?"""
        return self.least <= count <= self.most

    def __reduce__(self) -> tuple[Any, ...]:
        return (Signature, (self.function_signature, self.least, self.most))


def bound_or_type_error(
    signature: Signature | None,
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    *,
    method: bool = False,
) -> None:
    """Raise TypeError for arguments that the function would not take."""
    if signature is None:
        return
    if not kwargs and signature.takes(len(args) + method):
        return
    signature.function_signature.bind(*((None, *args) if method else args), **kwargs)


def results_of(spec: Spec, ref: ObjectRef[Any], call: Call, session: Session) -> Any:
    """What a caller gets for a call with other results than one value."""
    if spec.generator:
        call.stream = session.stream_of(ref)
        return ObjectRefGenerator(call.stream)
    count = spec.num_returns
    if count == 0:
        return None
    if count == 1:
        return ref
    call.refs = [ref]
    for _ in range(count - 1):
        other: ObjectRef[Any] = ObjectRef()
        other._value = call
        call.refs.append(other)
    return list(call.refs)


class RemoteFunction(Generic[Returned]):
    """A function whose calls are tasks."""

    def __init__(self, function: Callable[..., Any], options: dict[str, Any]) -> None:
        if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
            raise ValueError("an async function cannot be a task: wrap it, or use an actor")
        self._function = function
        self._options = checked(options, TASK, "a task")
        self._spec: Spec | None = None
        self._signature = Signature.of(function)
        self.__name__ = getattr(function, "__name__", "function")
        self.__doc__ = function.__doc__

    def __call__(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Not so: raises TypeError."""
        raise TypeError("{0} is a remote function: use {0}.remote()".format(self.__name__))

    def remote(self, *args: Any, **kwargs: Any) -> Returned:
        """Submit a task; returns a reference at once."""
        spec = self._spec or self._frozen()
        session = current._session or current.session()
        ref: Any = ObjectRef()
        if args or kwargs or (self._signature is not None and self._signature.least):
            if self._signature is not None:
                bound_or_type_error(self._signature, args, kwargs)
            call = call_for(spec, args, kwargs)
        elif spec.extras:
            call = call_for(spec, args, kwargs)
        else:
            call = spec.bare or Call(spec, spec.fid)
            spec.bare = call
        ref._value = call
        if spec.is_default and not spec.extras and not call.needs:
            session.submit(ref)
            return ref
        refs = results_of(spec, ref, call, session)
        session.submit_any(ref)
        return refs

    def _frozen(self) -> Spec:
        """The function as it is now: what it refers to is not looked at again."""
        pickled = serialize.dumps(self._function)
        streams = inspect.isgeneratorfunction(self._function)
        fid = function_id(pickled)
        self._spec = Spec(fid, self.__name__, pickled, self._options, generator=streams)
        return self._spec

    @overload
    def options(self, *, num_returns: int | str, **given: Any) -> RemoteFunction[Any]: ...
    @overload
    def options(self, **given: Any) -> RemoteFunction[Returned]: ...
    def options(self, **given: Any) -> RemoteFunction[Any]:
        """The same function with other options, for the calls made through what is returned."""
        return _Optioned(self, {**self._options, **checked(given, TASK, "a task")})

    def bind(self, *args: Any, **kwargs: Any) -> FunctionNode:
        """A node of a graph that submits it when it is executed."""
        from polyray.dag import FunctionNode

        return FunctionNode(self, args, kwargs)

    def __reduce__(self) -> tuple[Any, ...]:
        return (_revived, (self._function, self._options))


def _revived(function: Callable[..., Any], options: dict[str, Any]) -> RemoteFunction[Any]:
    return RemoteFunction(function, options)


class _Optioned(RemoteFunction[Returned]):
    """A remote function with options of its own."""

    def __init__(self, made: RemoteFunction[Any], options: dict[str, Any]) -> None:
        if "max_calls" in options and "max_calls" not in made._options:
            raise ValueError("max_calls belongs into @remote, not into options")
        self._made = made
        self._function = made._function
        self._options = options
        self._spec: Spec | None = None
        self._signature = made._signature
        self.__name__ = options.get("name") or made.__name__

    def _frozen(self) -> Spec:
        whole = self._made._spec or self._made._frozen()
        streams = inspect.isgeneratorfunction(self._function)
        self._spec = Spec(whole.fid, self.__name__, whole.pickled, self._options, generator=streams)
        return self._spec
