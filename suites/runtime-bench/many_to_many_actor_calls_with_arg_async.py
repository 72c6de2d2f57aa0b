"""Client actors, each of which calls its server a thousand times with one reference."""

from _rows import begin, bench_facts  # noqa: F401 - read by what times the case

SIZES = {"small": "n:n actor calls with arg async"}


def setup(size):
    return begin(size)


def run(state):
    return state()
