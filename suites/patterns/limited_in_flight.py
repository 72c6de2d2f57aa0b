"""Never more than so many tasks at once, by `wait`: the loop that most programs on Ray have."""

from _library import begin, ray

SIZES = {"small": (500, 10), "large": (20000, 50)}


@ray.remote
def work(number):
    return number * number % 1009


def setup(size):
    begin(__name__)
    return size


def run(state):
    count, most = state
    running, total = [], 0
    for number in range(count):
        if len(running) == most:
            ready, running = ray.wait(running)
            total += sum(ray.get(ready))
        running.append(work.remote(number))
    return total + sum(ray.get(running))
