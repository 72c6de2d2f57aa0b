"""A thousand tasks, then wait until the last of them is there: the whole loop is one operation."""

from _rows import begin, bench_facts  # noqa: F401 - read by what times the case

SIZES = {"small": "single client wait 1k refs"}


def setup(size):
    return begin(size)


def run(state):
    return state()
