"""A small dictionary filled and asked, once a unit."""

from _dose import units

SIZES = {"small": 1000}


def setup(size):
    return range(units(size)), ["alpha", "beta", "gamma", "delta", "epsilon"]


def run(state):
    numbers, names = state
    total = 0
    for _ in numbers:
        known = {}
        for name in names:
            known[name] = len(name)
        total = sum(known[name] for name in names)
    return total
