"""`extension.html`: what a call into native code costs, by mechanism and interpreter.

Owns what the template is given and in which order; nothing is computed here.
"""

from __future__ import annotations

from pyrometer.analysis.border_findings import Mechanism
from pyrometer.report.charts import border as charts
from pyrometer.report.sheet import inline, sheet
from pyrometer.report.view import View

BORDER_PAGE = "extension.html"


def border_page(view: View) -> str:
    """The text of the page; its first line names the command that made it."""
    entries = view.report.border
    rows: dict[str, list[Mechanism]] = {}
    for one in entries:
        rows.setdefault(one.row, []).append(one)
    functions = list(dict.fromkeys(name for one in entries for name in one.call_ns))
    return sheet(
        "extension.html.j2",
        view,
        rows=rows,
        functions=functions,
        crossing=list(dict.fromkeys(c.function for one in entries for c in one.crossovers)),
        drawn=inline(charts.chart(view)),
    )
