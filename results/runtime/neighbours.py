"""What stands beside polyray on one machine: bare sockets, multiprocessing, xoscar, Ray's graphs.

    nox -s neighbours                                  writes results/runtime/neighbours.json
    python results/runtime/neighbours.py INTERPRETER…  these rows alone, into the same file

GraalPy is not in the default set: a sample of it takes a minute.

Every sample is a process of its own, in random order over all rows. Rows of gigabytes need numpy,
which only the row of Ray's interpreter has: polyray runs there too for them.
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

from beside import environment, programs

HERE = Path(__file__).parent
FILE = HERE / "neighbours.json"
SLOW = ("graalpy-25.0+jit",)
SAMPLES = 5
SECONDS = 1.0
HOST = "this Python"
SYNC = "polyray: 1:1 actor calls sync"
ASYNC = "polyray: 1:1 actor calls async"
FLOOR = "socket and pickle"
ROWS: dict[str, tuple[str, ...]] = {
    "cpython-3.11": (
        FLOOR,
        SYNC,
        "multiprocessing manager",
        "polyray: single client tasks async",
        "multiprocessing.Pool",
        ASYNC,
    ),
    "pypy-8.0": (FLOOR, SYNC, ASYNC),
    "graalpy-25.0+jit": (FLOOR, SYNC, ASYNC),
    "rustpython-0.6": (FLOOR, SYNC, ASYNC),
    "cpython-3.11+ray": (
        "ray: 1:1 actor calls sync",
        "Compiled Graph",
        "ray: single client put gigabytes",
        "polyray: single client put gigabytes",
        "ray: multi client put gigabytes",
        "polyray: multi client put gigabytes",
    ),
    HOST: (
        "xoscar",
        SYNC,
        "xoscar, many at once",
        ASYNC,
    ),
}
SECONDS_OF = {"graalpy-25.0+jit": 6.0}  # its compiler needs some
PATIENCE_S = 240


def sample(program: str, row: str, seconds: float, variables: dict[str, str]) -> float:
    """Operations a second (gigabytes, where the row counts them); raises CalledProcessError."""
    words = (program, str(HERE / "neighbours_rows.py"), row, str(seconds))
    ended = subprocess.run(
        words, stdout=subprocess.PIPE, env=variables, check=True, timeout=PATIENCE_S
    )
    found: float = json.loads(ended.stdout.splitlines()[-1])
    return found


def table(samples: dict[str, dict[str, list[float]]]) -> str:
    """Medians, with the middle half of the samples in brackets."""
    lines = []
    for name, rows in samples.items():
        lines.append(name)
        for row, found in rows.items():
            low, middle, high = statistics.quantiles(found, n=4)
            lines.append(f"  {row:45} {middle:12,.4g} [{low:,.4g}, {high:,.4g}]")
    return "\n".join(lines)


def main(names: list[str]) -> None:
    """Measure and keep."""
    wanted = {name: ROWS[name] for name in names or ROWS if name in names or name not in SLOW}
    found = {**programs([name for name in wanted if name != HOST]), HOST: sys.executable}
    order = [(name, row) for name, rows in wanted.items() for row in rows] * SAMPLES
    random.Random(1).shuffle(order)  # noqa: S311 - an order to be repeated, not a secret
    samples: dict[str, dict[str, list[float]]] = {
        name: {row: [] for row in rows} for name, rows in wanted.items()
    }
    with environment() as variables:
        for done, (name, row) in enumerate(order, 1):
            seconds = SECONDS_OF.get(name, SECONDS)
            samples[name][row].append(sample(found[name], row, seconds, variables))
            print(f"{done}/{len(order)} {name}: {row}", file=sys.stderr, flush=True)
    kept = json.loads(FILE.read_text())["samples"] if names and FILE.exists() else {}
    about = {"machine": platform.machine(), "processors": os.cpu_count()}
    FILE.write_text(json.dumps({**about, "samples": {**kept, **samples}}, indent=1) + "\n")
    print(table(samples))


if __name__ == "__main__":
    main(sys.argv[1:])
