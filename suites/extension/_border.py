"""The same functions on one mechanism, timed one after the other in one process.

A mechanism is a folder below `_mechanisms`: a module `binding` with the functions of `EXPECTED`,
and a build file where something has to be built. What is timed is an expression in a loop, as with
timeit; the loop is part of it and `loop` says what it costs. Each expression has to give what it
should before it is timed.
"""

import importlib.util
import json
import math
import os
import sys
import time
import unittest

BYTES = (16, 256, 4096, 65536)
LENGTHS = (1, 100, 10000)
CALLS = (1, 100)
# A JIT compiles while it is timed: the second half of the time counts.
TIMED_S = 0.1
TIMED_COMPILING_S = 0.5
OBJECTS = 100000

USUAL = {
    "loop": "None",
    "nothing": "nothing()",
    "add": "add(1234, 5678)",
    "hypotenuse": "hypotenuse(3.0, 4.0)",
    "sum_bytes": "sum_bytes(data)",
    "fill": "fill(buffer, 7)",
    "build": "build(length)",
    "call_back": "call_back(function, calls)",
    "create": "Point(3, 4)",
    "attribute": "point.x",
    "method": "point.norm()",
}
SIZES_OF = {"sum_bytes": BYTES, "fill": BYTES, "build": LENGTHS, "call_back": CALLS}

_begun = []


def begin(name):
    """A thousand calls of a function that does nothing; raises SkipTest where it cannot be had.

    A binding may name the extension that it loads (`EXTENSION`, else its own name), what that
    cannot do without (`NEEDS`), expressions of its own, and functions that it lacks, with why.
    """
    reasons, folders = _built()
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "_mechanisms", name)
    binding = _module(os.path.join(path, "binding.py"))
    extension, needs = getattr(binding, "EXTENSION", name), getattr(binding, "NEEDS", ())
    for needed in (extension, *needs):
        if needed in reasons:
            raise unittest.SkipTest(reasons[needed])
    # The interpreter's own comes first, where it has one.
    sys.path.extend(folders.get(needed, "") for needed in needs)
    began = time.perf_counter_ns()
    try:
        found = binding.load(folders.get(extension, ""))
    except (ImportError, OSError) as error:
        raise unittest.SkipTest("it does not load: {}".format(error))
    import_ns = time.perf_counter_ns() - began
    expressions = dict(USUAL, **getattr(binding, "EXPRESSIONS", {}))
    facts = {"import_ns": import_ns}
    for function, reason in getattr(binding, "LACKS", {}).items():
        facts["lacks:" + function] = reason
        del expressions[function]
    _begun.append((found, expressions, facts, folders.get(extension, "")))
    loop = _compiled(expressions["nothing"])
    return lambda: loop(found, 1000)


def bench_facts(request):
    """Nanoseconds a call of each function and size, and what loading the mechanism took.

    Every function is called once, to see whether it is right, also where nothing is timed.
    """
    if not _begun:
        return {}
    timed = int(request["budget_ns"][0]) > 0
    found, expressions, facts, folder = _begun[-1]
    for function, expression in expressions.items():
        for size in SIZES_OF.get(function, (None,)):
            name = function if size is None else "{}_{}".format(function, size)
            try:
                names = _arguments(found, function, size)
                _check(function, size, eval(expression, names), names)
            except Exception as error:
                facts["failed:" + name] = "{}: {}".format(type(error).__name__, error)
                continue
            if timed:
                facts["call_ns:" + name] = "{:.4g}".format(_call_ns(_compiled(expression), names))
    if sys.implementation.name in ("cpython", "pypy") and "call_ns:create" in facts:
        facts["object_bytes"] = _object_bytes(expressions["create"], found)
    receipt = os.path.join(folder, "built.json")
    if timed and folder and os.path.exists(receipt):
        with open(receipt) as file:
            built = json.load(file)
        facts["build_s"] = built["build_s"]
        facts["binary_bytes"] = sum(built["bytes"].values())
    return facts


def _built():
    try:
        import built_extensions
    except ImportError:
        return {}, {}
    return built_extensions.REASONS, built_extensions.FOLDERS


def _module(path):
    spec = importlib.util.spec_from_file_location("border_binding", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _arguments(found, function, size):
    """The names that an expression uses."""
    names = dict(found)
    if function == "sum_bytes":
        names["data"] = bytes(index % 251 for index in range(size))
    elif function == "fill":
        names["buffer"] = bytearray(size)
    elif function == "build":
        names["length"] = size
    elif function == "call_back":
        names["calls"] = size
        names["function"] = found["callback"](lambda number: number + 1)
    elif function in ("attribute", "method"):
        names["point"] = eval(found.get("CREATE", USUAL["create"]), names)
    return names


def _check(function, size, value, names):
    """Does it give what it should?"""
    expected = {
        "add": 6912,
        "hypotenuse": math.hypot(3.0, 4.0),
        "sum_bytes": sum(names.get("data", b"")),
        "build": list(range(1000, 1000 + size)) if function == "build" else None,
        "call_back": size * (size + 1) // 2 if function == "call_back" else None,
        "attribute": 3,
        "method": 7,
    }
    if function in expected and value != expected[function]:
        raise AssertionError("{} gives {!r}".format(function, value))
    if function == "fill" and bytes(names["buffer"]) != b"\x07" * size:
        raise AssertionError("fill leaves something out")


LOOP = """
def loop(names, count):
{}
    for _ in range(count):
        {}
    return count
"""


def _compiled(expression):
    """A function of (names, count) that evaluates it so often, its names being local."""
    used = sorted({name for name in compile(expression, "", "eval").co_names})
    lines = "\n".join("    {0} = names.get({0!r})".format(name) for name in used) or "    pass"
    space = {}
    exec(LOOP.format(lines, expression), space)
    return space["loop"]


def _call_ns(loop, names):
    """Nanoseconds a call: the median of the second half of what is timed."""
    jit = sys.implementation.name != "cpython"
    left_ns = int(1e9 * (TIMED_COMPILING_S if jit else TIMED_S))
    count, taken = 1, []
    while left_ns > 0 or len(taken) < 6:
        began = time.perf_counter_ns()
        loop(names, count)
        spent = time.perf_counter_ns() - began
        left_ns -= spent
        if spent < 1000000:  # a millisecond: far above what a clock resolves
            count *= 2
        else:
            taken.append(spent / count)
    late = sorted(taken[len(taken) // 2 :])
    return late[len(late) // 2]


def _object_bytes(expression, found):
    """What each of many objects takes of the process's memory."""
    make = eval("lambda: {}".format(expression), dict(found))
    kept = [None] * OBJECTS
    before = _resident_bytes()
    for index in range(OBJECTS):
        kept[index] = make()
    return max(0, (_resident_bytes() - before) // OBJECTS)


def _resident_bytes():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
