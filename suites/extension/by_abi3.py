"""Calls by the stable ABI of CPython, one binary for all."""

from _border import begin, bench_facts  # noqa: F401 - read by what times the case

SIZES = {"small": "abi3"}


def setup(name):
    return begin(name)


def run(calls):
    return calls()
