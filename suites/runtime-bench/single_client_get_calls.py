"""get of one reference that was made once by put(0)."""

from _rows import begin, bench_facts  # noqa: F401 - read by what times the case

SIZES = {"small": "single client get calls"}


def setup(size):
    return begin(size)


def run(state):
    return state()
