"""What `pyrometer compare` finds in instructions, and what it claims where nothing changed.

python results/gate/instructions.py    # 5 minutes; writes instructions.json beside itself

Counts a case in many processes of one CPython, and the same case with a little more work: 2 in
1,000, and ten times as much. Every pair of processes without more work is an A/A comparison; each
with and without is one of an injected change. The decision is the product's own.
"""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from pyrometer.analysis.compare import Side
from pyrometer.analysis.count_changes import CountClaim, CountComparison, count_changes
from pyrometer.model import Outcome
from pyrometer.records import Library, ResultSet

ROW = "cpython-3.11"
PROCESSES = 47  # the first is left out: 46 make 1,035 pairs
SIZES = {"same": 1000, "two_in_1000": 1002, "twenty_in_1000": 1020}
SUITE = """\
purpose = "a known change of work"
kind = "bench"
tier = "quick"
origin = "here"
licence = "MIT"
"""
CASE = '''"""Work of {size} parts."""

SIZES = {{"small": {size}}}


def setup(size):
    return [(number, str(number)) for number in range(size)], dict.fromkeys(map(str, range(97)), 1)


def run(state):
    parts, known = state
    total = 0
    for _ in range(20):
        for number, name in parts:
            total += known.get(name, number) * 3 % 7
    return 42 if total else 0
'''


def counted(folder: Path) -> ResultSet:
    """A run of the three cases."""
    suite = folder / "suites" / "gate"
    suite.mkdir(parents=True)
    (suite / "suite.toml").write_text(SUITE)
    for name, size in SIZES.items():
        (suite / f"{name}.py").write_text(CASE.format(size=size))
    words = ["-m", "pyrometer", "run", "--metric", "instructions", "-i", ROW]
    words += ["--suites", str(folder / "suites"), "--processes", str(PROCESSES)]
    subprocess.run([sys.executable, *words, "--results", str(folder / "results")], check=True)
    return Library(folder / "results").open()


def claims(pairs: list[tuple[Outcome, Outcome]], found: ResultSet) -> list[CountComparison]:
    """Each pair as a comparison of two runs of one process."""

    def side(outcome: Outcome) -> Side:
        return Side(run=found.run, outcomes=[outcome], row=ROW)

    return [count_changes(side(one), side(other)) for one, other in pairs]


def _as_same(outcome: Outcome) -> Outcome:
    case = "gate/same"
    samples = tuple(replace(sample, case=case) for sample in outcome.samples)
    return replace(outcome, job=replace(outcome.job, cases=(case,)), samples=samples)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = counted(Path(folder))
    by_case: dict[str, list[Outcome]] = {}
    for outcome in found.outcomes:
        if outcome.job.round > 0:
            by_case.setdefault(outcome.job.cases[0].partition("/")[2], []).append(outcome)
    same = by_case["same"]
    figures: dict[str, object] = {"row": ROW, "command": "python results/gate/instructions.py"}
    for name, others in by_case.items():
        pairs = (
            list(itertools.combinations(same, 2))
            if name == "same"
            else list(itertools.product(same, map(_as_same, others)))
        )
        changes = [
            change
            for one in claims(pairs, found)
            for change in one.changes
            if change.case.startswith("gate/same") and change.claim is not None
        ]
        figures[name] = {
            "comparisons": len(changes),
            "called_more": sum(change.claim is CountClaim.MORE for change in changes),
            "called_fewer": sum(change.claim is CountClaim.FEWER for change in changes),
            "least_change": min(change.change for change in changes),
            "greatest_change": max(change.change for change in changes),
        }
    text = json.dumps(figures, indent=1)
    Path(__file__).with_suffix(".json").write_text(text + "\n")
    print(text)


if __name__ == "__main__":
    main()
