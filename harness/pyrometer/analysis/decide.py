"""From a run and its outcomes to everything that a report shows of it.

Owns the choice of the baseline and the assembly. Refuses arithmetic: that is for the modules it
calls. Same inputs, equal report.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pyrometer.analysis.against import Against, against, timing_of
from pyrometer.analysis.cells import Measured, measure
from pyrometer.analysis.costs import costs_of
from pyrometer.analysis.effort import efforts_of, seconds
from pyrometer.analysis.findings import Cell, Conformance, Item, Report, Summary
from pyrometer.analysis.gather import Gathered, Key
from pyrometer.analysis.judge import judge_checks
from pyrometer.analysis.summarise import Entry, Title, summarise
from pyrometer.errors import Mistake
from pyrometer.model import MeasuredRow, Outcome, Run, Verdict

USUAL_BASELINE = "cpython-3.11"
METRICS = {"bench": "wall", "startup": "start"}


def decide(
    run: Run,
    outcomes: Sequence[Outcome],
    *,
    baseline: str | None = None,
    warnings: Sequence[str] = (),
) -> Report:
    """All verdicts and figures of a run; Mistake for a baseline that is not in it.

    Baseline: as asked, else cpython-3.11 where it was measured, else the reference, else the
    first row. `warnings` of the caller come first in the report's.
    """
    chosen = choose_baseline(run, baseline)
    return decide_against(run, outcomes, baselines=(chosen,), warnings=warnings)[chosen]


def decide_against(
    run: Run,
    outcomes: Sequence[Outcome],
    *,
    baselines: Sequence[str],
    warnings: Sequence[str] = (),
) -> dict[str, Report]:
    """The same run held against several baselines; what does not depend on them is judged once."""
    gathered = Gathered.of(run, outcomes)
    measured = measure(gathered)
    judged = judge_checks(gathered)
    return {
        baseline: _report(gathered, measured, judged, baseline, warnings) for baseline in baselines
    }


def _report(
    gathered: Gathered,
    measured: Mapping[Key, Measured],
    judged: tuple[tuple[Item, ...], tuple[str, ...]],
    baseline: str,
    warnings: Sequence[str],
) -> Report:
    run, (items, doubts) = gathered.run, judged
    held = {
        key: against(measured.get(key._replace(row=baseline)), cell)
        for key, cell in measured.items()
    }
    cells = tuple(_cell(cell, held[key], measured, baseline) for key, cell in measured.items())
    return Report(
        run=run,
        complete=not gathered.unfinished,
        baseline=baseline,
        rows=run.rows,
        cases=run.cases,
        summaries=_summaries(gathered, cells, held, baseline),
        cells=cells,
        conformance=_conformance(gathered, cells, items),
        items=items,
        costs=costs_of(gathered),
        unexpected=_unexpected(cells, items),
        warnings=tuple(dict.fromkeys((*warnings, *_run_doubts(run, baseline), *doubts))),
        outcomes=len(gathered.outcomes),
        duration_s=seconds(gathered.outcomes),
        efforts=efforts_of(gathered),
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


def _cell(cell: Measured, held: Against, measured: Mapping[Key, Measured], baseline: str) -> Cell:
    row, case, size = cell.key
    return Cell(
        row=row,
        case=case,
        suite=case.partition("/")[0],
        size=size,
        verdict=cell.judged.verdict,
        expected=cell.judged.expected,
        reason=cell.judged.reason,
        timing=timing_of(cell, measured.get(Key(baseline, case, size))),
        speed=held.speed,
        first=held.first,
        total=held.total,
        withheld=held.withheld,
        warnings=cell.warnings,
        known=cell.judged.known,
    )


def _summaries(
    gathered: Gathered, cells: Sequence[Cell], held: Mapping[Key, Against], baseline: str
) -> tuple[Summary, ...]:
    """Of every row that could be had over every timed suite, benches first."""
    suites = {
        (METRICS[case.kind], case.suite): None
        for kind in METRICS
        for case in gathered.run.cases
        if case.kind == kind
    }
    found = []
    for metric, suite in suites:
        for row in gathered.run.rows:
            own = [cell for cell in cells if (cell.row, cell.suite) == (row.row, suite)]
            if own and not row.missing:
                title = Title(row=row, suite=suite, metric=metric, baseline=baseline)
                found.append(summarise(title, [_entry(cell, own, held) for cell in own]))
    return tuple(found)


def _entry(cell: Cell, own: Sequence[Cell], held: Mapping[Key, Against]) -> Entry:
    alone = sum(other.case == cell.case for other in own) == 1
    reason = f"{cell.withheld}: {cell.reason}" if cell.reason else cell.withheld
    return Entry(
        case=cell.case if alone else f"{cell.case}@{cell.size}",
        ratio=cell.speed,
        log=held[Key(cell.row, cell.case, cell.size)].log,
        missing="" if cell.speed else reason,
        cores=cell.timing.cores if cell.timing else float("nan"),
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
