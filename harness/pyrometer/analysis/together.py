"""Reports of several result sets on one page: what was found where, side by side.

Owns what a place is: one architecture of one result set, with a baseline of its own. Every ratio is
of one place; none has its two sides in two of them. Refuses to average over places.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pyrometer.analysis.findings import Conformance, Report
from pyrometer.errors import Mistake
from pyrometer.model import MeasuredRow, Metric, Run


class Release(NamedTuple):
    """What is the same interpreter in two places."""

    implementation: str
    series: str
    variant: str


@dataclass(frozen=True, kw_only=True)
class Place:
    """One architecture of one result set: what was measured there, by what, against which row."""

    arch: str
    metric: Metric
    run: Run
    baseline: str
    instrument: str
    processes: int

    @property
    def emulated(self) -> bool:
        """Whether the machine has not the processor itself."""
        return self.arch != self.run.machine.arch


@dataclass(frozen=True, kw_only=True)
class Standing:
    """An interpreter over a suite in a place; the interval is that for programs like these."""

    place: int
    release: Release
    row: str
    suite: str
    ratio: float
    low: float
    high: float
    cases: int
    missing: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class CaseRatio:
    """One case of an interpreter in a place; NaN where nothing can be said, `withheld` says why."""

    place: int
    release: Release
    case: str
    size: str
    ratio: float
    withheld: str


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What became of a suite of checks or probes on a row of a result set."""

    arch: str
    emulated: bool
    run: str
    row: MeasuredRow
    conformance: Conformance


@dataclass(frozen=True, kw_only=True)
class Together:
    """Several reports: their places in order of architecture, and all that was found in each.

    `rows`: release → the row that names it. `architectures` are all of the places.
    """

    places: tuple[Place, ...]
    architectures: tuple[str, ...]
    rows: Mapping[Release, MeasuredRow]
    standings: tuple[Standing, ...]
    cases: tuple[CaseRatio, ...]
    checked: tuple[Checked, ...]
    warnings: tuple[str, ...]


def together(reports: Sequence[Report]) -> Together:
    """Side by side; Mistake for a result set that is named twice."""
    names = [report.run.name for report in reports]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise Mistake(f"{twice[0]} is named twice", next_step="name each result set once")
    architectures = _architectures(reports)
    found = [(place, report) for report in reports for place in _places(report)]
    found.sort(key=lambda one: (one[0].metric != "time", architectures.index(one[0].arch)))
    return Together(
        places=tuple(place for place, _ in found),
        architectures=architectures,
        rows=_named(reports),
        standings=tuple(
            one for at, (place, report) in enumerate(found) for one in _standings(at, place, report)
        ),
        cases=tuple(
            one for at, (place, report) in enumerate(found) for one in _cases(at, place, report)
        ),
        checked=tuple(sorted(_checked(reports), key=lambda one: architectures.index(one.arch))),
        warnings=tuple(
            f"{report.run.name}: {line}"
            for report in reports
            for line in (*report.unexpected, *report.warnings)
        ),
    )


def architectures_of(rows: Iterable[MeasuredRow]) -> tuple[str, ...]:
    """Those that the names of foreign rows end with."""
    found = (row.facts.arch for row in rows if row.facts and row.row.endswith(f"-{row.facts.arch}"))
    return tuple(dict.fromkeys(found))


def release_of(row: MeasuredRow) -> Release:
    """What a row is in any place."""
    return Release(row.implementation, row.series, row.variant)


def _architectures(reports: Sequence[Report]) -> tuple[str, ...]:
    """Those of machines first, in the order in which they are named."""
    own = [report.run.machine.arch for report in reports]
    counted = [arch for r in reports if r.counted for arch in sorted(r.counted.instruments)]
    checked = [arch for r in reports for row in _present(r) if (arch := _arch(row, r))]
    return tuple(dict.fromkeys([*own, *counted, *checked]))


def _present(report: Report) -> list[MeasuredRow]:
    return [row for row in report.rows if not row.missing]


def _arch(row: MeasuredRow, report: Report) -> str:
    """Where a row belongs: to its machine, unless it is built for another one's processor."""
    arch = row.facts.arch if row.facts else ""
    return arch if arch and row.row.endswith(f"-{arch}") else report.run.machine.arch


def _named(reports: Sequence[Report]) -> dict[Release, MeasuredRow]:
    """The shortest name of each release: that of a row without an architecture in it."""
    rows = [row for report in reports for row in _present(report)]
    named: dict[Release, MeasuredRow] = {}
    for row in rows:
        before = named.get(release_of(row))
        if before is None or len(row.row) < len(before.row):
            named[release_of(row)] = row
    return named


def _places(report: Report) -> Iterator[Place]:
    run, counted = report.run, report.counted
    if counted is None:
        if report.summaries:
            yield _place(report, run.machine.arch, report.baseline, "")
        return
    by_arch = {_arch(row, report): row.row for row in _present(report)
               if row.row in counted.baselines}  # fmt: skip
    for arch, instrument in counted.instruments.items():
        yield _place(report, arch, by_arch.get(arch, ""), instrument)


def _place(report: Report, arch: str, baseline: str, instrument: str) -> Place:
    return Place(
        arch=arch,
        metric=report.run.metric,
        run=report.run,
        baseline=baseline,
        instrument=instrument,
        processes=report.outcomes,
    )


def _standings(at: int, place: Place, report: Report) -> Iterator[Standing]:
    rows = {row.row: row for row in _present(report)}
    for row, suite, (ratio, low, high), cases, missing in _suites(place, report):
        if row in rows:
            yield Standing(
                place=at,
                release=release_of(rows[row]),
                row=row,
                suite=suite,
                ratio=ratio,
                low=low,
                high=high,
                cases=cases,
                missing=missing,
            )


_Suite = tuple[str, str, tuple[float, float, float], int, Mapping[str, str]]


def _suites(place: Place, report: Report) -> Iterator[_Suite]:
    """Row, suite, ratio with its interval, number of cases, and those left out."""
    if report.counted is None:
        for s in report.summaries:
            yield s.row, s.suite, (s.ratio.ratio, s.like_low, s.like_high), s.cases, s.missing
        return
    for c in report.counted.suites:
        if c.arch == place.arch:
            yield c.row, c.suite, (c.ratio, c.low, c.high), c.cases, c.missing


def _cases(at: int, place: Place, report: Report) -> Iterator[CaseRatio]:
    rows = {row.row: row for row in _present(report)}
    for row, case, size, ratio, withheld in _cells(place, report):
        if row in rows:
            yield CaseRatio(
                place=at,
                release=release_of(rows[row]),
                case=case,
                size=size,
                ratio=ratio,
                withheld=withheld,
            )


def _cells(place: Place, report: Report) -> Iterator[tuple[str, str, str, float, str]]:
    """Row, case, size, ratio, and why there is none."""
    if report.counted is None:
        for timed in report.cells:
            if timed.speed or timed.withheld:
                ratio = timed.speed.ratio if timed.speed else math.nan
                yield timed.row, timed.case, timed.size, ratio, timed.withheld
        return
    for one in report.counted.cells:
        if one.arch == place.arch:
            yield one.row, one.case, one.size, one.ratio, one.withheld


def _checked(reports: Sequence[Report]) -> Iterator[Checked]:
    for report in reports:
        rows = {row.row: row for row in _present(report)}
        for one in report.conformance:
            if one.row in rows and any(one.counts.values()):
                arch = _arch(rows[one.row], report)
                yield Checked(
                    arch=arch,
                    emulated=arch != report.run.machine.arch,
                    run=report.run.name,
                    row=rows[one.row],
                    conformance=one,
                )
