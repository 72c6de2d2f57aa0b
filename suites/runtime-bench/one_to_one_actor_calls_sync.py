"""get of one method call."""

from _rows import begin, bench_facts  # noqa: F401 - read by what times the case

SIZES = {"small": "1:1 actor calls sync"}


def setup(size):
    return begin(size)


def run(state):
    return state()
