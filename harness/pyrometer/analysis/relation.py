"""How ratios of time go with ratios of instructions on one interpreter, where both were measured.

Owns the straight line through the cases (logarithms, least squares), and what it predicts for an
architecture on which only instructions were counted. Refuses to call a prediction a measurement:
it carries over only as far as two processors treat the same mixture of instructions alike.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from pyrometer.analysis.findings.counts import (
    Counted,
    CountedCell,
    CountedSuite,
    Prediction,
    Relation,
)
from pyrometer.analysis.ratio import LEVEL, t_quantile

# A line through fewer cases says more about those than about the interpreter.
LEAST_CASES = 5


def with_times(
    counted: Counted, speeds: Mapping[tuple[str, str], float], siblings: Mapping[str, str]
) -> Counted:
    """The counts with what times of another run say of them.

    `speeds`: (row, case) → baseline time / its time, from a run on the machine's own architecture.
    `siblings`: row of another architecture → the row of the same interpreter that was timed.
    """
    groups: dict[str, list[CountedCell]] = {}
    for cell in counted.cells:
        if math.isfinite(cell.ratio):
            groups.setdefault(cell.row, []).append(cell)
    relations = {
        row: found
        for row, cells in groups.items()
        if (found := relation(row, _points(cells, speeds))) is not None
    }
    suites = tuple(
        _predicted(suite, groups.get(suite.row, ()), relations.get(siblings.get(suite.row, "")))
        for suite in counted.suites
    )
    return replace(counted, suites=suites, relations=tuple(relations.values()))


def _points(
    cells: Sequence[CountedCell], speeds: Mapping[tuple[str, str], float]
) -> list[tuple[str, float, float]]:
    found = ((cell, speeds.get((cell.row, cell.case), math.nan)) for cell in cells)
    return [(cell.case, cell.ratio, speed) for cell, speed in found if math.isfinite(speed)]


def relation(row: str, points: Sequence[tuple[str, float, float]]) -> Relation | None:
    """ln(time ratio) = intercept + slope × ln(count ratio) over (case, count, time) ratios.

    None below `LEAST_CASES`, or where all counts are the baseline's own.
    """
    if len(points) < LEAST_CASES:
        return None
    counts, times = (np.log([point[at] for point in points]) for at in (1, 2))
    apart = counts - counts.mean()
    scatter = float((apart**2).sum())
    if not scatter > 0:
        return None
    slope = float((apart * times).sum()) / scatter
    intercept = float(times.mean()) - slope * float(counts.mean())
    left = times - intercept - slope * counts
    return Relation(
        row=row,
        points=tuple(points),
        slope=slope,
        intercept=intercept,
        deviation=math.sqrt(float((left**2).sum()) / (len(points) - 2)),
        centre=float(counts.mean()),
        scatter=scatter,
    )


def predicted(line: Relation, counts: Sequence[float]) -> Prediction:
    """The geometric mean of time ratios that the line expects for cases of these count ratios.

    Its band is Student's interval for the mean of so many new cases about the line; that the line
    may be another one on another processor is not in it.
    """
    logs = np.log(counts)
    number, size = len(line.points), logs.size
    middle = line.intercept + line.slope * float(logs.mean())
    away = (float(logs.mean()) - line.centre) ** 2 / line.scatter
    half = t_quantile(LEVEL, number - 2) * line.deviation * math.sqrt(1 / size + 1 / number + away)
    return Prediction(
        ratio=math.exp(middle), low=math.exp(middle - half), high=math.exp(middle + half)
    )


def _predicted(
    suite: CountedSuite, cells: Sequence[CountedCell], line: Relation | None
) -> CountedSuite:
    counts = [cell.ratio for cell in cells if cell.suite == suite.suite]
    if line is None or not counts or line.row == suite.row:
        return suite
    return replace(suite, predicted=predicted(line, counts))
