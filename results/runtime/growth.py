"""How polyray's costs grow: with actors, with tasks that wait, with the size of an object.

    nox -s growth        writes results/runtime/growth.json and growth.svg

Each point is the median of several rounds in one process: a chart of shape, no claim of a ratio.
"""

from __future__ import annotations

import json
import platform
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl
from matplotlib import pyplot as plt

import polyray as ray

HERE = Path(__file__).parent
ROUNDS = 5
ACTORS = (1, 2, 5, 10, 20, 50, 100)
TASKS = tuple(10**power for power in range(7))
BYTES = tuple(10**power for power in range(10))
MOST_S = 20.0


@ray.remote
def nothing() -> None:
    pass


@ray.remote(num_cpus=0)
class Actor:
    def call(self) -> None:
        pass


def timed(run: Callable[[], object]) -> list[float]:
    """Seconds of some rounds after a first one; fewer where a round is long."""
    run()
    times: list[float] = []
    while len(times) < ROUNDS and sum(times) < MOST_S:
        began = time.perf_counter()
        run()
        times.append(time.perf_counter() - began)
    return times


def actors(count: int) -> list[float]:
    """Seconds a call, with calls to so many actors in turn."""
    group = [Actor.remote() for _ in range(count)]
    ray.get([actor.call.remote() for actor in group])
    calls = max(1000, count) // count
    times = timed(lambda: ray.get([one.call.remote() for _ in range(calls) for one in group]))
    return [seconds / (calls * count) for seconds in times]


def tasks(count: int) -> list[float]:
    """Seconds a task, with so many submitted before the first is awaited."""
    times = timed(lambda: ray.get([nothing.remote() for _ in range(count)]))
    return [seconds / count for seconds in times]


def objects(size: int) -> list[float]:
    """Seconds for putting an object of so many bytes and getting it in another process."""
    value = bytes(size)
    return timed(lambda: ray.get(received.remote(ray.put([value]))))


@ray.remote
def received(value: list[bytes]) -> int:
    return len(value[0])


SERIES = {
    "actors": (actors, ACTORS, "actors that are called in turn", "µs a call", 1e6),
    "tasks": (tasks, TASKS, "tasks submitted before the first is awaited", "µs a task", 1e6),
    "objects": (objects, BYTES, "bytes of the object", "ms to put and to read elsewhere", 1e3),
}


def draw(found: dict[str, dict[str, list[float]]], path: Path) -> None:
    """Medians as lines, the range of the rounds as a band."""
    mpl.rcParams["svg.hashsalt"] = "growth"
    figure, panels = plt.subplots(1, len(SERIES), figsize=(12, 3.6), layout="constrained")
    for panel, (name, (_, _, over, unit, factor)) in zip(panels, SERIES.items(), strict=True):
        counts = [int(count) for count in found[name]]
        times = [[one * factor for one in times] for times in found[name].values()]
        panel.plot(counts, [statistics.median(one) for one in times], marker="o", markersize=3)
        panel.fill_between(counts, [min(t) for t in times], [max(t) for t in times], alpha=0.2)
        panel.set(xscale="log", yscale="log", xlabel=over, ylabel=unit)
        panel.grid(visible=True, alpha=0.3)
    figure.savefig(path, metadata={"Date": None})


def main() -> None:
    """Measure, keep and draw."""
    ray.init(num_cpus=2)
    found: dict[str, dict[str, list[float]]] = {}
    for name, (measure, counts, *_) in SERIES.items():
        for count in counts:
            found.setdefault(name, {})[str(count)] = measure(count)
            print(name, count, f"{statistics.median(found[name][str(count)]):.3g} s", flush=True)
    ray.shutdown()
    about = {"python": sys.version.split()[0], "machine": platform.machine(), "seconds": found}
    (HERE / "growth.json").write_text(json.dumps(about, indent=1) + "\n")
    draw(found, HERE / "growth.svg")


if __name__ == "__main__":
    main()
