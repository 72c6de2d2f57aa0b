"""Which part of a value cannot be sent? Owns the search through closures and attributes."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from typing import Any, TextIO

from polyray import serialize

__all__ = ["FailureTuple", "inspect_serializability"]


class FailureTuple:
    """An object that cannot be sent, what it is called from the value down, and who has it."""

    def __init__(self, obj: Any, path: tuple[str, ...], parent: Any) -> None:
        self.obj = obj
        self.path = path
        self.parent = parent

    @property
    def name(self) -> str:
        """What its parent calls it."""
        return self.path[-1]

    def __repr__(self) -> str:
        return "FailureTuple({}, obj={!r}, parent={!r})".format(
            " -> ".join(self.path), self.obj, self.parent
        )


def inspect_serializability(
    base_obj: Any, name: str | None = None, depth: int = 3, print_file: TextIO | None = None
) -> tuple[bool, set[FailureTuple]]:
    """(can it be sent?, the innermost parts that cannot), looking so many levels deep.

    What is found is printed as well, to `print_file` or standard output.
    """
    name = name or getattr(base_obj, "__qualname__", None) or repr(base_obj)
    file = print_file or sys.stdout
    why = _why_not(base_obj)
    if why is None:
        print("{} can be sent".format(name), file=file)
        return True, set()
    print("{} cannot be sent: {}".format(name, why), file=file)
    failures: list[FailureTuple] = []
    _search(base_obj, (name,), None, depth, failures, {id(base_obj)}, file)
    return False, set(failures)


def _search(
    value: Any,
    path: tuple[str, ...],
    parent: Any,
    depth: int,
    failures: list[FailureTuple],
    seen: set[int],
    file: TextIO,
) -> None:
    """Note the innermost parts of a value that cannot be sent."""
    before = len(failures)
    for name, part in _parts(value) if depth > 0 else ():
        if id(part) in seen:
            continue
        seen.add(id(part))
        why = _why_not(part)
        if why is not None:
            print("{}{}: {}".format("    " * len(path), name, why), file=file)
            _search(part, (*path, name), value, depth - 1, failures, seen, file)
    if len(failures) == before:
        failures.append(FailureTuple(value, path, parent))


def _why_not(value: Any) -> str | None:
    try:
        serialize.dumps(value)
    except Exception as error:  # noqa: BLE001 - a class's own pickling may raise anything
        return "{}: {}".format(type(error).__name__, error)
    return None


def _parts(value: Any) -> Iterator[tuple[str, Any]]:
    """(name, object) of what a value brings along."""
    if inspect.isfunction(value):
        used = inspect.getclosurevars(value)
        yield from used.nonlocals.items()
        yield from used.globals.items()
    elif inspect.ismethod(value):
        yield "__self__", value.__self__
        yield "__func__", value.__func__
    elif isinstance(value, dict):
        for key, part in value.items():
            yield "[{!r}]".format(key), part
    elif isinstance(value, (list, tuple, set, frozenset)):
        for index, part in enumerate(value):
            yield "[{}]".format(index), part
    else:
        for name, part in getattr(value, "__dict__", {}).items():
            if not (name.startswith("__") and name.endswith("__")):
                yield name, part
