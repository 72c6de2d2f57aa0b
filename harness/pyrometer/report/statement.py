"""`pyrometer timeit` on a terminal and as JSON.

Owns the order of columns and keys. Refuses arithmetic: a statement comes decided.
"""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from pyrometer.analysis.findings import Course
from pyrometer.analysis.statement import StatementReport, StatementRow
from pyrometer.model import Verdict
from pyrometer.report import units, wording
from pyrometer.report.comparison import CLAIM_STYLES, as_json
from pyrometer.report.units import NOTHING

_MARK = " in timeit/statement: "  # what the harness puts before a target's own words


def statement_tables(report: StatementReport) -> Group:
    """How long it takes and against what, then what else was measured, then the doubts."""
    parts: list[RenderableType] = [_title(report), _times(report)]
    if any(row.timing for row in report.rows):
        parts += ["", _beside(report)]
    if not report.complete:
        parts.append(Text("Not complete: figures of the processes that have ended.", "red"))
    if any(_is_hurried(row) for row in report.rows):
        parts.append(Text("--budget SECONDS gives a slow statement more time."))
    doubts = [f"{row.row}: {told}" for row in report.rows for told in row.warnings]
    parts += [Text(f"doubt: {told}", "yellow") for told in (*doubts, *report.warnings)]
    return Group(*parts)


def _is_hurried(row: StatementRow) -> bool:
    """Whether more time might have given it a figure."""
    return row.verdict is Verdict.TIMED_OUT or row.withheld == Course.TOO_FEW.value


def _times(report: StatementReport) -> Table:
    against = f"times as fast as {report.baseline}"
    table = _table("one loop, 95 % interval", against, "verdict")
    for row in report.rows:
        steady = row.steady
        table.add_row(
            Text(row.row),
            units.time_within(steady.value_ns, steady.low_ns, steady.high_ns)
            if steady
            else NOTHING,
            *_against(row, report.baseline),
        )
    return table


def _beside(report: StatementReport) -> Table:
    table = _table("first loop", "empty loop", "peak memory", "processes × samples")
    for row in report.rows:
        if row.timing is None:
            continue
        table.add_row(
            Text(row.row),
            units.time(row.timing.first_ns),
            units.time(row.empty_loop_ns.value) if row.empty_loop_ns else NOTHING,
            units.size(row.peak_bytes.value) if row.peak_bytes else NOTHING,
            f"{row.timing.processes} × {row.timing.samples // row.timing.processes}",
        )
    return table


def _table(*headings: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("interpreter", no_wrap=True)
    for heading in headings:
        table.add_column(escape(heading), overflow="fold")
    return table


def statement_json(report: StatementReport) -> str:
    """The same as an object; a figure that is not there is null."""
    return as_json(
        {
            "statement": report.statement,
            "command": report.run.command,
            "baseline": report.baseline,
            "complete": report.complete,
            "rows": report.rows,
            "warnings": report.warnings,
        }
    )


def _title(report: StatementReport) -> Text:
    first, *more = report.statement.splitlines() or [""]
    return Text(f"{first.strip()}{' …' if more else ''}", "bold")


def _against(row: StatementRow, baseline: str) -> tuple[Text | str, Text | str]:
    if row.verdict is not Verdict.PASS:
        words = f"{wording.VERDICTS[row.verdict]}: {row.reason.rpartition(_MARK)[2]}"
        return NOTHING, Text(words, "red")
    if row.speed is None:
        return NOTHING, Text(row.withheld, "dim")
    if row.row == baseline:
        return "1×", ""
    claim = wording.claim(row.speed.claim, row.speed.needed_processes)
    ratio = f"{units.ratio(row.speed.ratio)} {units.interval(row.speed.low, row.speed.high)}"
    return ratio, Text(claim, CLAIM_STYLES.get(row.speed.claim, ""))
