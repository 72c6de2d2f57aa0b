"""`ray.html`: polyray's rates beside real Ray's, row by row and interpreter by interpreter.

Owns what the template is given; nothing is computed here.
"""

from __future__ import annotations

from pyrometer.analysis.findings import Versus
from pyrometer.report.sheet import sheet
from pyrometer.report.view import View

RAY_PAGE = "ray.html"


def ray_page(view: View) -> str:
    """The text of the page; its first line names the command that made it."""
    entries = view.report.versus_ray
    table: dict[str, dict[str, Versus]] = {}
    for one in entries:
        table.setdefault(one.case, {})[one.row] = one
    rows = list(dict.fromkeys(one.row for one in entries))
    timed = {
        case: found
        for case, found in table.items()
        if any(one.latency or one.ray_latency for one in found.values())
    }
    return sheet("ray.html.j2", view, table=table, rows=rows, timed=timed)
