"""Newton's iteration for cube roots in a bare loop: float arithmetic, so the boxing of floats."""

SIZES = {"small": 2000, "large": 20000}  # roots

ITERATIONS = 30


def setup(size):
    values, value = [], 20261
    for _ in range(size):
        value = value * 48271 % 2147483647
        values.append(1.0 + value % 1000000 / 1000.0)
    return values


def run(values):
    total = 0.0
    for value in values:
        root = value
        for _ in range(ITERATIONS):
            square = root * root
            root -= (root * square - value) / (3.0 * square)
        total += root
    return int(total * 1000.0)
