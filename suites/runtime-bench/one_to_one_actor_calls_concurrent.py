"""A thousand calls of an actor with max_concurrency=16."""

from _rows import begin, bench_facts  # noqa: F401 - read by what times the case

SIZES = {"small": "1:1 actor calls concurrent"}


def setup(size):
    return begin(size)


def run(state):
    return state()
