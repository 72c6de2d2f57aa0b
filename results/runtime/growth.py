"""How costs grow, on polyray and on Ray: with actors, with tasks that wait, with an object's size.

    nox -s growth                                 writes results/runtime/growth.json and growth.svg
    python results/runtime/growth.py INTERPRETER… names of pyrometer's; `+ray` rows run Ray

`--largest N` leaves out larger points. Each point is the median of several rounds in one process:
a chart of shape, no claim of a ratio.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl
from beside import environment, library_of, programs
from matplotlib import pyplot as plt

HERE = Path(__file__).parent
DEFAULT = ("cpython-3.11", "pypy-8.0", "cpython-3.11+ray")
PANELS = {
    "actors": ("actors that are called in turn", "µs a call", 1e6),
    "tasks": ("tasks submitted before the first is awaited", "µs a task", 1e6),
    "objects": ("bytes of the object", "ms to put and to read elsewhere", 1e3),
}
Points = list[dict[str, Any]]


def points(name: str, program: str, variables: dict[str, str], largest: int) -> Points:
    """All points of one interpreter, told as they come; raises CalledProcessError."""
    words = (program, str(HERE / "growth_points.py"), library_of(name), str(largest))
    found: Points = []
    with subprocess.Popen(words, stdout=subprocess.PIPE, env=variables, text=True) as process:
        for line in process.stdout or ():
            if line.startswith("{"):  # Ray prints lines of its own
                found.append(json.loads(line))
                print(name, line.strip()[:100], file=sys.stderr, flush=True)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, words)
    return found


def draw(found: dict[str, Points], path: Path) -> None:
    """Medians as lines, the range of the rounds as bands; a colour for each interpreter."""
    mpl.rcParams["svg.hashsalt"] = "growth"
    figure, panels = plt.subplots(1, len(PANELS), figsize=(12, 3.8), layout="constrained")
    for panel, (series, (over, unit, factor)) in zip(panels, PANELS.items(), strict=True):
        for name, all_points in found.items():
            kept = [one for one in all_points if one["series"] == series and "seconds" in one]
            counts = [one["count"] for one in kept]
            times = [[second * factor for second in one["seconds"]] for one in kept]
            title = "Ray" if library_of(name) == "ray" else f"polyray, {name}"
            middle = [statistics.median(one) for one in times]
            panel.plot(counts, middle, marker="o", markersize=3, label=title)
            panel.fill_between(counts, list(map(min, times)), list(map(max, times)), alpha=0.2)
        panel.set(xscale="log", yscale="log", xlabel=over, ylabel=unit)
        panel.grid(visible=True, alpha=0.3)
    panels[0].legend(fontsize="small")
    figure.savefig(path, metadata={"Date": None})


def main() -> None:
    """Measure, keep and draw."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="INTERPRETER", default=DEFAULT)
    parser.add_argument("--largest", type=int, default=10**9)
    parser.add_argument("--into", type=Path, default=HERE, help="the folder of what is written")
    asked = parser.parse_args()
    with environment() as variables:
        found = {
            name: points(name, program, variables, asked.largest)
            for name, program in programs(asked.names).items()
        }
    about = {"machine": platform.machine(), "points": found}
    (asked.into / "growth.json").write_text(json.dumps(about, indent=1) + "\n")
    draw(found, asked.into / "growth.svg")


if __name__ == "__main__":
    main()
