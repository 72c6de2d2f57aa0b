"""What an interval of ±1 % costs: eight cases measured by us and by pyperf's defaults.

cd harness && python -m benchmarks.efficiency                    # about ten minutes
python -m benchmarks.efficiency cpython-3.14 pypy-8.0            # names of pyrometer's

Both measure the same cases of `micro` on the same interpreter in one sitting, a case at a time, in
random order. Goal on CPython: a third of pyperf's time at an equal or smaller half-width. Writes
efficiency.json beside this file, in which other interpreters stay.

pyperf's half-width is Student's over the means of its processes, as ours is over the values of
ours; its value takes what its processes did after one warm-up, ours their steady part.
"""

from __future__ import annotations

import json
import math
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import pyperf
from scipy import stats

HERE = Path(__file__).parent
SUITE = HERE.parents[1] / "suites" / "micro"
CASES = (
    "closures",
    "dict_of_integers",
    "exceptions",
    "float_loop",
    "generators",
    "list_operations",
    "method_calls",
    "regex_matching",
)
DEFAULT = ("cpython-3.14", "pypy-8.0")
PRECISION = "1%"
PATIENCE_S = 600
FIGURES = HERE / "efficiency.json"


class Cost(NamedTuple):
    """Seconds of wall time, the half-width reached as a share of the value, and the value."""

    wall_s: float
    half_width: float
    value_ns: float
    processes: int


def by_pyperf(program: str, case: str, folder: Path) -> Cost:
    """One case under pyperf's defaults; raises CalledProcessError."""
    found = folder / "pyperf.json"
    found.unlink(missing_ok=True)
    libraries = folder / "libraries"
    libraries.mkdir(exist_ok=True)
    if not (libraries / "pyperf").exists():
        (libraries / "pyperf").symlink_to(Path(pyperf.__file__).parent)
    variables = {
        **os.environ,
        "PYTHONPATH": str(libraries),
        "CASE": str(SUITE / f"{case}.py"),
    }
    words = [program, str(HERE / "pyperf_case.py"), "--inherit-environ", "CASE", "-q"]
    begun = time.perf_counter()
    subprocess.run([*words, "-o", str(found)], env=variables, check=True, timeout=PATIENCE_S)
    wall_s = time.perf_counter() - begun
    runs = pyperf.Benchmark.load(str(found)).get_runs()
    means = [statistics.fmean(run.values) for run in runs if run.values]
    mean = statistics.fmean(means)
    reach = stats.t.ppf(0.975, len(means) - 1) / math.sqrt(len(means))
    return Cost(wall_s, float(reach) * statistics.stdev(means) / mean, mean * 1e9, len(means))


def by_us(name: str, case: str, folder: Path) -> Cost:
    """One case by `pyrometer run --precision`; raises CalledProcessError."""
    with tempfile.TemporaryDirectory(dir=folder) as results:
        words = ["-s", "micro", "-c", f"micro/{case}", "-i", name, "--precision", PRECISION]
        command = [sys.executable, "-m", "pyrometer", "run", *words, "--results", results]
        begun = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True, timeout=PATIENCE_S)
        wall_s = time.perf_counter() - begun
        report = [sys.executable, "-m", "pyrometer", "report", "--results", results]
        subprocess.run(report, stdout=subprocess.DEVNULL, check=True, timeout=PATIENCE_S)
        (document,) = Path(results).glob("reports/*/report.json")
        (cell,) = json.loads(document.read_text())["cases"]
    timing = cell["timing"]
    reach = (timing["high_ns"] - timing["low_ns"]) / 2 / timing["value_ns"]
    return Cost(wall_s, reach, timing["value_ns"], timing["processes"])


def programs(names: list[str]) -> dict[str, str]:
    """Where each interpreter's program is, obtained first if need be."""
    words = (sys.executable, "-m", "pyrometer", "which", "--json", *names)
    said = subprocess.run(words, stdout=subprocess.PIPE, check=True).stdout
    found: dict[str, str] = json.loads(said)
    return found


def table(costs: dict[str, dict[str, dict[str, Cost]]]) -> str:
    """By interpreter and case, ours and pyperf's side by side, and their sums."""
    lines = []
    for name, cases in costs.items():
        lines.append(f"{name}\n{'':20} {'we s':>7} {'±':>7} {'pyperf s':>9} {'±':>7} {'value':>7}")
        for case, both in cases.items():
            us, them = both["pyrometer"], both["pyperf"]
            lines.append(
                f"{case:20} {us.wall_s:7.1f} {us.half_width:7.2%} {them.wall_s:9.1f}"
                f" {them.half_width:7.2%} {us.value_ns / them.value_ns:7.3f}"
            )
        tools = ("pyrometer", "pyperf")
        sums = [sum(both[tool].wall_s for both in cases.values()) for tool in tools]
        widths = [
            statistics.median(both[tool].half_width for both in cases.values()) for tool in tools
        ]
        lines.append(
            f"{'sum, median':20} {sums[0]:7.1f} {widths[0]:7.2%} {sums[1]:9.1f} {widths[1]:7.2%}"
        )
    return "\n".join(lines)


def main(names: list[str]) -> None:
    """Measure, keep, show."""
    found = programs(names)
    order = [(name, case, tool) for name in found for case in CASES for tool in ("us", "pyperf")]
    random.Random(1).shuffle(order)  # noqa: S311 - an order to be repeated, not a secret
    costs: dict[str, dict[str, dict[str, Cost]]] = {
        name: {case: {} for case in CASES} for name in found
    }
    with tempfile.TemporaryDirectory() as folder:
        for done, (name, case, tool) in enumerate(order, 1):
            print(f"{done}/{len(order)} {name} {case} {tool}", file=sys.stderr, flush=True)
            if tool == "us":
                costs[name][case]["pyrometer"] = by_us(name, case, Path(folder))
            else:
                costs[name][case]["pyperf"] = by_pyperf(found[name], case, Path(folder))
    plain = {
        name: {
            case: {tool: cost._asdict() for tool, cost in both.items()}
            for case, both in cases.items()
        }
        for name, cases in costs.items()
    }
    kept = json.loads(FIGURES.read_text())["costs"] if FIGURES.exists() else {}
    about = {"machine": platform.machine(), "precision": PRECISION, "costs": {**kept, **plain}}
    FIGURES.write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    print(table(costs))


if __name__ == "__main__":
    main(sys.argv[1:] or list(DEFAULT))
