"""Four tasks, each of which calls the servers in turn five thousand times."""

from _rows import begin, bench_facts  # noqa: F401 - read by what times the case

SIZES = {"small": "n:n actor calls async"}


def setup(size):
    return begin(size)


def run(state):
    return state()
