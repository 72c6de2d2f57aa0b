"""Calls by HPy's universal ABI in its debug mode."""

from _border import begin, bench_facts  # noqa: F401 - read by what times the case

SIZES = {"small": "hpy_debug"}


def setup(name):
    return begin(name)


def run(calls):
    return calls()
