"""The wished precision in words: which intervals became that narrow, and which did not.

Owns the sentences. Refuses to compute: `analysis.reached` does.
"""

from __future__ import annotations

from pyrometer.analysis.findings import Reached, Report
from pyrometer.report import units


def precision_sentence(report: Report) -> str:
    """How many cells reached what was asked for; empty where nothing was."""
    if not report.reached:
        return ""
    wanted = units.percent_exactly(report.run.precision)
    missed = missed_cells(report)
    count = len(report.reached)
    if not missed:
        return f"Asked for ± {wanted}: all {count} cells reach it."
    return (
        f"Asked for ± {wanted}: {count - len(missed)} of {count} cells reach it; "
        f"the widest: {told(missed[0])}."
    )


def missed_cells(report: Report) -> list[Reached]:
    """Cells with a wider interval than was asked for or with none, the widest first."""
    found = [one for one in report.reached if not one.half_width <= report.run.precision]
    return sorted(found, key=lambda one: -one.half_width if one.half_width > 0 else float("-inf"))


def told(one: Reached) -> str:
    """A cell: what it reached, what was expected, with how many processes and why no more."""
    width = units.percent_exactly(one.half_width) if units.is_figure(one.half_width) else "none"
    processes = units.plural(one.processes, "process", "processes")
    more = f", limited by {one.limited}" if one.limited else ""
    return (
        f"{one.case} on {one.row} ± {width} with {processes}"
        f" (± {units.percent_exactly(one.expected)} expected{more})"
    )
