"""Blocks sorted, split and merged: every task's result has a part for every other."""

from _library import Numbers, begin, checksum, ray

SIZES = {"small": (6, 1500), "large": (16, 50000)}
BOUND = 1000000


@ray.remote
def split(seed, count, parts):
    numbers = Numbers(seed)
    found = [[] for _ in range(parts)]
    for value in sorted(numbers.below(BOUND) for _ in range(count)):
        found[value * parts // BOUND].append(value)
    return found


@ray.remote
def merge(*blocks):
    return sorted(value for block in blocks for value in block)


def setup(size):
    begin(__name__)
    return size


def run(state):
    parts, count = state
    rows = [split.options(num_returns=parts).remote(seed, count, parts) for seed in range(parts)]
    merged = [merge.remote(*[row[at] for row in rows]) for at in range(parts)]
    values = [value for block in ray.get(merged) for value in block]
    assert len(values) == parts * count
    return checksum(values)
