"""Four tasks, each of which calls the asyncio servers in turn five thousand times."""

from _rows import begin, bench_facts  # noqa: F401 - read by what times the case

SIZES = {"small": "n:n async-actor calls async"}


def setup(size):
    return begin(size)


def run(state):
    return state()
