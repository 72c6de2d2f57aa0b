"""How well counts of instructions repeat: within result sets, and from one set to another.

cd harness && python -m benchmarks.repeating SET SET...    # names below results/raw

Cells without a figure (runs that differ, compilers that were not done) are left out. Within a set:
the processes of a cell but the first, which may have bytecode to write. From one set
to another, often of another machine: cells of the same build, case and instrument, by the median
of each. Writes repeating.json beside this file, and shows both tables as Markdown.
"""

from __future__ import annotations

import json
import math
import statistics
import sys
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from pyrometer.analysis.findings import Report
from pyrometer.analysis.findings.counts import CountedCell
from pyrometer.cli.reporting import Results
from pyrometer.definitions.locate import definitions_root
from pyrometer.records import Library
from pyrometer.report.units import figure

HERE = Path(__file__).resolve().parent
FOREIGN = "aarch64"


def within(reports: Sequence[Report]) -> dict[str, dict[str, Any]]:
    """By interpreter: its cells, how many gave one count, and the spreads of all."""
    spreads: dict[str, list[float]] = {}
    for report in reports:
        for cell in _cells(report):
            if cell.processes > 1:
                spreads.setdefault(cell.row, []).append(cell.spread)
    return {row: _shares(own) | {"cells": len(own)} for row, own in sorted(spreads.items())}


def between(reports: Sequence[Report]) -> dict[str, dict[str, Any]]:
    """By interpreter and kinds of machine: the cells of two sets, and by how much they differ."""
    apart: dict[str, list[float]] = {}
    for one, other in combinations(reports, 2):
        machines = sorted({one.run.machine.cpu, other.run.machine.cpu})
        theirs = {_key(cell, other): cell for cell in _cells(other)}
        for cell in _cells(one):
            found = theirs.get(_key(cell, one))
            if found is not None:
                share = abs(math.log(found.instructions / cell.instructions))
                apart.setdefault(f"{cell.row}, {' and '.join(machines)}", []).append(share)
    return {who: _shares(own) | {"pairs": len(own)} for who, own in sorted(apart.items())}


def _shares(own: Sequence[float]) -> dict[str, Any]:
    return {
        "exact": sum(share == 0 for share in own),
        "within_0.1_percent": sum(share <= 0.001 for share in own),
        "median_percent": round(100 * statistics.median(own), 6),
        "widest_percent": round(100 * max(own), 6),
    }


def _cells(report: Report) -> list[CountedCell]:
    """Those of which a report shows a count."""
    return [cell for cell in report.counted.cells if not cell.withheld] if report.counted else []


def _key(cell: CountedCell, report: Report) -> tuple[object, ...]:
    """What must be the same for two counts to be of the same thing."""
    row = next(row for row in report.rows if row.row == cell.row)
    case = next(case for case in report.cases if case.id == cell.case)
    instrument = report.counted.instruments.get(cell.arch) if report.counted else ""
    sources = row.receipt.sources if row.receipt else ()
    return cell.row, frozenset(sources), case.id, case.sha256, cell.size, instrument


def table(found: dict[str, dict[str, Any]]) -> str:
    """One line an interpreter, a column an architecture, as Markdown."""
    lines = ["| interpreter | x86_64 | aarch64 |", "|---|---|---|"]
    for row in dict.fromkeys(row.removesuffix(f"-{FOREIGN}") for row in found):
        both = (found.get(row), found.get(f"{row}-{FOREIGN}"))
        lines.append(f"| {row} | {' | '.join(_words(one) for one in both)} |")
    return "\n".join(lines)


def table_between(found: dict[str, dict[str, Any]]) -> str:
    """One line for two kinds of machines, as Markdown."""
    lines = [
        "| interpreter, machines | pairs | the same | median | widest |",
        "|---|---:|---:|---:|---:|",
    ]
    for who, one in found.items():
        shares = f"{one['median_percent']:.4f} % | {one['widest_percent']:.2f} %"
        lines.append(f"| {who} | {one['pairs']} | {one['exact']} | {shares} |")
    return "\n".join(lines)


def _words(one: dict[str, Any] | None) -> str:
    if one is None:
        return "not counted"
    exact, widest = f"{one['exact']} of {one['cells']}", figure(one["widest_percent"])
    if one["exact"] == one["cells"]:
        return exact
    return f"{exact}, else {'' if widest.startswith('<') else '≤ '}{widest} %"


def main(names: list[str]) -> None:
    """Read, keep, show."""
    library = Library(definitions_root() / "results")
    reports = [Results.of(library.open(name)).report() for name in names]
    found = {"within": within(reports), "between": between(reports)}
    kept = json.dumps({"sets": names} | found, indent=1)
    (HERE / "repeating.json").write_text(f"{kept}\n", encoding="utf-8")
    print(table(found["within"]), table_between(found["between"]), sep="\n\n")


if __name__ == "__main__":
    main(sys.argv[1:])
