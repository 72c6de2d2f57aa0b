"""Reports of several result sets on one page: what was found where, side by side.

Owns what a place is: one architecture of one result set, with a baseline of its own. Every ratio is
of one place; none has its two sides in two of them. Refuses to average over places.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pyrometer.analysis.apart import Found, apart
from pyrometer.analysis.findings import Report
from pyrometer.analysis.findings.apart import Apart
from pyrometer.analysis.findings.together import (
    CaseRatio,
    Checked,
    Place,
    Release,
    Standing,
    Together,
)
from pyrometer.analysis.joining import Basis, joined
from pyrometer.errors import Mistake
from pyrometer.model import MeasuredRow, Metric


def together(reports: Sequence[Report]) -> Together:
    """Side by side; Mistake for a result set that is named twice."""
    names = [report.run.name for report in reports]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise Mistake(f"{twice[0]} is named twice", next_step="name each result set once")
    architectures = _architectures(reports)
    found = [(place, report) for report in reports for place in _places(report)]
    found.sort(key=lambda one: (one[0].metric != "time", architectures.index(one[0].arch)))
    places = tuple(place for place, _ in found)
    standings = tuple(
        one for at, (place, report) in enumerate(found) for one in _standings(at, place, report)
    )
    cases = tuple(
        one for at, (place, report) in enumerate(found) for one in _cases(at, place, report)
    )
    columns = joined([_basis(at, place, standings) for at, place in enumerate(places)])
    rows = _named(reports)
    return Together(
        places=places,
        joined=columns,
        architectures=architectures,
        rows=rows,
        standings=standings,
        cases=cases,
        apart=_apart(places, columns, cases, rows),
        checked=tuple(sorted(_checked(reports), key=lambda one: architectures.index(one.arch))),
        warnings=tuple(
            f"{report.run.name}: {line}"
            for report in reports
            for line in (*report.unexpected, *report.warnings)
        ),
    )


def _basis(at: int, place: Place, standings: Sequence[Standing]) -> Basis:
    row = next((row for row in place.run.rows if row.row == place.baseline), None)
    own = [one for one in standings if one.place == at and one.row != place.baseline]
    return Basis(
        arch=place.arch,
        metric=place.metric,
        instrument=place.instrument,
        baseline=place.baseline,
        sources=row.receipt.sources if row and row.receipt else (),
        cases={case.id: case.sha256 for case in place.run.cases},
        holds=frozenset((one.release, one.suite) for one in own),
    )


def _apart(
    places: Sequence[Place],
    columns: Sequence[Sequence[int]],
    cases: Sequence[CaseRatio],
    rows: Mapping[Release, MeasuredRow],
) -> dict[Metric, tuple[Apart, ...]]:
    """By metric, where it has one column an architecture; baselines differ from nothing."""
    found: dict[Metric, tuple[Apart, ...]] = {}
    for metric in dict.fromkeys(place.metric for place in places):
        firsts = [places[column[0]] for column in columns if places[column[0]].metric == metric]
        architectures = [place.arch for place in firsts]
        if len(set(architectures)) == len(architectures) > 1:
            held = (
                Found(rows[one.release].row, one.case, one.size, places[one.place].arch, one.ratio)
                for one in cases
                if places[one.place].metric == metric and one.row != places[one.place].baseline
            )
            found[metric] = apart(held, architectures)
    return found


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
    """The shortest name of each release: that of a row without an architecture in it.

    In the order of implementations as they come, each from its oldest release to its newest.
    """
    rows = [row for report in reports for row in _present(report)]
    named: dict[Release, MeasuredRow] = {}
    for row in rows:
        before = named.get(release_of(row))
        if before is None or len(row.row) < len(before.row):
            named[release_of(row)] = row
    families = list(dict.fromkeys(release.implementation for release in named))
    return {
        release: named[release]
        for release in sorted(
            named, key=lambda one: (families.index(one.implementation), _age(one))
        )
    }


def _age(release: Release) -> tuple[tuple[int, ...], str]:
    """Orders `3.9` before `3.15`, and a release before its variants."""
    parts = release.series.split(".")
    return tuple(int(part) if part.isdigit() else 0 for part in parts), release.variant


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
                row=row,
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
