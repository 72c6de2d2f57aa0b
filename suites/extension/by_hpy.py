"""Calls by HPy, compiled to the C API of this interpreter."""

from _border import begin, bench_facts  # noqa: F401 - read by what times the case

SIZES = {"small": "hpy"}


def setup(name):
    return begin(name)


def run(calls):
    return calls()
