"""Four tasks, each of which calls the servers in turn five thousand times."""

from _rows import begin

SIZES = {"small": "n:n actor calls async"}


def setup(size):
    return begin(size)


def run(state):
    return state()
