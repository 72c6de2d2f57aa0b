"""A client actor calls each of its servers five thousand times."""

from _rows import begin, bench_facts  # noqa: F401 - read by what times the case

SIZES = {"small": "1:n actor calls async"}


def setup(size):
    return begin(size)


def run(state):
    return state()
