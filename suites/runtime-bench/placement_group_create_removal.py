"""A hundred groups of one bundle, made, awaited and removed."""

from _rows import begin, bench_facts  # noqa: F401 - read by what times the case

SIZES = {"small": "placement group create/removal"}


def setup(size):
    return begin(size)


def run(state):
    return state()
