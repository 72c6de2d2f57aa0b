"""Client actors, each of which calls its server a thousand times with one reference."""

from _rows import begin

SIZES = {"small": "n:n actor calls with arg async"}


def setup(size):
    return begin(size)


def run(state):
    return state()
