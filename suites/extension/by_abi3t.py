"""Calls by abi3t, the stable ABI that is also that of builds without a GIL."""

from _border import begin, bench_facts  # noqa: F401 - read by what times the case

SIZES = {"small": "abi3t"}


def setup(name):
    return begin(name)


def run(calls):
    return calls()
