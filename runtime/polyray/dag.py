"""Graphs of calls that are made later: `.bind(...)` builds them, `.execute(...)` calls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from polyray.actor import ActorClass, ActorMethod
    from polyray.remote import RemoteFunction

    Made = dict[int, Any]  # what each node has become, by the id() of the node


class Node:
    """Something of a graph that has a value once the graph is executed."""

    def __init__(self, args: Sequence[Any] = (), kwargs: dict[str, Any] | None = None) -> None:
        self._args = args
        self._kwargs = kwargs or {}

    def execute(self, *given: Any) -> Any:
        """Make all calls that lead to this node; returns its reference or handle."""
        return self._made({}, given)

    def _made(self, made: Made, given: tuple[Any, ...]) -> Any:
        """The same node is called once, however often it is used."""
        if id(self) not in made:
            args = [_value(argument, made, given) for argument in self._args]
            kwargs = {name: _value(value, made, given) for name, value in self._kwargs.items()}
            made[id(self)] = self._call(args, kwargs, made, given)
        return made[id(self)]

    def _call(
        self, args: list[Any], kwargs: dict[str, Any], made: Made, given: tuple[Any, ...]
    ) -> Any:
        raise NotImplementedError

    def experimental_compile(self, **_options: Any) -> NoReturn:
        """Not here: compiled graphs are Ray's own."""
        raise NotImplementedError("polyray has no compiled graphs")


def _value(argument: Any, made: Made, given: tuple[Any, ...]) -> Any:
    if isinstance(argument, Node):
        return argument._made(made, given)
    if isinstance(argument, (list, tuple)):
        return type(argument)(_value(part, made, given) for part in argument)
    if isinstance(argument, dict):
        return {key: _value(part, made, given) for key, part in argument.items()}
    return argument


class FunctionNode(Node):
    """A task."""

    def __init__(
        self, function: RemoteFunction[Any], args: Sequence[Any], kwargs: dict[str, Any]
    ) -> None:
        super().__init__(args, kwargs)
        self._function = function

    def _call(
        self, args: list[Any], kwargs: dict[str, Any], made: Made, given: tuple[Any, ...]
    ) -> Any:
        return self._function.remote(*args, **kwargs)


class ClassNode(Node):
    """An actor; its methods are bound as those of a handle."""

    def __init__(self, cls: ActorClass, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
        super().__init__(args, kwargs)
        self._cls = cls

    def _call(
        self, args: list[Any], kwargs: dict[str, Any], made: Made, given: tuple[Any, ...]
    ) -> Any:
        return self._cls.remote(*args, **kwargs)

    def __getattr__(self, name: str) -> _UnboundMethod:
        if name.startswith("_"):
            raise AttributeError(name)
        return _UnboundMethod(self, name)


class _UnboundMethod:
    def __init__(self, owner: ClassNode, name: str) -> None:
        self._owner = owner
        self._name = name

    def bind(self, *args: Any, **kwargs: Any) -> _MethodOfNode:
        """A call of this method when the graph is executed."""
        return _MethodOfNode(self._owner, self._name, args, kwargs)


class _MethodOfNode(Node):
    """A call of an actor that the same graph makes."""

    def __init__(
        self, owner: ClassNode, name: str, args: Sequence[Any], kwargs: dict[str, Any]
    ) -> None:
        super().__init__(args, kwargs)
        self._owner = owner
        self._name = name

    def _call(
        self, args: list[Any], kwargs: dict[str, Any], made: Made, given: tuple[Any, ...]
    ) -> Any:
        actor = self._owner._made(made, given)
        return getattr(actor, self._name).remote(*args, **kwargs)


class MethodNode(Node):
    """A call of an actor that is there already."""

    def __init__(self, method: ActorMethod, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
        super().__init__(args, kwargs)
        self._method = method

    def _call(
        self, args: list[Any], kwargs: dict[str, Any], made: Made, given: tuple[Any, ...]
    ) -> Any:
        return self._method.remote(*args, **kwargs)


class InputNode(Node):
    """What `execute` is given; a context manager, as Ray has it."""

    def __enter__(self) -> InputNode:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def _call(
        self, args: list[Any], kwargs: dict[str, Any], made: Made, given: tuple[Any, ...]
    ) -> Any:
        if len(given) == 1:
            return given[0]
        return given

    def __getitem__(self, key: int | str) -> _PartOfInput:
        return _PartOfInput(self, key)


class _PartOfInput(Node):
    def __init__(self, whole: InputNode, key: int | str) -> None:
        super().__init__()
        self._whole = whole
        self._key = key

    def _call(
        self, args: list[Any], kwargs: dict[str, Any], made: Made, given: tuple[Any, ...]
    ) -> Any:
        return given[self._key] if isinstance(self._key, int) else given[0][self._key]


class MultiOutputNode(Node):
    """Several nodes whose values are wanted: `execute` returns a list."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        super().__init__(tuple(nodes))

    def _call(
        self, args: list[Any], kwargs: dict[str, Any], made: Made, given: tuple[Any, ...]
    ) -> Any:
        return list(args)
