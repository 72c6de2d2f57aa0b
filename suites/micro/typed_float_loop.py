"""A loop over typed floats in one function without calls: what a compiler on demand takes."""

SIZES = {"small": 20000, "large": 200000}  # steps

COMPILED = ("orbit",)


def setup(size):
    return size


def orbit(steps: int) -> float:
    """The distances of a body on its way around another, summed, by Euler's symplectic method."""
    x = 1.0
    y = 0.0
    right = 0.0
    up = 1.0
    total = 0.0
    step = 0
    while step < steps:
        square = x * x + y * y
        pull = 0.001 / (square * square)
        right = right - pull * x
        up = up - pull * y
        x = x + 0.001 * right
        y = y + 0.001 * up
        total = total + square
        step = step + 1
    return total


def run(steps):
    return int(orbit(steps) * 1000.0)
