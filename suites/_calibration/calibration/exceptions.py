"""An exception raised two frames deep and caught, once a unit."""

from _dose import units

SIZES = {"small": 1000}


def setup(size):
    return range(units(size))


def outer(number):
    return inner(number) + 1


def inner(number):
    if number < 0:
        raise ValueError(number)
    return number


def run(state):
    caught = 0
    for _ in state:
        caught = 0
        for number in (1, -1, 2):
            try:
                outer(number)
            except ValueError:
                caught += 1
    return caught
