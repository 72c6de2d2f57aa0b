"""Collatz chains in a bare loop: the cost of one bytecode and of one small integer object."""

SIZES = {"small": 600, "large": 6000}  # chains


def setup(size):
    starts, value = [], 20261
    for _ in range(size):
        value = value * 48271 % 2147483647
        starts.append(value)
    return starts


def run(starts):
    checksum = 0
    for start in starts:
        number, steps = start, 0
        while number != 1:
            if number & 1:
                number = 3 * number + 1
            else:
                number >>= 1
            steps += 1
        checksum = (checksum * 31 + steps) % 1000000007
    return checksum
