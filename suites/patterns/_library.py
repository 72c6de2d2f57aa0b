"""The library under test: polyray, or what RUNTIME names; one session a process."""

import atexit
import importlib
import os
import sys

os.environ.setdefault("RAY_worker_niceness", "0")
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
NAME = os.environ.get("RUNTIME", "polyray")
ray = importlib.import_module(NAME)
pickler = importlib.import_module("cloudpickle" if NAME == "polyray" else NAME + ".cloudpickle")


def begin(case):
    """A session of two CPUs, in which what the case defines goes by value."""
    pickler.register_pickle_by_value(sys.modules[case])
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
