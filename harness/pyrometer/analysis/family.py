"""Many cells at once: one level for all of their intervals, so that claims and intervals agree.

Owns the correction for looking at many cells: of the intervals that leave out 1, no more than one
in twenty misses its ratio, on average over tables (false coverage rate; Benjamini & Yekutieli, JASA
100, 2005). Refuses to choose the family.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from pyrometer.analysis.against import Against
from pyrometer.analysis.findings import Ratio
from pyrometer.analysis.ratio import LEVEL, MARGIN, LogDifference, ratio_of

Name = TypeVar("Name")


def corrected(held: Mapping[Name, Against], margin: float = MARGIN) -> dict[Name, Against]:
    """The same cells, their ratios at the level of their family.

    The ratios once warm are one family, those of the first samples another, those of equal work a
    third. A ratio without spread belongs to none and stays as it is.
    """
    speed = family_level([one.log for one in held.values()])
    first = family_level([one.first_log for one in held.values()])
    total = family_level([one.total_log for one in held.values()])
    return {
        name: replace(
            one,
            speed=_at(one.speed, one.log, speed, margin),
            first=_at(one.first, one.first_log, first, margin),
            total=_at(one.total, one.total_log, total, margin),
        )
        for name, one in held.items()
    }


def family_level(logs: Sequence[LogDifference | None]) -> float:
    """The level of each interval of a family of differences, of which each has a p of its own.

    R of m are discovered by Benjamini & Hochberg (JRSS B 57, 1995) at 1 - `LEVEL`; the level is
    1 - max(R, 1) (1 - LEVEL) / m, at which the intervals of these R leave out no difference, and no
    others do. One alone has `LEVEL`, and so have many that are all discovered.
    """
    found = [one.p for one in logs if one is not None and one.se > 0]
    if not found:
        return LEVEL
    allowed = (1 - LEVEL) / len(found)
    reached = np.flatnonzero(np.sort(found) <= allowed * np.arange(1, len(found) + 1))
    return 1 - allowed * (int(reached[-1]) + 1 if reached.size else 1)


def _at(
    ratio: Ratio | None, log: LogDifference | None, level: float, margin: float
) -> Ratio | None:
    if ratio is None or log is None or not log.se > 0 or math.isclose(level, log.level):
        return ratio
    found = ratio_of(replace(log, level=level), margin)
    return replace(
        ratio,
        low=found.low,
        high=found.high,
        level=level,
        claim=found.claim,
        needed_processes=found.needed_processes,
    )
