"""Four actors, each of which calls ten thousand tasks and gets them."""

from _rows import begin, bench_facts  # noqa: F401 - read by what times the case

SIZES = {"small": "multi client tasks async"}


def setup(size):
    return begin(size)


def run(state):
    return state()
