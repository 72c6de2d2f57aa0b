"""Ten tasks, each of which puts a hundred times."""

from _rows import begin, bench_facts  # noqa: F401 - read by what times the case

SIZES = {"small": "multi client put calls"}


def setup(size):
    return begin(size)


def run(state):
    return state()
