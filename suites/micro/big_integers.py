"""A product tree taken apart again: multiplication and division of integers of many words."""

SIZES = {"small": 3000, "large": 10000}  # factors of 31 bits

CHUNK = 2**607 - 1
PRIME = 2**61 - 1


def setup(size):
    factors, value = [], 20261
    for _ in range(size):
        value = value * 48271 % 2147483647
        factors.append(value)
    return factors


def product_of(factors):
    """Multiply neighbours until one is left, so that the operands stay of equal length."""
    while len(factors) > 1:
        pairs = zip(factors[::2], factors[1::2])
        odd_one = factors[-1:] if len(factors) % 2 else []
        factors = [left * right for left, right in pairs] + odd_one
    return factors[0]


def run(factors):
    remaining = product_of(factors)
    checksum = 0
    while remaining:
        remaining, digit = divmod(remaining, CHUNK)
        checksum = (checksum * 31 + (digit ^ digit >> 300)) % PRIME
    return checksum
