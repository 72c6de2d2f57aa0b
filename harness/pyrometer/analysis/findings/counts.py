"""What a run that counted instructions lets us show, decided; beside `cells.py`, of time.

Every `ratio` is baseline count / its count, within one architecture: above 1 it executes less.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from pyrometer.analysis.findings.apart import Apart


@dataclass(frozen=True, kw_only=True)
class CountedCell:
    """One case on one row in instructions; NaN where nothing was counted.

    `instructions`: of one run, by the thread that ran it, as the mean over the last half of a
    process's runs, and of that the median over processes;
    `beside` by other threads meanwhile. `distinct` counts how many different values the processes
    gave, `spread` is (largest - smallest) / median. `iterations`: the same run by run from the
    first call on. `ratio` is the baseline's count / its own, above 1 where it executes less.
    """

    row: str
    arch: str
    case: str
    suite: str
    size: str
    instructions: float
    beside: float
    processes: int
    distinct: int
    spread: float
    iterations: tuple[float, ...]
    ratio: float = math.nan
    withheld: str = ""


@dataclass(frozen=True, kw_only=True)
class Relation:
    """On one row, the line of ln(time ratio) over ln(count ratio): its cases and its fit.

    `points`: (case, ratio of counts, ratio of times), each baseline / own. `deviation` is the
    residual standard deviation, `centre` the mean and `scatter` the sum of squares about it of the
    logarithms of the counts.
    """

    row: str
    points: tuple[tuple[str, float, float], ...]
    slope: float
    intercept: float
    deviation: float
    centre: float
    scatter: float


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """A ratio of times that nobody measured, with the band of the line that it comes from."""

    ratio: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class CountedSuite:
    """A row over a suite: geometric mean of its ratios, with the interval for cases like these.

    `missing`: case → why it is left out. `exact` of the `repeated` cells gave the same count in
    every process, and `widest` is the largest spread. `predicted` is there where times were
    measured on the row's like on another architecture, and here none.
    """

    row: str
    arch: str
    suite: str
    ratio: float
    low: float
    high: float
    cases: int
    missing: Mapping[str, str]
    exact: int
    repeated: int
    widest: float
    predicted: Prediction | None = None


@dataclass(frozen=True, kw_only=True)
class Counted:
    """A run that counted instructions: `baselines` of each architecture, `instruments` by it.

    `releases` are those of CPython, each held against the earliest one of its architecture.
    `apart` says of each interpreter, named by its row on the first architecture, where the two
    differ. `relations` are there where times of another run were at hand, which `times` names.
    """

    baselines: tuple[str, ...]
    instruments: Mapping[str, str]
    cells: tuple[CountedCell, ...]
    suites: tuple[CountedSuite, ...]
    releases: tuple[CountedSuite, ...] = ()
    apart: tuple[Apart, ...] = ()
    relations: tuple[Relation, ...] = ()
    times: str = ""
