"""The pages of a run that counted instructions: both architectures side by side.

Owns what its template is given; nothing is computed here.
"""

from __future__ import annotations

from typing import Any

from pyrometer.analysis.count_findings import CountedCell
from pyrometer.analysis.counted import SPREAD, STILL
from pyrometer.report import templating
from pyrometer.report.charts import counted as charts
from pyrometer.report.charts.canvas import Chart
from pyrometer.report.sheet import comment, inline, sheet
from pyrometer.report.view import View


def counted_charts(view: View) -> list[Chart]:
    """One for each suite that was counted."""
    return [charts.panel(view, suite) for suite in view.suites("bench", "startup")]


def counted_page(view: View) -> str:
    """The text of the page; its first line names the command that made it."""
    drawn = [inline(chart) for chart in counted_charts(view)]
    return sheet("instructions.html.j2", view, charts=drawn, **_given(view))


def counted_markdown(view: View) -> str:
    """The text of report.md, with the same tables; its first line names the command."""
    template = templating.environment(autoescape=False).get_template("instructions.md.j2")
    return template.render(
        view=view,
        report=view.report,
        run=view.report.run,
        comment=comment(view.command),
        charts=counted_charts(view),
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
        "warming": _warming(view),
        "spread": SPREAD,
        "still": STILL,
    }


def _warming(view: View) -> list[CountedCell]:
    """The cells of rows that compile whose runs change most from the first to the last."""
    found = view.report.counted
    compiling = {row.row for row in view.compiling}
    cells = [c for c in found.cells if c.row in compiling and c.iterations] if found else []
    return sorted(cells, key=lambda c: c.iterations[-1] / c.iterations[0])[:12]
