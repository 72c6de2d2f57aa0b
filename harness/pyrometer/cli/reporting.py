"""From a result set to what a person reads: the glue between records, analysis and report."""

from __future__ import annotations

import os
from pathlib import Path

from pyrometer.analysis.compare import Comparison, Side
from pyrometer.analysis.compare import compare as compare_sides
from pyrometer.analysis.decide import decide, decide_against
from pyrometer.analysis.findings import Report
from pyrometer.errors import Mistake
from pyrometer.records import Library, ResultSet, read
from pyrometer.report import readme
from pyrometer.report.publish import write_report


def decide_results(folder: Path, *, baseline: str = "") -> Report:
    """Read a result set and decide all its rows."""
    found = read(folder)
    return decide(found.run, found.outcomes, baseline=baseline or None, warnings=found.warnings)


def what_is_kept(folder: Path) -> str:
    """One line about a run that was interrupted."""
    found = read(folder)
    kept = f"{len(found.done)} of {len(found.run.job_ids)} jobs are kept in {folder.name}"
    return f"{kept}; the same command goes on from here"


def write(report: Report, folder: Path, library: Library) -> Path:
    """Write all files of a report, with every measured row as a choice of baseline."""
    out = library.reports / report.run.name
    raw = sorted(path for path in folder.iterdir() if path.is_file() and path.name[0] != ".")
    return write_report(
        report,
        out,
        command=_command(report),
        raw_links={path.name: os.path.relpath(path, out) for path in raw},
        alternatives=other_baselines(report, folder),
    )


def splice(report: Report, library: Library, path: Path) -> None:
    """Put the headline of a written report into a README."""
    readme.splice(path, library.reports / report.run.name, report, command=_command(report))


def _command(report: Report) -> str:
    return f"pyrometer report {report.run.name} --baseline {report.baseline}"


def other_baselines(report: Report, folder: Path) -> dict[str, Report]:
    """The same results against every other row that was measured."""
    found = read(folder)
    rows = [row.row for row in report.rows if not row.missing and row.row != report.baseline]
    return decide_against(found.run, found.outcomes, baselines=rows, warnings=found.warnings)


def compare(a: str, b: str, library: Library) -> tuple[Comparison, ...]:
    """B against A; each is a row, a result set, or `SET:ROW`.

    A row alone is one of the newest result set; two sets alone are compared row by row.
    """
    one, other = _side(a, library), _side(b, library)
    if one[1] or other[1]:
        pairs = [(one[1] or other[1], other[1] or one[1])]
    else:
        rows = {row.row for row in other[0].run.rows if not row.missing}
        pairs = [(r.row, r.row) for r in one[0].run.rows if r.row in rows and not r.missing]
    if not pairs:
        raise Mistake(f"{a} and {b} have no interpreter in common")
    return tuple(
        compare_sides(
            Side(run=one[0].run, outcomes=one[0].outcomes, row=row_a),
            Side(run=other[0].run, outcomes=other[0].outcomes, row=row_b),
        )
        for row_a, row_b in pairs
    )


def _side(name: str, library: Library) -> tuple[ResultSet, str]:
    """The result set that is meant, and the row in it, or "" for all."""
    if name in library.names() or (Path(name) / "run.json").is_file():
        return library.open(name), ""
    folder, _, row = name.partition(":")
    if row and folder in library.names():
        return library.open(folder), row
    newest = library.open()
    rows = [row.row for row in newest.run.rows]
    if name not in rows:
        raise Mistake(
            f"{name!r} is neither a result set nor an interpreter of {newest.run.name}",
            next_step=f"interpreters: {', '.join(rows)}; sets: pyrometer list results",
        )
    return newest, name
