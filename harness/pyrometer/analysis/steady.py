"""Is a series of times steady, and from where on? The course of one process.

Owns the marks of outliers, which segments are equivalent, and the classes of Barrett et al.,
"Virtual machine warmup blows hot and cold" (OOPSLA 2017, arXiv 1602.00602), with two additions: a
part without a changepoint must not trend either, and a series that is too short to see a change in
it says so. Refuses to know what was timed, or to compare processes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import rank_filter

from pyrometer.analysis.changepoints import Question, Segmentation, segmented_each
from pyrometer.analysis.findings import Course
from pyrometer.analysis.series import (
    STEP_DRIFT,
    Floats,
    autocorrelation,
    drift,
    median,
    moves,
    steadied,
    trends,
)

Marks = NDArray[np.bool_]

# Fewer show no step of a tenth in noise of a hundredth, wherever it is; docs/METHODOLOGY.md.
LEAST_SAMPLES = 25
# Shorter segments are as rare in noise, but two pauses in a row would be one.
LEAST_SEGMENT = 5
PENALTY = 15.0  # times ln(n), for each changepoint
OUTLIER_WINDOW = 200
OUTLIER_REACH = 3.0  # times the distance of the percentiles 10 and 90
SAME = 0.01  # of the fastest segment: what means may differ by and be the same
NEVER_SAME = 0.10  # beyond it they are not, however little is known of a mean
LATE = 0.25  # the share of the series in which nothing may change any more
FLOOR = 1e-4  # the least standard deviation, as a share of the median


@dataclass(frozen=True, kw_only=True, eq=False)
class Steadiness:
    """How one series went.

    `begins` is the index from which on it is steady; without a steady state, and in a series too
    short to tell, where its last half begins. `changes` are the indices at which a segment begins,
    but the first one's. `outliers` marks what the search left out; no value ever loses them.
    """

    course: Course
    begins: int
    changes: tuple[int, ...]
    outliers: Marks
    autocorrelation: float


@dataclass(frozen=True, kw_only=True, eq=False)
class _Marked:
    """A series with the least variance of a segment, and its outliers marked."""

    values: Floats
    floor: float
    outliers: Marks

    @property
    def enough(self) -> bool:
        return self.values.size >= LEAST_SAMPLES

    @property
    def half(self) -> int:
        return (self.values.size - 1) // 2

    @cached_property
    def kept(self) -> NDArray[np.intp]:
        return np.flatnonzero(~self.outliers)

    def question(self) -> Question:
        """What the search for its changepoints has to know."""
        penalty = PENALTY * math.log(self.kept.size)
        return Question(self.values[self.kept], LEAST_SEGMENT, self.floor, penalty)


def steadiness(values: Floats, *, resolution: float = 0.0) -> Steadiness:
    """Classify at least one positive value; `resolution` is the step of their clock."""
    return steadiness_of_each([(values, resolution)])[0]


def steadiness_of_each(series: Iterable[tuple[Floats, float]]) -> list[Steadiness]:
    """As `steadiness`, of many (values, resolution): together they cost a part of one by one."""
    marked = [_marked(values, resolution) for values, resolution in series]
    found = iter(segmented_each([one.question() for one in marked if one.enough]))
    return [_course_of(one, next(found)) if one.enough else _too_few(one) for one in marked]


def _marked(values: Floats, resolution: float) -> _Marked:
    floor = _floor(values, resolution)
    enough = values.size >= LEAST_SAMPLES
    outliers = outlying(values, math.sqrt(floor)) if enough else np.zeros(values.size, bool)
    return _Marked(values=values, floor=floor, outliers=outliers)


def _too_few(one: _Marked) -> Steadiness:
    later = one.values[one.half :]
    changed = moves(later, STEP_DRIFT) or trends(later)
    return _told(one, Course.UNSTEADY if changed else Course.TOO_FEW, one.half, ())


def _course_of(one: _Marked, found: Segmentation) -> Steadiness:
    values, kept = one.values, one.kept
    segments = np.split(values[kept], found.points) if found.points else [values[kept]]
    changes = tuple(int(kept[at]) for at in found.points)
    course, begins = classified(segments, (0, *changes), values.size)
    if course is not Course.UNSTEADY:
        course, begins = _beyond_trend(values, kept, course, begins, one.half)
    begins = one.half if course is Course.UNSTEADY else begins
    return _told(one, course, begins, changes)


def _floor(values: Floats, resolution: float) -> float:
    """The least variance that a segment can have: a coarse clock would show none."""
    return max(resolution**2 / 12, (FLOOR * median(values)) ** 2)


def _told(one: _Marked, course: Course, begins: int, changes: tuple[int, ...]) -> Steadiness:
    kept = one.values[begins:][~one.outliers[begins:]]
    return Steadiness(
        course=course,
        begins=begins,
        changes=changes,
        outliers=one.outliers,
        autocorrelation=autocorrelation(kept) if kept.size > 1 else math.nan,
    )


def outlying(values: Floats, least: float) -> Marks:
    """Values far from the median of a window around them; `least` is the least reach of it.

    In the first half of a window, which Barrett et al. skip because it warms up, only what stands
    alone is marked: there the median of the five around it must not be far.
    """
    window = min(OUTLIER_WINDOW, values.size // 2)
    low, middle, high = (round(share * (window - 1)) for share in (0.1, 0.5, 0.9))
    # Around the values at both ends the first and the last whole window, centred where it is.
    centre = np.clip(np.arange(values.size), window // 2, values.size - window + window // 2)
    lows, medians, highs = (
        rank_filter(values, rank, size=window)[centre] for rank in (low, middle, high)
    )
    reach = OUTLIER_REACH * np.maximum(highs - lows, least)
    far = np.abs(values - medians) > reach
    around = np.abs(steadied(values) - medians) > reach
    begun = window // 2
    far[:begun] &= ~around[:begun]
    return np.asarray(far)


def classified(segments: Sequence[Floats], starts: Sequence[int], size: int) -> tuple[Course, int]:
    """The course of a series of `size` values in segments, and where its last state begins.

    The reference is the last segment. A segment is the same if its mean is within `SAME` of the
    fastest one, or within two standard errors of the difference.
    """
    if len(segments) == 1:
        return Course.FLAT, 0
    means = np.array([segment.mean() for segment in segments])
    errors = np.array([segment.var() / segment.size for segment in segments])
    near = np.clip(2 * np.sqrt(errors + errors[-1]), SAME * means.min(), NEVER_SAME * means.min())
    others = np.flatnonzero(np.abs(means - means[-1]) > near)
    if others.size == 0:
        return Course.FLAT, 0
    last = int(others[-1])
    begins = starts[last + 1]
    if begins > (1 - LATE) * size:
        return Course.UNSTEADY, begins
    return (Course.WARM_UP if means[-1] < means[last] else Course.SLOW_DOWN), begins


def _beyond_trend(
    values: Floats, kept: NDArray[np.intp], course: Course, begins: int, half: int
) -> tuple[Course, int]:
    """What changes bit by bit has no changepoint: it may have ended by the half at the latest.

    That it has must then be seen: noise in which no trend can be proven is not enough.
    """
    rest = values[kept[kept >= begins]]
    if not trends(rest):
        return course, begins
    if begins >= half or moves(values[kept[kept >= half]]):
        return Course.UNSTEADY, half
    return (Course.WARM_UP if drift(rest) < 0 else Course.SLOW_DOWN), half
