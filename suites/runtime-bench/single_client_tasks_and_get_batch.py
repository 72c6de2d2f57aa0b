"""A thousand tasks and one get of all: a whole batch is one operation."""

from _rows import begin, bench_facts  # noqa: F401 - read by what times the case

SIZES = {"small": "single client tasks and get batch"}


def setup(size):
    return begin(size)


def run(state):
    return state()
