"""Several result sets on one page, grouped by architecture.

Owns what its templates are given: for each metric the places where it was measured, and a place
left visibly empty for an architecture where it was not. Nothing is computed here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from typing import Any, NamedTuple, TypeVar

from pyrometer.analysis.findings import Conformance
from pyrometer.analysis.findings.together import CaseRatio, Place, Release, Standing, Together
from pyrometer.model import Metric, Verdict
from pyrometer.report import palette, templating, units, wording
from pyrometer.report.charts import apart, canvas
from pyrometer.report.charts import counted as charts
from pyrometer.report.json_lines import written
from pyrometer.report.sheet import comment, framed, inline

NAMES: Mapping[Metric, str] = {"time": "Time", "instructions": "Instructions"}
BASELINE = "1×"
RATIOS: Mapping[Metric, str] = {
    "time": "times as fast as the baseline of the same place",
    "instructions": "times fewer instructions than the baseline of the same place",
}


@dataclass(frozen=True, kw_only=True)
class Column:
    """Places by number whose ratios stand together, or an architecture without any.

    `place` is the first of them; None where there is none.
    """

    at: tuple[int, ...]
    name: str
    arch: str
    place: Place | None = None


@dataclass(frozen=True, kw_only=True)
class Part:
    """One metric: its columns, and by suite the releases and cases that have a figure somewhere."""

    metric: Metric
    name: str
    ratios: str
    columns: tuple[Column, ...]
    releases: Mapping[str, tuple[Release, ...]]
    cases: Mapping[str, tuple[tuple[str, str], ...]]


class Told(NamedTuple):
    """What became of a suite on an interpreter, and the result sets that say so."""

    conformance: Conformance
    runs: list[str]


@dataclass(frozen=True, kw_only=True)
class Checks:
    """One architecture: interpreter → suite → what became of it, once for all sets that agree."""

    arch: str
    emulated: bool
    suites: tuple[str, ...]
    rows: Mapping[str, Mapping[str, Sequence[Told]]]


class Sheet:
    """What is found where, for templates and charts."""

    def __init__(self, found: Together) -> None:
        self.found = found
        self.looks = palette.looks(found.rows.values())
        self.standings = {(s.place, s.release, s.suite): s for s in found.standings}
        self.ratios = {(c.place, c.release, c.case, c.size): c for c in found.cases}
        metrics = dict.fromkeys(place.metric for place in found.places)
        self.parts = [self._part(metric) for metric in metrics]

    def label(self, release: Release) -> str:
        """What an interpreter is called in every place."""
        return wording.row_label(self.found.rows[release])

    def standing(self, column: Column, release: Release, suite: str) -> Standing | None:
        """An interpreter over a suite in a place."""
        return _first(self.standings.get((at, release, suite)) for at in column.at)

    def case(self, column: Column, release: Release, case: tuple[str, str]) -> CaseRatio | None:
        """The same of one case, given as (case, size)."""
        return _first(self.ratios.get((at, release, *case)) for at in column.at)

    def cell(self, part: Part, release: Release, case: tuple[str, str]) -> list[str]:
        """A case in each column: its ratio, or why there is none; once where all say the same."""
        found = [self.case(column, release, case) for column in part.columns]
        told = [self._told(one) if one else units.NOTHING for one in found]
        equal = len(set(told)) == 1 and (told[0] == BASELINE or not any(map(_has_ratio, found)))
        return told[:1] if equal else told

    def _told(self, one: CaseRatio) -> str:
        if one.row == self.found.places[one.place].baseline and _has_ratio(one):
            return BASELINE
        return units.ratio(one.ratio) if _has_ratio(one) else one.withheld or units.NOTHING

    @property
    def checks(self) -> list[Checks]:
        """Checks and probes by architecture, those of all result sets."""
        known = [*self.found.rows.values(), *(one.row for one in self.found.checked)]
        order = [wording.row_label(row) for row in known]
        found: dict[tuple[str, bool], dict[str, dict[str, list[Told]]]] = {}
        for one in self.found.checked:
            own = Release(one.row.implementation, one.row.series, one.row.variant)
            label = wording.row_label(self.found.rows.get(own, one.row))
            suites = found.setdefault((one.arch, one.emulated), {}).setdefault(label, {})
            told = suites.setdefault(one.conformance.suite, [])
            alike = [other for other in told if _says(other.conformance) == _says(one.conformance)]
            if alike:
                alike[0].runs.append(one.run)
            else:
                told.append(Told(one.conformance, [one.run]))
        return [
            Checks(
                arch=arch,
                emulated=emulated,
                suites=tuple(dict.fromkeys(chain.from_iterable(rows.values()))),
                rows={label: rows[label] for label in sorted(rows, key=order.index)},
            )
            for (arch, emulated), rows in found.items()
        ]

    def chart(self, part: Part, suite: str) -> canvas.Chart:
        """Every interpreter over a suite, its places under each other."""
        lines = [
            charts.Line(
                name=self.label(release),
                look=self.looks[self.found.rows[release].row],
                ratios=tuple(
                    one.ratio if (one := self.standing(column, release, suite)) else math.nan
                    for column in part.columns
                ),
            )
            for release in part.releases[suite]
        ]
        names = charts.marked([column.name for column in part.columns])
        axis = f"{part.ratios} (log scale)\n{names}"
        title = f"{part.name} on {suite}: {part.ratios}"
        return canvas.drawn(f"{part.metric}-{suite}", title,
                            lambda: charts.figure(suite, lines, axis))  # fmt: skip

    def apart(self, part: Part) -> dict[str, canvas.Chart]:
        """Suite → where the architectures differ in it."""
        order = [row.row for row in self.found.rows.values()]
        names = {row.row: wording.row_label(row) for row in self.found.rows.values()}
        found = self.found.apart.get(part.metric, ())
        return {
            suite: apart.chart(
                part.metric, suite, own, order, names.__getitem__, self.looks.__getitem__
            )
            for suite in part.releases
            if (own := [one for one in found if one.suite == suite])
        }

    def charts(self) -> list[canvas.Chart]:
        """Every chart that is a file."""
        drawn = [self.chart(part, suite) for part in self.parts for suite in part.releases]
        return drawn + [chart for part in self.parts for chart in self.apart(part).values()]

    def _part(self, metric: Metric) -> Part:
        columns = _columns(self.found, metric)
        own = {at for column in columns for at in column.at}
        releases: dict[str, set[Release]] = {}
        for one in self.found.standings:
            if one.place in own and math.isfinite(one.ratio):
                releases.setdefault(one.suite, set()).add(one.release)
        cases: dict[str, dict[tuple[str, str], None]] = {}
        for case in self.found.cases:
            suite = case.case.partition("/")[0]
            if case.place in own and suite in releases:
                cases.setdefault(suite, {})[case.case, case.size] = None
        return Part(
            metric=metric,
            name=NAMES[metric],
            ratios=RATIOS[metric],
            columns=columns,
            releases={
                suite: tuple(one for one in self.found.rows if one in named)
                for suite, named in releases.items()
            },
            cases={suite: tuple(named) for suite, named in cases.items()},
        )


def _columns(found: Together, metric: Metric) -> tuple[Column, ...]:
    """The columns of a metric by architecture, and an empty one where there is none."""
    columns = []
    for arch in found.architectures:
        firsts = [(at, found.places[at[0]]) for at in found.joined]
        own = [(at, p) for at, p in firsts if (p.metric, p.arch) == (metric, arch)]
        for at, place in own:
            name = f"{arch}, {place.run.name}" if len(own) > 1 else arch
            columns.append(Column(at=at, name=name, arch=arch, place=place))
        if not own:
            columns.append(Column(at=(), name=arch, arch=arch))
    return tuple(columns)


_Entry = TypeVar("_Entry")


def _first(found: Iterable[_Entry | None]) -> _Entry | None:
    return next((one for one in found if one is not None), None)


def _has_ratio(one: CaseRatio | None) -> bool:
    return one is not None and math.isfinite(one.ratio)


def _says(found: Conformance) -> tuple[dict[Verdict, int], int]:
    """What two result sets must have in common to be told as one."""
    return {verdict: count for verdict, count in found.counts.items() if count}, found.unexpected


def together_texts(found: Together, command: str, links: Mapping[str, str]) -> dict[str, str]:
    """File name → text; `links`: result set → the page of its own, where there is one."""
    sheet = Sheet(found)
    given: dict[str, Any] = {"sheet": sheet, "found": found, "links": links, "command": command}
    drawn = {
        (part.metric, suite): sheet.chart(part, suite)
        for part in sheet.parts
        for suite in part.releases
    }
    markdown = templating.environment(autoescape=False).get_template("together.md.j2")
    differing = {part.metric: list(sheet.apart(part).values()) for part in sheet.parts}
    inlined = {name: inline(chart) for name, chart in drawn.items()}
    inlined_apart = {metric: [inline(chart) for chart in own] for metric, own in differing.items()}
    return {
        "index.html": framed(
            "together.html.j2", command, charts=inlined, differing=inlined_apart, **given
        ),
        "report.md": markdown.render(
            comment=comment(command), charts=drawn, differing=differing, **given
        ),
        "report.json": _document(found, command),
    }


def together_charts(found: Together) -> Sequence[canvas.Chart]:
    """Every chart that is a file."""
    return Sheet(found).charts()


def _document(found: Together, command: str) -> str:
    """All figures as JSON, each with the number of its place."""
    return written(
        {
            "made_by": command,
            "architectures": list(found.architectures),
            "places": [
                {
                    "arch": place.arch,
                    "emulated": place.emulated,
                    "metric": place.metric,
                    "instrument": place.instrument,
                    "run": place.run.name,
                    "machine": asdict(place.run.machine),
                    "baseline": place.baseline,
                    "processes": place.processes,
                }
                for place in found.places
            ],
            "summary": [asdict(one) | _who(one.release) for one in found.standings],
            "cases": [asdict(one) | _who(one.release) for one in found.cases],
            "joined": [list(places) for places in found.joined],
            "apart": {metric: [asdict(one) for one in own] for metric, own in found.apart.items()},
            "conformance": [
                {
                    "arch": one.arch,
                    "emulated": one.emulated,
                    "run": one.run,
                    "row": one.row.row,
                    "suite": one.conformance.suite,
                    "counts": {v.value: n for v, n in one.conformance.counts.items()},
                    "unexpected": one.conformance.unexpected,
                }
                for one in found.checked
            ],
            "warnings": list(found.warnings),
        }
    )


def _who(release: Release) -> dict[str, Any]:
    return {"release": release._asdict()}
