"""From a run and its outcomes to everything that a report shows of it.

Owns the choice of the baseline and the assembly. Refuses arithmetic: that is for the modules it
calls. Same inputs, equal report.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pyrometer.analysis.against import Against, against, figure, timing_of
from pyrometer.analysis.border import border
from pyrometer.analysis.cells import Measured, measure
from pyrometer.analysis.costs import costs_of
from pyrometer.analysis.counted import counted
from pyrometer.analysis.crossover import faster_from, paid_back
from pyrometer.analysis.curve import telling, typical, warmup_curve
from pyrometer.analysis.effort import efforts_of, seconds
from pyrometer.analysis.family import corrected
from pyrometer.analysis.findings import Cell, Conformance, Item, Report, Summary
from pyrometer.analysis.gather import Gathered, Key
from pyrometer.analysis.judge import judge_checks
from pyrometer.analysis.lead import comparable, leads
from pyrometer.analysis.pace import pace
from pyrometer.analysis.reached import reached
from pyrometer.analysis.summarise import Entry, Title, summarise
from pyrometer.analysis.versus import versus_ray
from pyrometer.errors import Mistake
from pyrometer.model import MeasuredRow, Outcome, Run, Verdict

USUAL_BASELINE = "cpython-3.11"
METRICS = {"bench": "wall", "startup": "start"}


@dataclass(frozen=True, kw_only=True)
class Basis:
    """A run measured and judged, before anything is held against a baseline."""

    gathered: Gathered
    measured: Mapping[Key, Measured]

    @classmethod
    def of(cls, run: Run, outcomes: Sequence[Outcome]) -> Basis:
        """Of all outcomes ever recorded for the run."""
        gathered = Gathered.of(run, outcomes)
        return cls(gathered=gathered, measured=measure(gathered))

    def report(self, *, baseline: str | None = None, warnings: Sequence[str] = ()) -> Report:
        """All verdicts and figures; Mistake for a baseline that is not in the run.

        Baseline: as asked, else cpython-3.11 where it was measured, else the reference, else the
        first row. `warnings` of the caller come first in the report's.
        """
        return _report(self, choose_baseline(self.gathered.run, baseline), warnings)

    def summaries(self, baseline: str) -> tuple[Summary, ...]:
        """The summaries alone, against any row."""
        held = {
            key: against(self.measured.get(key._replace(row=baseline)), cell)
            for key, cell in self.measured.items()
        }
        return _summaries(self, held, baseline)


def decide(
    run: Run,
    outcomes: Sequence[Outcome],
    *,
    baseline: str | None = None,
    warnings: Sequence[str] = (),
) -> Report:
    """All verdicts and figures of a run, as `Basis.report`."""
    return Basis.of(run, outcomes).report(baseline=baseline, warnings=warnings)


def _report(basis: Basis, baseline: str, warnings: Sequence[str]) -> Report:
    gathered, measured = basis.gathered, basis.measured
    run, (items, doubts) = gathered.run, judge_checks(gathered)
    held = corrected(
        {
            key: against(measured.get(key._replace(row=baseline)), cell)
            for key, cell in measured.items()
        }
    )
    cells = tuple(_cell(basis, key, held[key], baseline) for key in measured)
    its_pace = pace(gathered.outcomes)
    paces = [
        f"the machine changed its pace at {when}: the same work then took {times:.2f} times as long"
        for when, times in (its_pace.changes if its_pace else ())
    ]
    return Report(
        run=run,
        complete=not gathered.unfinished,
        baseline=baseline,
        rows=run.rows,
        cases=run.cases,
        summaries=_summaries(basis, held, baseline),
        cells=cells,
        conformance=_conformance(gathered, cells, items),
        items=items,
        costs=costs_of(gathered),
        unexpected=_unexpected(cells, items),
        warnings=tuple(dict.fromkeys((*warnings, *_run_doubts(run, baseline), *paces, *doubts))),
        outcomes=len(gathered.outcomes),
        duration_s=seconds(gathered.outcomes),
        efforts=efforts_of(gathered),
        telling=telling(cells),
        leads=leads(gathered, measured, baseline),
        versus_ray=versus_ray(gathered, measured),
        border=border(gathered),
        reached=reached(gathered, measured),
        pace=its_pace,
        counted=counted(gathered, baseline),
    )


def choose_baseline(run: Run, wanted: str | None) -> str:
    """The row that everything is held against."""
    names = [row.row for row in run.rows]
    if wanted is not None:
        if wanted not in names:
            raise Mistake(
                f"no row {wanted!r} in this run to compare with",
                where=run.name,
                next_step=f"one of: {', '.join(names)}",
            )
        return wanted
    there = [row.row for row in run.rows if not row.missing]
    preferred = [name for name in (USUAL_BASELINE, run.reference) if name in there]
    return next(iter([*preferred, *there, *names]), "")


def _cell(basis: Basis, key: Key, held: Against, baseline: str) -> Cell:
    its, other = basis.measured[key], basis.measured.get(key._replace(row=baseline))
    cell = Cell(
        row=key.row,
        case=key.case,
        suite=_suite(key.case),
        size=key.size,
        verdict=its.judged.verdict,
        expected=its.judged.expected,
        reason=its.judged.reason,
        timing=timing_of(its, other),
        speed=held.speed,
        cpu=held.cpu,
        first=held.first,
        total=held.total,
        withheld=held.withheld,
        warnings=its.warnings,
        known=its.judged.known,
    )
    facts = basis.gathered.rows[key.row].facts
    if its.kind == "bench" and facts is not None and facts.jit:
        return _warmed(cell, its, other)
    return cell


def _warmed(cell: Cell, its: Measured, other: Measured | None) -> Cell:
    """The cell with its warm-up and when it overtook the baseline, `other`."""
    if cell.timing is None:
        return cell
    timing = replace(cell.timing, curve=warmup_curve(its.processes), trace=typical(its.processes))
    if other is None or not comparable(its, other):
        return replace(cell, timing=timing)
    level = figure([process.value_ns for process in other.processes])
    return replace(
        cell,
        timing=timing,
        faster_from=faster_from(its.processes, level.value) if level else None,
        paid_back=paid_back(its.processes, other.processes),
        paid_back_called=paid_back(its.processes, other.processes, called=True),
    )


def _summaries(basis: Basis, held: Mapping[Key, Against], baseline: str) -> tuple[Summary, ...]:
    """Of every row that could be had over every timed suite, benches first."""
    run = basis.gathered.run
    suites = {
        (METRICS[case.kind], case.suite): None
        for kind in METRICS
        for case in run.cases
        if case.kind == kind
    }
    found = []
    for metric, suite in suites:
        for row in run.rows:
            own = [key for key in held if key.row == row.row and _suite(key.case) == suite]
            if own and not row.missing:
                title = Title(row=row, suite=suite, metric=metric, baseline=baseline)
                entries = [_entry(basis.measured[key], own, held[key]) for key in own]
                found.append(summarise(title, entries))
    return tuple(found)


def _suite(case: str) -> str:
    return case.partition("/")[0]


def _entry(its: Measured, own: Sequence[Key], held: Against) -> Entry:
    _, case, size = its.key
    alone = sum(other.case == case for other in own) == 1
    reason = f"{held.withheld}: {its.judged.reason}" if its.judged.reason else held.withheld
    return Entry(
        case=case if alone else f"{case}@{size}",
        ratio=held.speed,
        log=held.log,
        cpu_log=held.cpu_log,
        total=held.total,
        total_log=held.total_log,
        missing="" if held.speed else reason,
        cores=its.cores,
        cores_whole=its.cores_whole,
    )


def _conformance(
    gathered: Gathered, cells: Sequence[Cell], items: Sequence[Item]
) -> tuple[Conformance, ...]:
    """Counts per row and suite: of checks and probes, and of benches and start-up cases."""
    suites = dict.fromkeys(case.suite for case in gathered.run.cases)
    everything: tuple[Cell | Item, ...] = (*cells, *items)
    groups: dict[tuple[str, str], list[Cell | Item]] = {}
    for one in everything:
        groups.setdefault((one.row, one.suite), []).append(one)
    return tuple(
        Conformance(
            row=row,
            suite=suite,
            counts={verdict: sum(one.verdict is verdict for one in group) for verdict in Verdict},
            unexpected=sum(not one.expected for one in group),
        )
        for row in gathered.rows
        for suite in suites
        if (group := groups.get((row, suite)))
    )


def _unexpected(cells: Iterable[Cell], items: Iterable[Item]) -> tuple[str, ...]:
    """One line for everything that a person must look at."""
    lines = [
        f"{item.row}: {item.case}::{item.check}: {_told(item)}"
        for item in items
        if not item.expected
    ]
    lines += [f"{cell.row}: {cell.case}: {_told(cell)}" for cell in cells if not cell.expected]
    return tuple(lines)


def _told(one: Cell | Item) -> str:
    verdict = one.verdict.value.replace("_", " ")
    return f"{verdict}: {one.reason}" if one.reason else verdict


def _run_doubts(run: Run, baseline: str) -> list[str]:
    rows: dict[str, MeasuredRow] = {row.row: row for row in run.rows}
    doubts = [f"{row.row} could not be had: {row.missing}" for row in run.rows if row.missing]
    if baseline in rows and rows[baseline].missing:
        doubts.append(f"the baseline {baseline} could not be had: there is no speed to show")
    if run.reference not in rows or rows[run.reference].missing:
        doubts.append(f"the reference {run.reference} was not measured: values are not compared")
    return doubts
