"""`ray.html`: polyray's rates beside real Ray's, row by row and interpreter by interpreter.

Owns what the templates are given; nothing is computed here.
"""

from __future__ import annotations

from collections.abc import Iterable

from pyrometer.analysis.findings import Versus
from pyrometer.analysis.versus import COUNTING
from pyrometer.report.sheet import sheet
from pyrometer.report.view import View

RAY_PAGE = "ray.html"


def ray_page(view: View) -> str:
    """The text of the page; its first line names the command that made it."""
    table, rows = by_case(view.report.versus_ray)
    timed = {
        case: found
        for case, found in table.items()
        if any(one.latency or one.ray_latency for one in found.values())
    }
    return sheet("ray.html.j2", view, table=table, rows=rows, timed=timed)


def by_case(entries: Iterable[Versus]) -> tuple[dict[str, dict[str, Versus]], list[str]]:
    """(case → row → entry, all rows), in the order of the entries."""
    table: dict[str, dict[str, Versus]] = {}
    for one in entries:
        table.setdefault(one.case, {})[one.row] = one
    return table, list(dict.fromkeys(row for found in table.values() for row in found))


def by_unit(view: View) -> tuple[list[tuple[str, dict[str, dict[str, Versus]]]], list[str]]:
    """Tables for a README, (what a second holds, its cases), and all rows."""
    table, rows = by_case(view.report.versus_ray)
    found: dict[str, dict[str, dict[str, Versus]]] = {}
    for case, entries in table.items():
        counts = case.startswith(f"{COUNTING}/")
        title = "operations a second" if counts else "programs a second"
        found.setdefault(title, {})[case] = entries
    return sorted(found.items()), rows
