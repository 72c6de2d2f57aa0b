"""Stages of actors with a bounded number of items between them: back-pressure by waiting."""

from _library import begin, checksum, ray

SIZES = {"small": (300, 16), "large": (5000, 32)}


@ray.remote
class Stage:
    def __init__(self, factor):
        self.factor = factor
        self.seen = 0

    def work(self, item):
        self.seen += 1
        return (item * self.factor + self.seen) % 1000000007


def setup(size):
    begin(__name__)
    return size


def run(state):
    items, most = state
    stages = [Stage.options(num_cpus=0).remote(factor) for factor in (3, 5, 7)]
    waiting, done = [], []
    for item in range(items):
        if len(waiting) == most:
            done.append(ray.get(waiting.pop(0)))
        ref = item
        for stage in stages:
            ref = stage.work.remote(ref)
        waiting.append(ref)
    return checksum(done + ray.get(waiting))
