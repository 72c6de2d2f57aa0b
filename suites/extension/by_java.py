"""Calls to a Java class on GraalPy."""

from _border import begin, bench_facts  # noqa: F401 - read by what times the case

SIZES = {"small": "java"}


def setup(name):
    return begin(name)


def run(calls):
    return calls()
