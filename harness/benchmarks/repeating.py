"""How well counts of instructions repeat: within result sets, and from one set to another.

cd harness && python -m benchmarks.repeating SET SET...    # names below results/raw

Within a set: the processes of a cell but the first, which may have bytecode to write. From one set
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

from pyrometer.analysis.count_findings import CountedCell
from pyrometer.analysis.findings import Report
from pyrometer.cli.reporting import Results
from pyrometer.definitions.locate import definitions_root
from pyrometer.records import Library

HERE = Path(__file__).resolve().parent


def within(reports: Sequence[Report]) -> dict[str, dict[str, Any]]:
    """By interpreter: its cells, how many gave one count, and the spreads of all."""
    spreads: dict[str, list[float]] = {}
    for report in reports:
        for cell in _cells(report):
            if cell.processes > 1:
                spreads.setdefault(cell.row, []).append(cell.spread)
    return {
        row: {
            "cells": len(own),
            "exact": sum(spread == 0 for spread in own),
            "within_0.1_percent": sum(spread <= 0.001 for spread in own),
            "median_percent": round(100 * statistics.median(own), 6),
            "widest_percent": round(100 * max(own), 6),
        }
        for row, own in sorted(spreads.items())
    }


def between(reports: Sequence[Report]) -> dict[str, dict[str, Any]]:
    """By interpreter: cells that two sets both have, and by how much their counts differ."""
    apart: dict[str, list[float]] = {}
    machines: dict[str, set[tuple[str, str]]] = {}
    for one, other in combinations(reports, 2):
        theirs = {_key(cell, other): cell for cell in _cells(other)}
        for cell in _cells(one):
            found = theirs.get(_key(cell, one))
            if found is not None:
                share = abs(math.log(found.instructions / cell.instructions))
                apart.setdefault(cell.row, []).append(share)
                pair = (one.run.machine.cpu, other.run.machine.cpu)
                machines.setdefault(cell.row, set()).add(pair)
    return {
        row: {
            "pairs": len(own),
            "exact": sum(share == 0 for share in own),
            "within_0.1_percent": sum(share <= 0.001 for share in own),
            "median_percent": round(100 * statistics.median(own), 6),
            "widest_percent": round(100 * max(own), 6),
            "machines": sorted(" and ".join(pair) for pair in machines[row]),
        }
        for row, own in sorted(apart.items())
    }


def _cells(report: Report) -> list[CountedCell]:
    """Those whose answers are right and that were counted."""
    found = report.counted
    return [cell for cell in found.cells if math.isfinite(cell.instructions)] if found else []


def _key(cell: CountedCell, report: Report) -> tuple[object, ...]:
    """What must be the same for two counts to be of the same thing."""
    row = next(row for row in report.rows if row.row == cell.row)
    case = next(case for case in report.cases if case.id == cell.case)
    instrument = report.counted.instruments.get(cell.arch) if report.counted else ""
    sources = row.receipt.sources if row.receipt else ()
    return cell.row, frozenset(sources), case.id, case.sha256, cell.size, instrument


def table(found: dict[str, dict[str, Any]], counted: str) -> str:
    """One line an interpreter, as Markdown."""
    lines = [
        f"| interpreter | {counted} | exactly the same | within 0.1 % | median | widest |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for row, one in found.items():
        lines.append(
            f"| {row} | {one[counted]} | {one['exact']} | {one['within_0.1_percent']} "
            f"| {one['median_percent']:.4f} % | {one['widest_percent']:.2f} % |"
        )
    return "\n".join(lines)


def main(names: list[str]) -> None:
    """Read, keep, show."""
    library = Library(definitions_root() / "results")
    reports = [Results.of(library.open(name)).report() for name in names]
    found = {"sets": names, "within": within(reports), "between": between(reports)}
    (HERE / "repeating.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(table(found["within"], "cells"), table(found["between"], "pairs"), sep="\n\n")


if __name__ == "__main__":
    main(sys.argv[1:])
