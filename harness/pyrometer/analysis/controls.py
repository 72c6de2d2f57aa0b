"""Differences that only an emulated row shows, of which nobody knows yet whose they are.

Owns the question: the emulator's, or the other architecture's? What answers it is a control, the
host's own build of the same release under the same emulator. Refuses to run anything.
"""

from __future__ import annotations

from collections.abc import Sequence

from pyrometer.analysis.findings import Item
from pyrometer.analysis.gather import Gathered
from pyrometer.analysis.judge import WRONG, judge_checks
from pyrometer.model import MeasuredRow, Outcome, Run


def open_questions(run: Run, outcomes: Sequence[Outcome]) -> dict[str, tuple[str, ...]]:
    """Emulated row → its cases with a difference that is neither known nor also seen natively."""
    gathered = Gathered.of(run, outcomes)
    if not gathered.emulated:
        return {}
    items, _ = judge_checks(gathered)
    verdicts = {(item.row, item.case, item.check): item.verdict for item in items}

    def is_open(item: Item) -> bool:
        native = verdicts.get((native_of(run, item.row), item.case, item.check))
        return item.verdict in WRONG and not item.expected and native is not item.verdict

    found: dict[str, list[str]] = {}
    for item in items:
        if item.row in gathered.emulated and is_open(item):
            found.setdefault(item.row, []).append(item.case)
    return {row: tuple(dict.fromkeys(cases)) for row, cases in found.items()}


def native_of(run: Run, row: str) -> str:
    """The row of the same release on the machine's own architecture, "" where it was not run."""
    release = {one.row: _release(one) for one in run.rows}
    own = run.machine.arch
    return next(
        (
            one.row
            for one in run.rows
            if release[one.row] == release[row] and one.facts and one.facts.arch == own
        ),
        "",
    )


def _release(row: MeasuredRow) -> tuple[str, str, str]:
    return row.implementation, row.series, row.variant
