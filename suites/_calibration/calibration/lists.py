"""A list built, sorted and summed, once a unit."""

from _dose import units

SIZES = {"small": 1000}


def setup(size):
    return range(units(size))


def run(state):
    total = 0
    for _ in state:
        numbers = [number * 7 % 11 for number in range(11)]
        numbers.sort()
        total = sum(numbers[2:9])
    return total
