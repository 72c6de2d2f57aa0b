"""get of one task that does nothing."""

from _rows import begin, bench_facts  # noqa: F401 - read by what times the case

SIZES = {"small": "single client tasks sync"}


def setup(size):
    return begin(size)


def run(state):
    return state()
