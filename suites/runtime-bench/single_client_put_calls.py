"""put(0), its reference dropped."""

from _rows import begin, bench_facts  # noqa: F401 - read by what times the case

SIZES = {"small": "single client put calls"}


def setup(size):
    return begin(size)


def run(state):
    return state()
