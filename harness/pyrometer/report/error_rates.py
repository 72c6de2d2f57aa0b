"""Error rates in words and tables, for the terminal and for pages.

Owns what each rate is called. Arithmetic is somebody else's.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group
from rich.table import Table
from rich.text import Text

from pyrometer.analysis.findings import Report
from pyrometer.analysis.findings.errors import Calibration, ErrorRates, Share
from pyrometer.report import units

Row = tuple[str, str, str, str]
COLUMNS = ("what", "expected", "found", "comparisons")


def error_rate_rows(rates: ErrorRates, builds: int) -> Iterator[Row]:
    """What is counted, what it should be, what it was with its interval at 95 %, of how many."""
    same = "the same build" if builds == 1 else "another build of the same source"
    yield (f"{same} called different (one cell, no margin)", "5 %",
           *_told(rates.false_positive_rate))  # fmt: skip
    yield (f"reports on {same} with any claim", "at most 5 %",
           *_told(rates.report_claim_rate))  # fmt: skip
    if builds > 1:
        return
    for one in rates.recall:
        effect = units.percent_exactly(one.effect)
        yield (f"a slowdown by {effect} called slower", "the more the better", *_told(one.share))
    yield "intervals that contain the slowdown", "95 %", *_told(rates.coverage)
    yield ("a slowdown as large as the margin called no difference", "at most 5 %",
           *_told(rates.equivalent_at_margin))  # fmt: skip


def _told(share: Share) -> tuple[str, str]:
    if share.value is None:
        return "–", "0"
    low, high = units.percent_exactly(share.low), units.percent_exactly(share.high)
    return f"{units.percent_exactly(share.value)} [{low}, {high}]", str(share.comparisons)


def describe(found: Calibration) -> str:
    """What was run, in a sentence."""
    who = ", ".join(found.interpreters)
    builds = f" in {found.builds} builds" if found.builds > 1 else ""
    return (
        f"{found.name}: {who}{builds}, {units.plural(found.cases, 'case')}, "
        f"{units.plural(found.processes, 'process', 'processes')}"
    )


def error_rate_sections(report: Report) -> list[tuple[str, list[Row]]]:
    """A heading and the rows of a table for each number of processes; none without figures."""
    return [
        (
            f"{rates.processes} processes a side ({describe(found)})",
            list(error_rate_rows(rates, found.builds)),
        )
        for found in (report.calibration, report.calibration_of_builds)
        if found is not None
        for rates in found.rates
    ]


def error_rate_tables(found: Calibration) -> Group:
    """A table for each number of processes a side."""
    if not found.rates:
        return Group(Text("too little was run for a single comparison", "red"))
    return Group(
        Text(describe(found), style="bold"), *(_table(rates, found.builds) for rates in found.rates)
    )


def _table(rates: ErrorRates, builds: int) -> Table:
    title = f"{rates.processes} processes a side"
    if rates.withheld:
        title += f" ({rates.withheld} comparisons withheld: no steady state)"
    table = Table(title=title, title_justify="left", box=None, padding=(0, 2, 0, 0))
    for heading in COLUMNS:
        table.add_column(heading)
    for row in error_rate_rows(rates, builds):
        table.add_row(*map(Text, row))
    return table
