"""Loads a case file by path, leaving no bytecode beside it, and tells where it failed."""

import os
import sys

try:
    _ABSENT = ModuleNotFoundError
except NameError:  # MicroPython
    _ABSENT = ImportError


def load(path, name):
    """Execute the file as a module named after its case: its namespace; errors propagate."""
    with open(path, encoding="utf-8") as file:
        source = file.read()
    namespace = _namespace(path, name)
    exec(compile(source, path, "exec"), namespace)
    if os.getenv("PYROMETER_COMPILE") == "1":
        for function in namespace.get("COMPILED", ()):
            namespace[function].__jit__()  # RustPython compiles nothing that it is not asked to
    return namespace


def _namespace(path, name):
    try:
        module = type(sys)(name)
    except TypeError:  # MicroPython makes no modules
        return {"__name__": name, "__file__": path}
    module.__file__ = path
    sys.modules[name] = module  # pickle and dataclasses look their module up
    return module.__dict__


def module_name(case):
    """`suite/name` to the name under which the case can import itself."""
    return "case_" + case.replace("/", "_")


def is_skip(error):
    """Does the error say that a capability is missing, rather than that something is wrong?"""
    return type(error).__name__ == "SkipTest" or isinstance(error, _ABSENT)


def describe(error, path):
    """One line: the error, and the last line of the case that it passed through."""
    text = "%s: %s" % (type(error).__name__, error) if str(error) else type(error).__name__
    line = 0
    trace = getattr(error, "__traceback__", None)
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == path:
            line = trace.tb_lineno
        trace = trace.tb_next
    if not line:
        return text
    with open(path, encoding="utf-8") as file:
        source = file.read().splitlines()[line - 1].strip()
    return "line %d: %s: %s" % (line, source, text)
