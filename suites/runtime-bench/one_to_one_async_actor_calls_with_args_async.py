"""A thousand calls of an asyncio actor with an integer, one get."""

from _rows import begin, bench_facts  # noqa: F401 - read by what times the case

SIZES = {"small": "1:1 async-actor calls with args async"}


def setup(size):
    return begin(size)


def run(state):
    return state()
