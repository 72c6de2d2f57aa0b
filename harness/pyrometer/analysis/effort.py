"""What it took to find the verdicts out: seconds of processes, and the last words of the dead.

Owns sums over the wall time of whole processes. Refuses speed: a start, a warm-up and a call are
all in these seconds.
"""

from __future__ import annotations

from collections.abc import Iterable

from pyrometer.analysis.findings import Effort
from pyrometer.analysis.gather import TIMED, Gathered
from pyrometer.model import Outcome


def efforts_of(gathered: Gathered) -> tuple[Effort, ...]:
    """One for every row and suite of which anything ran, in the order of the run."""
    groups: dict[tuple[str, str], list[Outcome]] = {}
    for outcome in gathered.outcomes:
        groups.setdefault((outcome.job.row, outcome.job.suite), []).append(outcome)
    suites = dict.fromkeys(case.suite for case in gathered.run.cases)
    return tuple(
        _effort(row, suite, groups[row, suite])
        for row in gathered.rows
        for suite in suites
        if (row, suite) in groups
    )


def seconds(outcomes: Iterable[Outcome]) -> float:
    """Seconds that the processes took, one after the other; a pause of a resumed run is none."""
    return sum(outcome.usage.wall_ns for outcome in outcomes if outcome.usage) / 1e9


def _effort(row: str, suite: str, outcomes: list[Outcome]) -> Effort:
    cells: dict[tuple[str, str], list[Outcome]] = {}
    for outcome in outcomes:
        if outcome.job.kind in TIMED:
            cells.setdefault((outcome.job.cases[0], outcome.job.size), []).append(outcome)
    return Effort(
        row=row,
        suite=suite,
        wall_s=seconds(outcomes),
        cell_s={cell: seconds(some) for cell, some in cells.items()},
        last_words={one.job.id: one.stderr_tail for one in outcomes if one.stderr_tail},
    )
