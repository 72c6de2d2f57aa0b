"""The pages of a run that counted instructions: both architectures side by side.

Owns what its template is given; nothing is computed here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyrometer.analysis.counted import SPREAD, STILL
from pyrometer.analysis.findings.apart import Apart
from pyrometer.analysis.findings.counts import CountedCell
from pyrometer.report import templating
from pyrometer.report.charts import apart, counted_plan, counted_warmup, plan
from pyrometer.report.charts import counted as charts
from pyrometer.report.charts.canvas import Chart
from pyrometer.report.sheet import comment, inline, sheet
from pyrometer.report.view import View

# Cases whose warm-up is drawn.
DRAWN = 6
# Of each interpreter in a table: the cases that differ most between architectures.
FURTHEST = 3


def counted_charts(view: View) -> list[Chart]:
    """Every chart that is a file."""
    return [*_panels(view), *_aparts(view), *_plans(view), *_warmups(view)]


def counted_page(view: View) -> str:
    """The text of the page; its first line names the command that made it."""
    return sheet(
        "instructions.html.j2",
        view,
        charts=[inline(chart) for chart in _panels(view)],
        aparts=[inline(chart) for chart in _aparts(view)],
        plans=[inline(chart) for chart in _plans(view)],
        warmups=[inline(counted_warmup.panel(view, cells)) for cells in _warming_cases(view)],
        **_given(view),
    )


def _panels(view: View) -> list[Chart]:
    return [charts.panel(view, suite) for suite in view.suites("bench", "startup")]


def _aparts(view: View) -> list[Chart]:
    """Where the architectures differ, for each suite that was counted on both."""
    found = view.report.counted.apart if view.report.counted else ()
    order = [row.row for row in view.report.rows]
    suites = {suite: [one for one in found if one.suite == suite]
              for suite in view.suites("bench", "startup")}  # fmt: skip
    return [
        apart.chart("instructions", suite, cases, order, view.label, view.looks.__getitem__)
        for suite, cases in suites.items()
        if cases
    ]


def furthest(found: Sequence[Apart], order: Sequence[str]) -> list[Apart]:
    """The cases that differ most, those of each interpreter together, in that order."""
    return [one for who in order for one in [one for one in found if one.who == who][:FURTHEST]]


def _plans(view: View) -> list[Chart]:
    shown = counted_plan.releases(view)
    if shown is None:
        return []
    return [counted_plan.chart(view, suite, shown) for suite in view.suites("bench")]


def _warmups(view: View) -> list[Chart]:
    """One sheet for each suite that has cases to be drawn."""
    drawn: dict[str, list[list[CountedCell]]] = {}
    for cells in _warming_cases(view):
        drawn.setdefault(cells[0].suite, []).append(cells)
    return [counted_warmup.chart(view, suite, cases) for suite, cases in drawn.items()]


def counted_markdown(view: View) -> str:
    """The text of report.md, with the same tables; its first line names the command."""
    template = templating.environment(autoescape=False).get_template("instructions.md.j2")
    return template.render(
        view=view,
        report=view.report,
        run=view.report.run,
        comment=comment(view.command),
        charts=_panels(view),
        aparts=_aparts(view),
        plans=_plans(view),
        warmups=_warmups(view),
        **_given(view),
    )


def _given(view: View) -> dict[str, Any]:
    """What both templates show."""
    found = view.report.counted
    cells = {(cell.row, cell.case, cell.size): cell for cell in found.cells} if found else {}
    return {
        "found": found,
        "architectures": charts.architectures(view),
        "lines": {suite: view.lines(suite) for suite in view.suites("bench", "startup")},
        "cell": lambda row, line: cells.get((row, line.case.id, line.size)),
        "apart": furthest(found.apart, [row.row for row in view.report.rows]) if found else (),
        "warming": _warming(view)[:12],
        "promise_source": plan.PROMISE_SOURCE,
        "spread": SPREAD,
        "still": STILL,
    }


def _warming(view: View) -> list[CountedCell]:
    """The cells of rows that compile, those first whose runs change most from first to last."""
    found = view.report.counted
    compiling = {row.row for row in view.compiling}
    cells = found.cells if found else ()
    kept = [c for c in cells if c.row in compiling and len(c.iterations) > 1]
    return sorted(kept, key=lambda c: c.iterations[-1] / c.iterations[0])


def _warming_cases(view: View) -> list[list[CountedCell]]:
    """The cases whose runs change most, each on every row that compiles."""
    cells = _warming(view)
    names = list(dict.fromkeys((cell.case, cell.size) for cell in cells))[:DRAWN]
    return [[c for c in cells if (c.case, c.size) == name] for name in names]
