"""put of one bytes object of 838.9 MB; counted in bytes."""

from _rows import begin

SIZES = {"small": "single client put bytes"}


def setup(size):
    return begin(size)


def run(state):
    return state()
