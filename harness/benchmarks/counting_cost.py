"""What it costs to count instructions: processor time under the counting emulator and natively.

cd harness && python -m benchmarks.counting_cost                 # a quarter of an hour
python -m benchmarks.counting_cost cpython-3.11 pypy-8.0         # names of pyrometer's

Each process runs a case of `micro` ten times: as it is, counted, and counted as a program of
aarch64. All are interleaved in random order, three times. A factor is the processor time (user and
system, start and end of the process included) of one such process through that of the native one
of the same round. Shown are the geometric mean over cases and rounds, and the lowest and the
highest. Writes counting_cost.json beside this file.

These are figures about the emulator: how long to wait for a count, not how fast a processor is.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import tempfile
from pathlib import Path

from pyrometer.campaign import select_rows
from pyrometer.execute.machine import describe_machine
from pyrometer.launch import Command, launch
from pyrometer.model import Build, Limits, Target
from pyrometer.provision.environment import target_environment
from pyrometer.provision.obtain import obtain
from pyrometer.provision.store import Store
from pyrometer.provision.targets import target

HERE = Path(__file__).parent
SUITE = HERE.parents[1] / "suites" / "micro"
CASES = ("closures", "dict_of_integers", "float_loop")
DEFAULT = ("cpython-3.11", "cpython-3.14", "pypy-8.0", "rustpython-0.6")
FOREIGN = "aarch64"
ROUNDS = 3
LIMITS = Limits(timeout_s=900.0)
PROGRAM = """
import sys
case = {"__name__": "case"}
exec(compile(open(sys.argv[1]).read(), sys.argv[1], "exec"), case)
state = case["setup"](case["SIZES"]["small"])
for _ in range(10):
    case["run"](state)
"""


def targets(names: list[str]) -> dict[str, dict[str, Target]]:
    """By interpreter: how it is started natively, counted, and counted on the other processor."""
    rows = select_rows([*names, *(f"{name}-{FOREIGN}" for name in names)])
    store = Store.default()
    builds = obtain(rows, store)
    ready: dict[str, Target] = {}
    for row in rows:
        build = builds[row.name]
        if not isinstance(build, Build):
            raise build
        ready[row.name] = target(row, build, store, counted=True)
    return {
        name: {
            "native": ready[name],
            "counted": ready[name],
            f"counted {FOREIGN}": ready[f"{name}-{FOREIGN}"],
        }
        for name in names
    }


def cpu_s(way: str, there: Target, case: str, folder: Path) -> float:
    """Processor seconds of one process; raises RuntimeError where it fails."""
    argv = (*there.argv, "-c", PROGRAM, str(SUITE / f"{case}.py"))
    environment = {**target_environment(there.environment), "PYTHONHASHSEED": "0"}
    if way != "native":
        counter = there.counter
        if counter is None:
            raise RuntimeError(f"nothing counts {there.row.name}")
        environment["QEMU_PLUGIN"] = f"{counter.plugin},out={folder / 'counted'}"
        argv = (*counter.argv, *argv)
    ended = launch(Command(argv=argv, environment=environment, cwd=folder, limits=LIMITS))
    if not ended.ok or ended.usage is None:
        raise RuntimeError(f"{there.row.name} {case} {way}: {ended.stderr.decode()[-200:]}")
    return (ended.usage.user_ns + ended.usage.system_ns) / 1e9


def table(costs: dict[str, dict[str, dict[str, list[float]]]]) -> str:
    """By interpreter: seconds natively, then the factors, as Markdown."""
    ways = ("counted", f"counted {FOREIGN}")
    lines = ["| interpreter | native s | x86_64 counted | aarch64 counted |", "|---|---|---|---|"]
    for name, cases in costs.items():
        native = [s for by_way in cases.values() for s in by_way["native"]]
        cells = [f"{statistics.geometric_mean(native):.2f}"]
        for way in ways:
            factors = [
                slow / quick
                for by_way in cases.values()
                for slow, quick in zip(by_way[way], by_way["native"], strict=True)
            ]
            mean = statistics.geometric_mean(factors)
            cells.append(f"{mean:.1f}× [{min(factors):.1f}, {max(factors):.1f}]")
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main(names: list[str]) -> None:
    """Measure, keep, show."""
    found = targets(names)
    one_round = [
        (name, case, way) for name, ways in found.items() for case in CASES for way in ways
    ]
    draw = random.Random(1)  # noqa: S311 - an order to be repeated, not a secret
    costs: dict[str, dict[str, dict[str, list[float]]]] = {
        name: {case: {way: [] for way in ways} for case in CASES} for name, ways in found.items()
    }
    with tempfile.TemporaryDirectory() as folder:
        for number in range(ROUNDS):
            for name, case, way in draw.sample(one_round, len(one_round)):
                spent_s = cpu_s(way, found[name][way], case, Path(folder))
                costs[name][case][way].append(round(spent_s, 3))
                print(f"{number} {name} {case} {way} {spent_s:.2f}", file=sys.stderr, flush=True)
    counters = sorted({t.counter.name for w in found.values() for t in w.values() if t.counter})
    about = {"cpu": describe_machine().cpu, "counters": counters, "cpu_s": costs}
    (HERE / "counting_cost.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    print(table(costs))


if __name__ == "__main__":
    main(sys.argv[1:] or list(DEFAULT))
