"""From a result set to what a person reads: the glue between records, analysis and report."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pyrometer.analysis.decide import Basis
from pyrometer.analysis.findings import Report
from pyrometer.analysis.relation import with_times as relating
from pyrometer.analysis.together import together
from pyrometer.cli import calibrations
from pyrometer.errors import Mistake, WorldFailure
from pyrometer.records import Library, ResultSet, exchange, read
from pyrometer.report import readme
from pyrometer.report.junit import junit
from pyrometer.report.publish import write_report, write_together
from pyrometer.report.summary import summary
from pyrometer.report.view import View


@dataclass(frozen=True, kw_only=True)
class Results:
    """A result set that was measured, from which reports are decided."""

    found: ResultSet
    basis: Basis

    @classmethod
    def of(cls, found: ResultSet) -> Results:
        """What a result set holds, judged."""
        return cls(found=found, basis=Basis.of(found.run, found.outcomes))

    @classmethod
    def read(cls, folder: Path) -> Results:
        """Read a result set by its folder."""
        return cls.of(read(folder))

    def report(self, *, baseline: str = "") -> Report:
        """Decide everything against one baseline; Mistake where there is no such row."""
        return self.basis.report(baseline=baseline or None, warnings=self.found.warnings)


def what_is_kept(folder: Path) -> str:
    """One line about a run that was interrupted."""
    found = read(folder)
    kept = f"{len(found.done)} of {len(found.run.job_ids)} jobs are kept in {folder.name}"
    return f"{kept}; the same command goes on from here"


def write(report: Report, results: Results, library: Library) -> Path:
    """Write all files of a report, each measured row also as a baseline.

    It says how often this program is wrong on the machine of the run, as far as that was measured.
    """
    machine = report.run.machine.name
    report = replace(
        report,
        calibration=calibrations.newest(machine, library),
        calibration_of_builds=calibrations.newest(machine, library, of_builds=True),
    )
    out = library.reports / report.run.name
    raw = sorted(p for p in results.found.folder.iterdir() if p.is_file() and p.name[0] != ".")
    rows = [row.row for row in report.rows if not row.missing and row.row != report.baseline]
    return write_report(
        report,
        out,
        command=_command(report),
        raw_links={path.name: os.path.relpath(path, out) for path in raw},
        alternatives={row: results.basis.summaries(row) for row in rows},
    )


def with_times(report: Report, name: str, library: Library) -> Report:
    """A report of counts with what the times of another result set say of them."""
    if report.counted is None:
        raise Mistake(
            f"{report.run.name} measured time: it needs no other times",
            next_step="pyrometer run --metric instructions",
        )
    timed = Results.of(library.open(name)).report(baseline=report.baseline)
    speeds = {
        (cell.row, cell.case): cell.speed.ratio for cell in timed.cells if cell.speed is not None
    }
    own = {(r.implementation, r.series, r.variant): r.row for r in timed.rows if not r.missing}
    siblings = {r.row: own.get((r.implementation, r.series, r.variant), "") for r in report.rows}
    found = relating(report.counted, speeds, siblings)
    return replace(report, counted=replace(found, times=timed.run.name))


def write_several(names: Sequence[str], library: Library, *, baseline: str = "") -> Path:
    """One page of several result sets, each decided by itself; Mistake for one named twice."""
    reports = [Results.of(library.open(name)).report(baseline=baseline) for name in names]
    found = together(reports)
    sets = [report.run.name for report in reports]
    digest = hashlib.sha256(" ".join(sets).encode()).hexdigest()[:8]
    out = library.reports / f"together-{digest}"
    pages = {name: library.reports / name / "index.html" for name in sets}
    against = f" --baseline {baseline}" if baseline else ""
    return write_together(
        found,
        out,
        command=f"pyrometer report {' '.join(sets)}{against}",
        links={name: os.path.relpath(page, out) for name, page in pages.items() if page.is_file()},
    )


def splice(report: Report, library: Library, path: Path) -> None:
    """Put the headline of a written report into a README."""
    readme.splice(path, library.reports / report.run.name, report, command=_command(report))


def export(found: ResultSet, form: str, output: Path) -> list[Path]:
    """Write a result set in a form that other tools read: its samples, or its verdicts."""
    if form in exchange.FORMS:
        return exchange.FORMS[form](found, output)
    write_verdicts(Results.of(found).report(), {form: output})
    return [output]


def write_verdicts(report: Report, outputs: Mapping[str, Path | None]) -> None:
    """Write verdicts in the named forms, where there is a path; or raise WorldFailure.

    A summary is added to what its file holds: a step of a CI job may have several.
    """
    view = View(report=report, command=_command(report))
    for form, path in outputs.items():
        if path is None:
            continue
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a" if form == "summary" else "w", encoding="utf-8") as file:
                file.write(VERDICT_FORMS[form](view))
        except OSError as error:
            raise WorldFailure(
                f"cannot write the {form}: {error.strerror}", where=str(path)
            ) from error


VERDICT_FORMS: Mapping[str, Callable[[View], str]] = {"junit": junit, "summary": summary}


def _command(report: Report) -> str:
    times = f" --times {report.counted.times}" if report.counted and report.counted.times else ""
    return f"pyrometer report {report.run.name} --baseline {report.baseline}{times}"
