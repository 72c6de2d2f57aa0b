"""get of one task that does nothing."""

from _rows import begin

SIZES = {"small": "single client tasks sync"}


def setup(size):
    return begin(size)


def run(state):
    return state()
