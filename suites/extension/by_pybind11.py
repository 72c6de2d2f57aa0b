"""Calls by pybind11."""

from _border import begin, bench_facts  # noqa: F401 - read by what times the case

SIZES = {"small": "pybind11"}


def setup(name):
    return begin(name)


def run(calls):
    return calls()
