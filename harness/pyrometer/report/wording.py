"""The words for rows, verdicts and claims, and the sentence that heads a report.

Owns phrases. Refuses numbers of its own: figures are written by `units`.
"""

from __future__ import annotations

import re

from pyrometer.analysis.findings import Cell, Claim, Course, Crossover, Settling, Summary
from pyrometer.analysis.findings.counts import CountedSuite
from pyrometer.model import MeasuredRow, Verdict
from pyrometer.report import units

# A family that is not here is written as its definition spells it.
_FAMILY_NAMES = {
    "cpython": "CPython",
    "pypy": "PyPy",
    "graalpy": "GraalPy",
    "rustpython": "RustPython",
    "micropython": "MicroPython",
    "pyodide": "Pyodide",
}

NOT_TIMED = "Nothing was timed here: see what each interpreter can, and where they differ."

VERDICTS = {
    Verdict.PASS: "pass",
    Verdict.DIFFERS: "differs",
    Verdict.UNSUPPORTED: "unsupported",
    Verdict.CRASHED: "crashed",
    Verdict.TIMED_OUT: "timed out",
    Verdict.GARBLED: "garbled",
    Verdict.NOT_RUN: "not run",
}


def row_label(row: MeasuredRow) -> str:
    """What a row is called in running text: `CPython 3.15 +jit`."""
    if not row.series:
        return row.row
    family = _FAMILY_NAMES.get(row.implementation, row.implementation)
    variant = f" +{row.variant}" if row.variant else ""
    arch = row.facts.arch if row.facts else ""
    place = f" {arch}" if arch and row.row.endswith(f"-{arch}") else ""
    return f"{family} {row.series}{variant}{place}"


def compiler_name(text: str) -> str:
    """The compiler and its version out of what the binary says: `GCC 10.2.1`."""
    match = re.search(r"(GCC|Clang|MSC)[^0-9\]]{0,3}([0-9][0-9.]*)", text, re.IGNORECASE)
    return f"{match[1]} {match[2]}" if match else text.strip()


def claim(summary_claim: Claim, needed: int | None) -> str:
    """A claim, with what would decide an undecided one."""
    if summary_claim is Claim.UNDECIDED and needed is not None:
        return f"undecided ({units.plural(needed, 'process', 'processes')} would decide)"
    return summary_claim.value


def course(found: Settling) -> str:
    """The class of a cell, with those of its processes where they are not all of it."""
    if list(found.courses) == [found.course]:
        return found.course.value
    parts = ", ".join(f"{count} {one.value}" for one, count in found.courses.items())
    return f"{found.course.value} ({parts})"


def settled(found: Settling) -> str:
    """When the processes became steady: median, percentiles 5 and 95, and after how many runs."""
    told = found.processes - found.courses.get(Course.TOO_FEW, 0)
    if not told:
        return units.NOTHING
    if not units.is_figure(found.runs):
        return f"{found.reached} of {told} processes"
    after = units.plural(round(found.runs), "run")
    if not units.is_figure(found.at_s):
        return f"after {after}"
    high = units.time(found.high_s * 1e9) if units.is_figure(found.high_s) else "never"
    return f"{units.time(found.at_s * 1e9)} [{units.time(found.low_s * 1e9)}, {high}], {after}"


def speed(summary: Summary) -> str:
    """The ratio of a suite once warm, with how many cases it is over where some are left out."""
    counted = f" ({_of_all(summary, summary.cases)})" if summary.missing else ""
    return f"{_with_interval(summary)}{counted}"


def total(summary: Summary | None) -> str:
    """The ratio of equal work over a suite, with its cases where some have none."""
    if summary is None or summary.total is None:
        return units.NOTHING
    found, every = summary.total, summary.cases + len(summary.missing)
    counted = f" ({_of_all(summary, summary.total_cases)})" if summary.total_cases < every else ""
    return f"{units.ratio(found.ratio)} {units.interval(found.low, found.high)}{counted}"


def _of_all(summary: Summary, count: int) -> str:
    return f"{count} of {summary.cases + len(summary.missing)}"


def equal_work(cell: Cell) -> str:
    """The ratio of equal work of a cell, after other words about it; empty where it has none."""
    if cell.total is None:
        return ""
    return f"; equal work from the first call on {units.ratio(cell.total.ratio)}"


def crossover(found: Crossover | None) -> str:
    """When a row was ahead for good: the median over its processes, their range, and the runs."""
    if found is None:
        return units.NOTHING
    within = units.time(found.within_s * 1e9)
    if found.reached == 0:
        return f"not within {within}"
    if not units.is_figure(found.at_s):
        return f"in {found.reached} of {found.processes} processes within {within}"
    if found.runs == 0:
        return "from the beginning"
    return f"{units.time(found.at_s * 1e9)} {_range(found)}"


def overtakes(cell: Cell) -> str:
    """Both crossings of a cell in words; empty where it was held against nothing."""
    if cell.faster_from is None or cell.paid_back is None:
        return ""
    return (
        f"A run is faster: {crossover(cell.faster_from)}. "
        f"Paid back: {paid_back(cell.paid_back)}; "
        f"without both starts: {paid_back(cell.paid_back_called)}."
    )


def paid_back(found: Crossover | None) -> str:
    """As `crossover`, with the number of runs that it took."""
    if found is None or not units.is_figure(found.runs) or found.runs == 0:
        return crossover(found)
    return f"{crossover(found)}, {units.plural(round(found.runs), 'run')}"


def _range(found: Crossover) -> str:
    high = units.time(found.high_s * 1e9) if units.is_figure(found.high_s) else "never"
    return f"[{units.time(found.low_s * 1e9)}, {high}]"


def sentence(chosen: list[Summary], labels: dict[str, str], what: str) -> str:
    """The headline in words: the first of `chosen` ran `what`, the others briefly."""
    if not chosen:
        return "No interpreter has a speed to show here: see which figures are withheld, and why."
    first, *others = chosen
    baseline = labels.get(first.baseline, first.baseline)
    text = (
        f"{labels[first.row]} ran {what} {_with_interval(first)} "
        f"as fast as {baseline} on this machine"
    )
    briefly = [f"{labels[other.row]} {_with_interval(other)}" for other in others]
    return "; ".join([text, *briefly]) + "."


def count_sentence(best: list[CountedSuite], labels: dict[str, str], suite: str) -> str:
    """The headline of a run that counted: who saves most on each architecture."""
    if not best:
        return "Nothing was counted that can be compared: see what is left out, and why."
    each = [
        f"on {one.arch} {labels[one.row]} takes {units.ratio(one.ratio)} fewer"
        f" {units.interval(one.low, one.high)}"
        for one in best
    ]
    return f"Instructions for {suite}: {'; '.join(each)}, each than its baseline there."


def _with_interval(summary: Summary) -> str:
    found = summary.ratio
    return f"{units.ratio(found.ratio)} {units.interval(found.low, found.high)}"
