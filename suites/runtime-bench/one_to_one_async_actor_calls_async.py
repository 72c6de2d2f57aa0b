"""A thousand calls of an asyncio actor, one get."""

from _rows import begin

SIZES = {"small": "1:1 async-actor calls async"}


def setup(size):
    return begin(size)


def run(state):
    return state()
