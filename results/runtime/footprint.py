"""How soon the first result is there, and what two idle workers hold: polyray beside Ray.

    nox -s footprint                                  writes results/runtime/footprint.json
    python results/runtime/footprint.py INTERPRETER…  names of pyrometer's; `+ray` rows run Ray

Every sample is a process of its own, in random order over all interpreters, after one of each that
is not counted. Memory is the proportional set size (PSS) of all processes but the driver.
"""

from __future__ import annotations

import json
import os
import platform
import random
import statistics
import subprocess
import sys
from pathlib import Path

from beside import environment, library_of, programs

HERE = Path(__file__).parent
DEFAULT = ("cpython-3.11", "pypy-8.0", "cpython-3.11+ray")
SAMPLES = 11
PROBE = """
import json, os, sys, time
began = time.perf_counter()
import {library} as ray
imported = time.perf_counter()
ray.init(num_cpus=2)

@ray.remote
def one():
    return 1

assert ray.get(one.remote()) == 1
first = time.perf_counter()
time.sleep(2)  # until both workers are there and idle

def parents():
    found = {{}}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open("/proc/{{}}/stat".format(name)) as file:
                    found[int(name)] = int(file.read().rpartition(")")[2].split()[1])
            except OSError:
                continue
    return found

def pss_kb(pid):
    with open("/proc/{{}}/smaps_rollup".format(pid)) as file:
        return next(int(line.split()[1]) for line in file if line.startswith("Pss:"))

below, found = {{os.getpid()}}, parents()
while True:
    more = {{pid for pid, parent in found.items() if parent in below}} - below
    if not more:
        break
    below |= more
below.discard(os.getpid())
print(json.dumps({{
    "import_s": imported - began,
    "init_to_first_s": first - imported,
    "processes": len(below),
    "pss_mb": sum(map(pss_kb, below)) / 1024,
    "driver_pss_mb": pss_kb(os.getpid()) / 1024,
}}))
"""
SHOWN = {
    "init to first result, ms": lambda one: one["init_to_first_s"] * 1e3,
    "import to first result, ms": lambda one: (one["import_s"] + one["init_to_first_s"]) * 1e3,
    "PSS of all but the driver, MB": lambda one: one["pss_mb"],
    "processes but the driver": lambda one: one["processes"],
    "PSS of the driver, MB": lambda one: one["driver_pss_mb"],
}


def sample(name: str, program: str, variables: dict[str, str]) -> dict[str, float]:
    """One process; raises CalledProcessError with its words on standard error."""
    ended = subprocess.run(
        (program, "-c", PROBE.format(library=library_of(name))),
        stdout=subprocess.PIPE,
        env=variables,
        check=True,
        timeout=180,
    )
    found: dict[str, float] = json.loads(ended.stdout.splitlines()[-1])
    return found


def table(samples: dict[str, list[dict[str, float]]]) -> str:
    """Medians, with the middle half of the samples in brackets."""
    lines = []
    for title, figure in SHOWN.items():
        lines.append(title)
        for name, found in samples.items():
            low, middle, high = statistics.quantiles(map(figure, found), n=4)
            lines.append(f"  {name:20} {middle:8.1f} [{low:.1f}, {high:.1f}]")
    return "\n".join(lines)


def main(names: list[str]) -> None:
    """Measure and keep."""
    found = programs(names)
    samples: dict[str, list[dict[str, float]]] = {name: [] for name in found}
    order = [name for name in found for _ in range(SAMPLES)]
    random.Random(1).shuffle(order)  # noqa: S311 - an order to be repeated, not a secret
    with environment() as variables:
        for name in found:
            sample(name, found[name], variables)
        for done, name in enumerate(order, 1):
            samples[name].append(sample(name, found[name], variables))
            print(f"{done}/{len(order)} {name}", file=sys.stderr, flush=True)
    about = {"machine": platform.machine(), "processors": os.cpu_count(), "samples": samples}
    (HERE / "footprint.json").write_text(json.dumps(about, indent=1) + "\n")
    print(table(samples))


if __name__ == "__main__":
    main(sys.argv[1:] or list(DEFAULT))
