"""The points of `growth.py`, measured in one process: LIBRARY LARGEST; a JSON line for each.

Runs on polyray or Ray, in an interpreter of pyrometer's: Python 3.9, the standard library alone.
"""

import importlib
import json
import sys
import time

ROUNDS = 5
MOST_S = 20.0  # for a point's rounds together; what would take longer once is left out
ACTORS = (1, 2, 5, 10, 20, 50, 100)
TASKS = tuple(10**power for power in range(7))
BYTES = tuple(10**power for power in range(10))

ray = importlib.import_module(sys.argv[1])


@ray.remote
def nothing():
    pass


@ray.remote(num_cpus=0)
class Actor:
    def call(self):
        pass


@ray.remote
def received(value):
    return len(value[0])


def timed(run):
    """Seconds of some rounds after a first one; fewer where a round is long."""
    began = time.perf_counter()
    run()
    times = []
    while len(times) < ROUNDS and time.perf_counter() - began < MOST_S:
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return times or [time.perf_counter() - began]


def actors(count):
    """Seconds a call, with calls to so many actors in turn."""
    group = [Actor.remote() for _ in range(count)]
    ray.get([actor.call.remote() for actor in group])
    calls = max(1000, count) // count
    times = timed(lambda: ray.get([one.call.remote() for _ in range(calls) for one in group]))
    return [seconds / (calls * count) for seconds in times]


def tasks(count):
    """Seconds a task, with so many submitted before the first is awaited."""
    times = timed(lambda: ray.get([nothing.remote() for _ in range(count)]))
    return [seconds / count for seconds in times]


def objects(size):
    """Seconds for putting an object of so many bytes and getting it in another process."""
    value = bytes(size)
    return timed(lambda: ray.get(received.remote(ray.put([value]))))


# name -> (function, counts, does its figure stand for one of them?)
SERIES = {
    "actors": (actors, ACTORS, False),
    "tasks": (tasks, TASKS, True),
    "objects": (objects, BYTES, False),
}


def main():
    """Measure and tell."""
    largest = int(sys.argv[2])
    ray.init(num_cpus=2, log_to_driver=False)
    for name, (measure, counts, is_each) in SERIES.items():
        last_s = 0.0
        for count in counts:
            if count > largest:
                break
            point = {"series": name, "count": count}
            expected_s = last_s * count if is_each else last_s
            if expected_s > MOST_S:
                point["left_out"] = f"about {expected_s:.0f} s a round"
            else:
                point["seconds"] = measure(count)
                last_s = min(point["seconds"])
            print(json.dumps(point), flush=True)
    ray.shutdown()


main()
