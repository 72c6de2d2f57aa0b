"""Integer arithmetic in a loop, one step a unit."""

from _dose import units

SIZES = {"small": 2000}


def setup(size):
    return range(units(size))


def run(state):
    total = 1
    for _ in state:
        total = 1
        for factor in (3, 5, 7, 11, 13):
            total = total * factor % 1009
    return total
