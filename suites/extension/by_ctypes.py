"""Calls by ctypes."""

from _border import begin, bench_facts  # noqa: F401 - read by what times the case

SIZES = {"small": "ctypes"}


def setup(name):
    return begin(name)


def run(calls):
    return calls()
