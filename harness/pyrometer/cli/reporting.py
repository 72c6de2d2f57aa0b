"""From a result set to what a person reads: the glue between records, analysis and report."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from pyrometer.analysis.compare import Comparison, Side, compare_all
from pyrometer.analysis.count_changes import CountComparison, count_changes
from pyrometer.analysis.decide import Basis
from pyrometer.analysis.findings import Report
from pyrometer.analysis.relation import with_times as relating
from pyrometer.analysis.together import architectures_of, together
from pyrometer.cli import calibrations
from pyrometer.errors import Mistake, WorldFailure
from pyrometer.model import Metric
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
    report = replace(report, calibration=calibrations.newest(report.run.machine.name, library))
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


class Place(NamedTuple):
    """Where something is to be compared; `arch` and `run` name it where there are several."""

    arch: str
    run: str
    metric: Metric
    pairs: list[tuple[Side, Side]]


@dataclass(frozen=True, kw_only=True)
class Held:
    """What was compared in a place, in its metric."""

    arch: str
    run: str
    metric: Metric
    times: tuple[Comparison, ...] = ()
    counts: tuple[CountComparison, ...] = ()


def places(a: str, b: str, within: Sequence[str], library: Library) -> list[Place]:
    """Where to hold B against A; each is a row, a result set, or `SET:ROW`.

    A row alone is one of the newest result set; two sets alone are compared row by row. With
    `within` both are rows, held against each other in each of these sets on every architecture
    that has both; Mistake for a set without them.
    """
    if not within:
        metric = _metric(a, b, library)
        return [Place("", "", metric, _pairs(a, b, library))]
    found = [place for name in within for place in _within(a, b, library.open(name))]
    order = list(dict.fromkeys(place.arch for place in found))
    return sorted(found, key=lambda place: order.index(place.arch))


def held(found: Sequence[Place]) -> list[Held]:
    """B against A in each place; the intervals of all times are one family."""
    timed = [pair for place in found if place.metric == "time" for pair in place.pairs]
    times = iter(compare_all(timed))
    return [
        Held(arch=arch, run=run, metric=metric, times=tuple(next(times) for _ in pairs))
        if metric == "time"
        else Held(arch=arch, run=run, metric=metric,
                  counts=tuple(count_changes(one, other) for one, other in pairs))
        for arch, run, metric, pairs in found
    ]  # fmt: skip


def _within(a: str, b: str, found: ResultSet) -> list[Place]:
    """The architectures of a result set on which both rows were run."""
    rows = {row.row: row for row in found.run.rows if not row.missing}
    there: list[Place] = []
    for suffix in ("", *(f"-{arch}" for arch in architectures_of(rows.values()))):
        names = (a + suffix, b + suffix)
        if all(name in rows for name in names):
            arch = suffix[1:] or found.run.machine.arch
            one, other = (Side(run=found.run, outcomes=found.outcomes, row=r) for r in names)
            there.append(Place(arch, found.run.name, found.run.metric, [(one, other)]))
    if not there:
        raise Mistake(
            f"{found.run.name} has not both {a} and {b}",
            next_step=f"interpreters: {', '.join(rows)}",
        )
    return there


def _metric(a: str, b: str, library: Library) -> Metric:
    """The metric that both sides of a comparison have; Mistake where they differ."""
    one, other = (_side(name, library)[0].run for name in (a, b))
    if one.metric != other.metric:
        raise Mistake(
            f"{one.name} is in {one.metric}, {other.name} in {other.metric}",
            next_step="pyrometer list results",
        )
    return one.metric


def _pairs(a: str, b: str, library: Library) -> list[tuple[Side, Side]]:
    one, other = _side(a, library), _side(b, library)
    if one[1] or other[1]:
        pairs = [(one[1] or other[1], other[1] or one[1])]
    else:
        rows = {row.row for row in other[0].run.rows if not row.missing}
        pairs = [(r.row, r.row) for r in one[0].run.rows if r.row in rows and not r.missing]
    if not pairs:
        raise Mistake(f"{a} and {b} have no interpreter in common")
    return [
        (
            Side(run=one[0].run, outcomes=one[0].outcomes, row=row_a),
            Side(run=other[0].run, outcomes=other[0].outcomes, row=row_b),
        )
        for row_a, row_b in pairs
    ]


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
