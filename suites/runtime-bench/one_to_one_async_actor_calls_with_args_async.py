"""A thousand calls of an asyncio actor with an integer, one get."""

from _rows import begin

SIZES = {"small": "1:1 async-actor calls with args async"}


def setup(size):
    return begin(size)


def run(state):
    return state()
