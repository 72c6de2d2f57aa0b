"""The contract of accelerators in CPython under AddressSanitizer, on one route after the other.

Instrumented are the core, each route's glue and, for HPy's, HPy's runtime. The interpreter is not,
but each of its objects is a piece of memory of its own, so that who reads beyond one is seen.
"""

import os
import sys

import building
from checking import HERE, NATIVE, SANITIZED, UNSTABLE, must_find, must_pass, target

RUNTIME = NATIVE.parent
# What is built before a route; HPy's source is made with the first that needs it.
FIRST = {
    "capi": (),
    "cffi": ("cffi-package",),
    "hpy-cpython": (),
    "hpy": ("hpy-package",),
}
# HPy's debug mode gives handles of its own, and tells of each that is used wrongly.
MODES = {"hpy": ("", "debug")}
LOAD = "import sys; from polyray.accel.routes import load; load(sys.argv[1])"
KEEP = """
import sys
from accel_contract import checks_of
checks = checks_of(sys.argv[1])
for check in checks.values(): check()
print(len(checks), "checks of the contract on route", *sys.argv[1:])
"""


def contract(folder):
    """A line for each route that keeps the contract, after one that reads beyond an object."""
    for route, needed in FIRST.items():
        for name in needed:
            build(name, folder)
        build(route, folder, "-include", str(HERE / "planted/beyond.h"))
        must_find(started(LOAD, route), "heap-buffer-overflow", env=environment(folder))
        build(route, folder)
        for mode in MODES.get(route, ("",)):
            settings, told = ({"HPY": mode}, [f"in HPy's {mode} mode"]) if mode else ({}, [])
            yield must_pass(started(KEEP, route, *told), env={**environment(folder), **settings})


def started(program, *words):
    """The words that start a program in this interpreter."""
    return [sys.executable, "-c", program, *words]


def build(name, folder, *words):
    """What is built by that name, instrumented, in its folder there."""
    settings = {
        **os.environ,
        **UNSTABLE,
        "CC": " ".join([*building.compiler(), "-fsanitize=address", *words]),
        "RUSTFLAGS": SANITIZED.format("address"),
        "CARGO_TARGET_DIR": str(target(NATIVE, SANITIZED.format("address"))),
        "PYTHONPATH": str(folder / "cffi-package"),
    }
    command = [sys.executable, str(NATIVE / name / "build.py"), str(folder / name)]
    building.run(command, env=settings)


def environment(folder):
    """In which this interpreter loads instrumented routes from a folder."""
    library = building.run([*building.compiler(), "-print-file-name=libasan.so"]).strip()
    paths = [RUNTIME, RUNTIME / "tests/contract", folder / "cffi-package"]
    return {
        **os.environ,
        "LD_PRELOAD": library,
        # The interpreter frees not all at its end.
        "ASAN_OPTIONS": "detect_leaks=0",
        "PYTHONMALLOC": "malloc",
        "POLYRAY_NATIVE": str(folder),
        "POLYRAY_ACCEL": "pure",  # of peers, which load routes by name
        "PYTHONPATH": os.pathsep.join(map(str, paths)),
    }
