"""Words counted by mappers and summed by reducers: many small tasks whose results feed others."""

from _library import Numbers, begin, checksum, ray

SIZES = {"small": (16, 2000), "large": (64, 20000)}
WORDS = 97


@ray.remote
def count(seed, words):
    numbers = Numbers(seed)
    found = [0] * WORDS
    for _ in range(words):
        found[numbers.below(WORDS)] += 1
    return found


@ray.remote
def add(*counts):
    return [sum(column) for column in zip(*counts)]


def setup(size):
    begin(__name__)
    return size


def run(state):
    blocks, words = state
    counted = [count.remote(seed, words) for seed in range(blocks)]
    while len(counted) > 1:
        counted = [add.remote(*counted[at : at + 4]) for at in range(0, len(counted), 4)]
    return checksum(ray.get(counted[0]))
