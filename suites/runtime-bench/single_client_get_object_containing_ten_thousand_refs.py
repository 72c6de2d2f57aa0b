"""get of a list of ten thousand references, each put inside one task."""

from _rows import begin, bench_facts  # noqa: F401 - read by what times the case

SIZES = {"small": "single client get object containing 10k refs"}


def setup(size):
    return begin(size)


def run(state):
    return state()
