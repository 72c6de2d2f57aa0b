"""What a person sees at the end of a run: one table of speed, one of verdicts.

Owns what can be drawn on a terminal. Refuses to print: the caller has the console.
"""

from __future__ import annotations

from collections import Counter

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from pyrometer.analysis.findings import Claim, Report
from pyrometer.analysis.findings.counts import Counted, CountedSuite
from pyrometer.model import MeasuredRow, Verdict
from pyrometer.report import units, wording
from pyrometer.report.precision import precision_sentence
from pyrometer.report.view import View

_CLAIM_STYLES = {Claim.FASTER: "green", Claim.SLOWER: "yellow"}
_MOST_UNEXPECTED = 20


def overview(report: Report) -> Group:
    """All of it, from the headline to what was unexpected, for `rich.console.Console.print`."""
    view = View(report=report, command=report.run.command)
    parts: list[RenderableType] = [Text(view.headline, style="bold")]
    if not report.complete:
        parts.append(Text("This run is not complete: figures of the jobs that have ended.", "red"))
    if report.counted:
        parts.append(count_table(view, report.counted))
    if any(cell.timing for cell in report.cells):  # a run for correctness times nothing
        parts.append(speed_table(view))
    if report.conformance:
        parts.append(verdict_table(view))
    parts += [Text(line, style="red") for line in _unexpected(report)]
    if report.reached:
        parts.append(Text(precision_sentence(report)))
    if report.warnings:
        parts.append(Text(f"{units.plural(len(report.warnings), 'warning')}: see the page."))
    return Group(*parts)


def speed_table(view: View) -> Table:
    """Row × timed suite: ratio with interval, or why there is none."""
    suites = view.suites("bench", "startup")
    title = f"times as fast as {view.label(view.report.baseline)}"
    table = Table(title=escape(title), title_justify="left", box=None, padding=(0, 2, 0, 0))
    table.add_column("interpreter", no_wrap=True)
    for suite in suites:
        table.add_column(escape(suite), justify="left")
    for row in view.report.rows:
        cells = [_speed(view, row, suite) for suite in suites]
        table.add_row(Text(view.label(row.row)), *cells)
    return table


def count_table(view: View, found: Counted) -> Table:
    """Row × counted suite: how many times fewer instructions, and how many counts repeat."""
    suites = list(dict.fromkeys(one.suite for one in found.suites))
    title = "times fewer instructions than the baseline of the same architecture"
    table = Table(title=title, title_justify="left", box=None, padding=(0, 2, 0, 0))
    table.add_column("interpreter", no_wrap=True)
    for suite in suites:
        table.add_column(escape(suite), justify="left")
    entries = {(one.row, one.suite): one for one in found.suites}
    for row in dict.fromkeys(one.row for one in found.suites):
        held = [entries.get((row, suite)) for suite in suites]
        table.add_row(Text(view.label(row)), *(_count(one, found) for one in held))
    return table


def _count(one: CountedSuite | None, found: Counted) -> Text:
    if one is None or not (one.cases or one.missing):
        return Text("not run", style="dim")
    repeats = f"{one.exact} of {one.repeated} repeat exactly" if one.repeated else "counted once"
    if one.row in found.baselines and one.cases:
        return Text(f"1×, {repeats}", style="dim")
    if not units.is_figure(one.ratio):
        reasons = ", ".join(dict.fromkeys(one.missing.values()))
        return Text(f"no figure: {reasons}", style="dim")
    return Text(f"{units.ratio(one.ratio)} {units.interval(one.low, one.high)}, {repeats}")


def _speed(view: View, row: MeasuredRow, suite: str) -> Text:
    summary = view.summary(row.row, suite)
    if row.row == view.report.baseline and summary is not None:
        return Text("1×", style="dim")
    if summary is None:
        return Text(view.why_nothing(row, suite), style="dim")
    found = summary.ratio
    text = f"{units.ratio(found.ratio)} {units.interval(found.low, found.high)}"
    if summary.missing:
        text += f" ({units.plural(len(summary.missing), 'case')} left out)"
    if found.claim in (Claim.UNDECIDED, Claim.NO_DIFFERENCE):
        text += f" {wording.claim(found.claim, found.needed_processes)}"
    return Text(text, style=_CLAIM_STYLES.get(found.claim, ""))


def verdict_table(view: View) -> Table:
    """Row × verdict: counts over every suite together, and how many were unexpected."""
    judged = {row.row: view.judged(row.row) for row in view.report.rows if not row.missing}
    shown = [
        v for v in Verdict if any(one.verdict is v for some in judged.values() for one in some)
    ]
    title = "checks, probes and timed cases"
    table = Table(title=title, title_justify="left", box=None, padding=(0, 2, 0, 0))
    table.add_column("interpreter", no_wrap=True)
    for verdict in shown:
        table.add_column(wording.VERDICTS[verdict], justify="right")
    table.add_column("unexpected", justify="right")
    for row, results in judged.items():
        counts = Counter(one.verdict for one in results)
        unexpected = sum(not one.expected for one in results)
        table.add_row(Text(view.label(row)), *(str(counts[v] or "") for v in shown),
                      Text(str(unexpected or ""), style="red"))  # fmt: skip
    return table


def _unexpected(report: Report) -> list[str]:
    lines = [f"unexpected: {line}" for line in report.unexpected[:_MOST_UNEXPECTED]]
    if len(report.unexpected) > _MOST_UNEXPECTED:
        lines.append(f"{len(report.unexpected):,} unexpected results in all: see the page.")
    return lines
