"""put(0), its reference dropped."""

from _rows import begin

SIZES = {"small": "single client put calls"}


def setup(size):
    return begin(size)


def run(state):
    return state()
