"""A loop over typed integers in one function without calls: what a compiler on demand takes."""

SIZES = {"small": 20000, "large": 200000}  # steps

COMPILED = ("mixed",)


def setup(size):
    return size


def mixed(steps: int) -> int:
    """A linear congruential generator, folded by what its bits say."""
    value = 20261
    folded = 0
    step = 0
    while step < steps:
        value = (value * 48271) % 2147483647
        if value & 1 == 1:
            folded = (folded * 31 + value) % 1000000007
        else:
            folded = folded ^ (value & 65535)
        step = step + 1
    return folded


def run(steps):
    return mixed(steps)
