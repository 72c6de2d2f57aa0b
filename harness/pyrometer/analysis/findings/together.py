"""What several result sets on one page let us show, decided; beside `report.py`, of one.

Owns the nouns of `analysis/together.py`. Every `ratio` is baseline / own within one place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from pyrometer.analysis.findings.apart import Apart
from pyrometer.analysis.findings.checks import Conformance
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
    row: str
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

    `rows`: release → the row that names it. `architectures` are all of the places. `joined` are
    the places by number, those together whose counts may stand in one column. `apart`: metric →
    where architectures differ, an interpreter named by the row that names its release.
    """

    places: tuple[Place, ...]
    joined: tuple[tuple[int, ...], ...]
    architectures: tuple[str, ...]
    rows: Mapping[Release, MeasuredRow]
    standings: tuple[Standing, ...]
    cases: tuple[CaseRatio, ...]
    checked: tuple[Checked, ...]
    warnings: tuple[str, ...]
    apart: Mapping[Metric, tuple[Apart, ...]] = field(default_factory=dict)
