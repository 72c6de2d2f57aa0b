"""Samplers that report progress to an actor while they work: long tasks, small messages."""

from _library import Numbers, begin, ray

SIZES = {"small": (8, 4000), "large": (32, 200000)}
SIDE = 10000


@ray.remote
class Progress:
    def __init__(self):
        self.reports = 0

    def report(self):
        self.reports += 1

    def read(self):
        return self.reports


@ray.remote
def sample(seed, count, progress):
    numbers = Numbers(seed)
    inside = 0
    for number in range(count):
        x, y = numbers.below(SIDE), numbers.below(SIDE)
        inside += x * x + y * y < SIDE * SIDE
        if number % 1000 == 0:
            progress.report.remote()
    return inside


def setup(size):
    begin(__name__)
    return size


def run(state):
    tasks, count = state
    progress = Progress.options(num_cpus=0).remote()
    inside = sum(ray.get([sample.remote(seed, count, progress) for seed in range(tasks)]))
    wanted = tasks * -(-count // 1000)
    while ray.get(progress.read.remote()) < wanted:
        pass
    return inside
