"""Calls to a module that is linked into RustPython."""

from _border import begin, bench_facts  # noqa: F401 - read by what times the case

SIZES = {"small": "rustpython"}


def setup(name):
    return begin(name)


def run(calls):
    return calls()
