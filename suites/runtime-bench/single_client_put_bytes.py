"""put of one bytes object of 838.9 MB; counted in bytes."""

from _rows import begin, bench_facts  # noqa: F401 - read by what times the case

SIZES = {"small": "single client put bytes"}


def setup(size):
    return begin(size)


def run(state):
    return state()
