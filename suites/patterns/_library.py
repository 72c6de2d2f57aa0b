"""One session a process, and numbers and checksums that are the same everywhere."""

import atexit

from under_test import by_value, ray


def begin(case):
    """A session of two CPUs, in which what the case defines goes by value."""
    by_value(case, __name__)
    if not ray.is_initialized():
        ray.init(num_cpus=2)


class Numbers:
    """Numbers that are the same everywhere: a linear congruential generator."""

    def __init__(self, seed):
        self.state = seed

    def below(self, bound):
        """The next one, at least 0 and less than the bound."""
        self.state = (self.state * 1103515245 + 12345) % 2147483648
        return (self.state >> 8) % bound


def checksum(values):
    """A number that depends on all of them and on their order."""
    total = 0
    for value in values:
        total = (total * 31 + value) % 1000000007
    return total


atexit.register(ray.shutdown)
