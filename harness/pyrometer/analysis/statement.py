"""One statement on several rows: what `pyrometer timeit` shows, decided.

Owns the baseline of a run of one case, what an empty loop costs there, and the doubt whether a
compiler left anything to time. Refuses to compare by itself: cells come decided.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from pyrometer.analysis.against import figure
from pyrometer.analysis.decide import decide
from pyrometer.analysis.findings import Cell, Figure, Ratio, Timing
from pyrometer.analysis.process_value import process_of
from pyrometer.model import Outcome, Run, Verdict

# One cycle at 3.3 GHz: no iteration of any loop is shorter.
CYCLE_NS = 0.3
# A loop around the cheapest statements takes at most this much longer than the empty one.
CHEAP = 1.25


@dataclass(frozen=True, kw_only=True)
class StatementRow:
    """The statement on one row; times are ns for one loop, the loop itself included.

    `timing` may be there where `withheld` says why no time is given; `speed` and `first` are
    ratios to the baseline. `empty_loop_ns` is the same loop around nothing, in the same
    processes.
    """

    row: str
    interpreter: str
    verdict: Verdict
    reason: str
    withheld: str
    timing: Timing | None
    speed: Ratio | None
    first: Ratio | None
    empty_loop_ns: Figure | None
    peak_bytes: Figure | None
    warnings: tuple[str, ...]

    @property
    def steady(self) -> Timing | None:
        """The figures that may be given as its time."""
        if self.timing is None or self.verdict is not Verdict.PASS:
            return None
        return self.timing if math.isfinite(self.timing.value_ns) else None


@dataclass(frozen=True, kw_only=True)
class StatementReport:
    """All that is shown of one run of one statement."""

    statement: str
    run: Run
    complete: bool
    baseline: str
    rows: tuple[StatementRow, ...]
    warnings: tuple[str, ...]

    @property
    def failed(self) -> bool:
        """Whether it could not be timed somewhere; a row that could not be had is no failure."""
        return any(row.verdict not in (Verdict.PASS, Verdict.NOT_RUN) for row in self.rows)


def decide_statement(
    run: Run, outcomes: Sequence[Outcome], *, baseline: str = "", warnings: Sequence[str] = ()
) -> StatementReport:
    """Every row of a run of one case; Mistake for a baseline that is not in it.

    Baseline: as asked, else the run's reference where it was timed, else the first row that was.
    Values are not compared, so the reference may be whichever row times are held against.
    """
    timed = {outcome.job.row for outcome in outcomes if outcome.samples}
    names = [run.reference, *(row.row for row in run.rows)]
    chosen = baseline or next((name for name in names if name in timed), run.reference)
    report = decide(replace(run, reference=chosen), outcomes, baseline=chosen)
    return StatementReport(
        statement=run.cases[0].summary,
        run=run,
        complete=report.complete,
        baseline=chosen,
        rows=tuple(_row(report.run, cell, outcomes) for cell in report.cells),
        warnings=tuple(warnings),
    )


def _row(run: Run, cell: Cell, outcomes: Sequence[Outcome]) -> StatementRow:
    measured = next(row for row in run.rows if row.row == cell.row)
    own = [one for one in outcomes if one.job.row == cell.row and one.ending is Verdict.PASS]
    empty = figure([ns for ns in map(_empty_loop_ns, own) if ns])
    return StatementRow(
        row=cell.row,
        interpreter=measured.interpreter,
        verdict=cell.verdict,
        reason=cell.reason,
        withheld=cell.withheld,
        timing=cell.timing,
        speed=cell.speed,
        first=cell.first,
        empty_loop_ns=empty,
        peak_bytes=figure([one.usage.peak_bytes for one in own if one.usage]),
        warnings=(*cell.warnings, *_nothing_left(cell, own)),
    )


def _empty_loop_ns(outcome: Outcome) -> float:
    """Of one process; 0 where it had no time for it."""
    loops, ns = (outcome.facts.get(name, "") for name in ("empty_loops", "empty_ns"))
    return int(ns) / int(loops) if loops.isdecimal() and ns.isdecimal() and int(loops) else 0.0


def _nothing_left(cell: Cell, outcomes: Sequence[Outcome]) -> list[str]:
    """Doubts about a time in which there is little or nothing of the statement."""
    if cell.timing is not None and cell.timing.value_ns < CYCLE_NS:
        return ["less than a clock cycle a loop: a compiler removed the loop"]
    # Within a process, so that what slowed both of them down cancels.
    shares = [
        process.value_ns / empty_ns
        for outcome in outcomes
        if (process := process_of(outcome)[0]) and (empty_ns := _empty_loop_ns(outcome))
    ]
    if not shares or math.exp(float(np.mean(np.log(shares)))) > CHEAP:
        return []
    return ["hardly more than an empty loop: too cheap to tell, or a compiler removed it"]
