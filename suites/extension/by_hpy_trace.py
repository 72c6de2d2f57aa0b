"""Calls by HPy's universal ABI in its trace mode."""

from _border import begin, bench_facts  # noqa: F401 - read by what times the case

SIZES = {"small": "hpy_trace"}


def setup(name):
    return begin(name)


def run(calls):
    return calls()
