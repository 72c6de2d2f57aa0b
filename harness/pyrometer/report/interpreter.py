"""`interpreters/<row>.html`: all of one interpreter on a page of its own.

What it can, how fast it is, how it warms up, what it costs, what it does otherwise, and what it
was made from. Owns what the template is given; nothing is computed here.
"""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

from markupsafe import Markup

from pyrometer.model import Facts, MeasuredRow
from pyrometer.report import units, wording
from pyrometer.report.charts import speedup, warmup
from pyrometer.report.differences import differences
from pyrometer.report.page import import_cases
from pyrometer.report.sheet import inline, sheet
from pyrometer.report.view import View

MANY_CELLS = 100
_drawn: list[View] = []  # in a process of `interpreter_pages`: what it draws of


def interpreter_pages(view: View) -> list[str]:
    """The text of every row's page, in the order of the rows.

    Where there is much to draw, as many processes draw as there are processors.
    """
    rows = view.report.rows
    workers = min(len(os.sched_getaffinity(0)), len(rows))
    if workers < 2 or len(view.report.cells) < MANY_CELLS:
        return [interpreter_page(view, row) for row in rows]
    # What a forked process is to begin with needs no pickling.
    with ProcessPoolExecutor(
        workers, mp_context=get_context("fork"), initializer=_drawn.append, initargs=(view,)
    ) as pool:
        return list(pool.map(_page_at, range(len(rows))))


def _page_at(place: int) -> str:
    view = _drawn[0]
    return interpreter_page(view, view.report.rows[place])


def interpreter_page(view: View, row: MeasuredRow) -> str:
    """The text of a row's page; its first line names the command that made it."""
    below = replace(view, depth=1)
    timed = [suite for suite in view.suites("bench") if _is_timed(view, row, suite)]
    return sheet(
        "interpreter.html.j2",
        below,
        row=row,
        name=view.label(row.row),
        lead=_lead(view, row),
        facts=_facts(row.facts) if row.facts else [],
        case_charts=[inline(speedup.cases(view, suite, row.row)) for suite in timed],
        seen_charts=[inline(speedup.panel(view, suite, row.row)) for suite in timed
                     if row.row != view.report.baseline and row.row in view.summaries],
        warm_panels={suite: panels for suite in timed if (panels := _panels(view, row, suite))},
        differences=differences(view, row.row),
        import_cases=import_cases(view),
    )  # fmt: skip


def _is_timed(view: View, row: MeasuredRow, suite: str) -> bool:
    return not row.missing and any(cell.row == row.row for cell in view.cells(suite))


def _lead(view: View, row: MeasuredRow) -> str:
    """The claim of the page in one sentence."""
    suite = view.main_suite
    summary = view.summary(row.row, suite)
    if row.missing:
        return f"{view.label(row.row)} could not be had: {row.missing}"
    if row.row == view.report.baseline:
        return f"{view.label(row.row)} is the baseline of this report: the others are held to it."
    if summary is None:
        why = view.why_nothing(row, suite)
        return f"{view.label(row.row)} has no speed to show on {suite}: {why}."
    what = view.counted(suite, summary)
    return wording.sentence([summary], view.labels, what)


def _panels(view: View, row: MeasuredRow, suite: str) -> list[tuple[Markup, str]]:
    """A chart for each case, and when a run of it was faster and all of them had paid."""
    found = []
    for line in warmup.lines_with_curves(view, suite, row.row):
        cell = view.cell(row.row, line)
        told = wording.overtakes(cell) if cell else ""
        found.append((inline(warmup.panel(view, line, row.row)), told))
    return found


def _facts(facts: Facts) -> list[tuple[str, str]]:
    """What a binary says of itself, in words."""
    return [
        ("implementation", f"{facts.implementation} {facts.version}"),
        ("language", f"Python {facts.language}"),
        ("platform", f"{facts.platform} {facts.arch}"),
        ("compiles while it runs", "yes" if facts.jit else "no"),
        ("global interpreter lock", "yes" if facts.gil else "no"),
        ("compiled by", facts.compiler or "unknown"),
        ("extension ABI", facts.soabi or "none"),
        ("configured with", facts.config_args or "unknown"),
        ("clock", facts.clock or "unknown"),
        ("step of the clock", units.time(facts.clock_resolution_ns or None)),
    ]
