"""Calls by PyO3 against the stable ABI, one binary for all."""

from _border import begin, bench_facts  # noqa: F401 - read by what times the case

SIZES = {"small": "pyo3_abi3"}


def setup(name):
    return begin(name)


def run(calls):
    return calls()
