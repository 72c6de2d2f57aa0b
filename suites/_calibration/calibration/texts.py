"""Text split, changed and joined, once a unit."""

from _dose import units

SIZES = {"small": 1000}


def setup(size):
    return range(units(size)), "one two three four five six seven"


def run(state):
    numbers, text = state
    length = 0
    for _ in numbers:
        words = [word.upper() for word in text.split()]
        length = len("-".join(words).replace("E", "ee"))
    return length
