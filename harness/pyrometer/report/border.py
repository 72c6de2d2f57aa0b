"""`extension.html`: what a call into native code costs, by mechanism and interpreter.

Owns what the template is given and in which order; nothing is computed here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pyrometer.analysis.findings.border import Mechanism
from pyrometer.report.charts import border as charts
from pyrometer.report.sheet import inline, sheet
from pyrometer.report.view import View

BORDER_PAGE = "extension.html"


class Border(NamedTuple):
    """The mechanisms of each row, the functions timed, and those that have a size to cross at."""

    rows: dict[str, list[Mechanism]]
    functions: list[str]
    crossing: list[str]


def border_of(entries: Sequence[Mechanism]) -> Border:
    """All of it, in the order of the entries."""
    rows: dict[str, list[Mechanism]] = {}
    for one in entries:
        rows.setdefault(one.row, []).append(one)
    functions = list(dict.fromkeys(name for one in entries for name in one.call_ns))
    crossing = list(dict.fromkeys(c.function for one in entries for c in one.crossovers))
    return Border(rows, functions, crossing)


def border_page(view: View) -> str:
    """The text of the page; its first line names the command that made it."""
    drawn = inline(charts.chart(view))
    return sheet("extension.html.j2", view, drawn=drawn, **border_of(view.report.border)._asdict())
