"""Calls by HPy's universal ABI, one binary for all."""

from _border import begin, bench_facts  # noqa: F401 - read by what times the case

SIZES = {"small": "hpy_universal"}


def setup(name):
    return begin(name)


def run(calls):
    return calls()
