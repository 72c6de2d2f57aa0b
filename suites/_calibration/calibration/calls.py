"""Calls of a function with positional and named arguments, four a unit."""

from _dose import units

SIZES = {"small": 2000}


def setup(size):
    return range(units(size))


def add(left, right=1, *, third=0):
    return left + right + third


def run(state):
    total = 0
    for _ in state:
        total = add(add(1), add(2, 3), third=add(4, third=5))
    return total
