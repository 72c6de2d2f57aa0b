"""cloudpickle where it does not load or its functions cannot be made."""

from __future__ import annotations

import pickle
import sys
import types
from typing import Any


def load_cloudpickle() -> Any:
    """The module, also where the pickler that it derives from has lost what it needs.

    PyPy 8.0 has a pickler of its own without the table of functions by type that cloudpickle
    extends there; the one in Python, which is there too, has it.
    """
    if sys.implementation.name != "pypy" or hasattr(pickle.Pickler, "dispatch"):
        import cloudpickle

        return cloudpickle
    module: Any = pickle
    native, module.Pickler = module.Pickler, module._Pickler
    try:
        import cloudpickle
    finally:
        module.Pickler = native
    return cloudpickle


def mend_functions(cloudpickle: Any) -> None:
    """RustPython refuses a function whose name is None: let it have the name of its code."""
    try:
        types.FunctionType((lambda: None).__code__, {}, None)
    except TypeError:
        cloudpickle.cloudpickle._function_setstate  # noqa: B018 - fails where this no longer fits
        cloudpickle.cloudpickle._make_function = _named_function
        _named_function.__module__ = "cloudpickle.cloudpickle"
        _named_function.__qualname__ = _named_function.__name__ = "_make_function"


def mend_globals(cloudpickle: Any) -> None:
    """GraalPy has no `dis` to tell global names from attributes: there both count as global."""
    try:
        next(cloudpickle.cloudpickle._walk_global_ops(_with_a_global.__code__), None)
    except NotImplementedError:
        cloudpickle.cloudpickle._walk_global_ops = lambda code: iter(code.co_names)


def code_with_file(
    make: Any, path: str, index: int, arguments: tuple[Any, ...]
) -> tuple[Any, tuple[Any, ...]]:
    """How code is made again: (maker, its arguments), with the file at this place among them.

    GraalPy forgets the file that a constructor of code is given, but not that of `replace`.
    """
    arguments = (*arguments[:index], path, *arguments[index + 1 :])
    if sys.implementation.name == "graalpy":
        return _code_and_file, (path, arguments)
    return make, arguments


def _code_and_file(path: str, arguments: tuple[Any, ...]) -> types.CodeType:
    return types.CodeType(*arguments).replace(co_filename=path)


def _with_a_global() -> Any:
    """Something with code that has a global name."""
    return pickle


def _named_function(
    code: types.CodeType, globals_: dict[str, Any], name: str, argdefs: Any, closure: Any
) -> types.FunctionType:
    globals_["__builtins__"] = __builtins__
    return types.FunctionType(code, globals_, name or code.co_name, argdefs, closure)
