"""Loads a case file by path, leaving no bytecode beside it, and tells where it failed."""

import sys


def load(path, name):
    """Execute the file as a module named after its case; errors of the file propagate."""
    module = type(sys)(name)
    module.__file__ = path
    sys.modules[name] = module  # pickle and dataclasses look their module up
    with open(path, encoding="utf-8") as file:
        source = file.read()
    exec(compile(source, path, "exec"), module.__dict__)
    return module


def module_name(case):
    """`suite/name` to the name under which the case can import itself."""
    return "case_" + case.replace("/", "_")


def is_skip(error):
    """Does the error say that a capability is missing, rather than that something is wrong?"""
    return type(error).__name__ == "SkipTest" or isinstance(error, ModuleNotFoundError)


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
