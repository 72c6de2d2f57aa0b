"""A generator driven to its end, once a unit."""

from _dose import units

SIZES = {"small": 1000}


def setup(size):
    return range(units(size))


def halves(number):
    while number:
        yield number
        number //= 2


def run(state):
    total = 0
    for _ in state:
        total = sum(halves(1000))
    return total
