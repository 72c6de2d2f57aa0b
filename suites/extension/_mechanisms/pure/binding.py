"""Python itself."""

import math


class Point:
    """An object with attributes and a method."""

    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def norm(self):
        """|x| + |y|."""
        return abs(self.x) + abs(self.y)


def nothing():
    """Nothing."""


def add(a, b):
    """Two integers."""
    return a + b


def hypotenuse(x, y):
    """Floating point."""
    return math.sqrt(x * x + y * y)


def fill(buffer, value):
    """All bytes of a buffer."""
    buffer[:] = bytes((value,)) * len(buffer)


def build(length):
    """A list of so many objects."""
    return [1000 + index for index in range(length)]


def call_back(function, count):
    """Call into Python so often."""
    total = 0
    for index in range(count):
        total += function(index)
    return total


def load(_folder):
    """The functions by name."""
    return {
        "nothing": nothing,
        "add": add,
        "hypotenuse": hypotenuse,
        "sum_bytes": sum,
        "fill": fill,
        "build": build,
        "callback": lambda function: function,
        "call_back": call_back,
        "Point": Point,
    }
