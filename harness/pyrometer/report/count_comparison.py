"""`pyrometer compare` of counts on a terminal.

Owns the order of columns. Refuses arithmetic: a comparison comes decided.
"""

from __future__ import annotations

from rich.console import Group
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from pyrometer.analysis.count_changes import CountClaim, CountComparison
from pyrometer.report import units

STYLES = {CountClaim.FEWER: "green", CountClaim.MORE: "yellow"}


def count_comparison(found: CountComparison) -> Group:
    """One comparison: case by case, then suite by suite."""
    title = f"{found.b}: instructions beside {found.a} ({found.arch}; {found.instrument})"
    table = Table(title=escape(title), title_justify="left", box=None, padding=(0, 2, 0, 0))
    for heading in ("case", "before", "after", "change", "no change within", "verdict"):
        table.add_column(heading)
    for one in found.changes:
        verdict = Text(one.withheld or "no count", "dim")
        if one.claim is not None:
            verdict = Text(one.claim.value, STYLES.get(one.claim, ""))
        counts = (units.figure(one.a), units.figure(one.b))
        table.add_row(one.case, *counts, _percent(one.change), _percent(one.band), verdict)
    for suite, change in found.suites.items():
        table.add_row(Text(f"{suite}, geometric mean", "bold"), "", "", _percent(change))
    return Group(table)


def _percent(share: float) -> str:
    return f"{100 * share:.3f} %" if units.is_figure(share) else units.NOTHING
