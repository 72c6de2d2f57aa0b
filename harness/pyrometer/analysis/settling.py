"""Whether and when the processes of a cell became steady.

Owns the course of several processes (Barrett et al. 2017: inconsistent ones are told apart by
whether all of them end well) and the time to their steady states. Refuses to decide what a cell
may show.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from pyrometer.analysis.findings import Course, Settling
from pyrometer.analysis.process_value import Process

ENDS = (0.05, 0.95)
GOOD = frozenset((Course.FLAT, Course.WARM_UP))


def course_of(counts: Mapping[Course, int]) -> Course:
    """The course of a cell, by how many of its processes took which.

    Those of too few samples have no say, unless half of the processes or more are such.
    """
    if 2 * counts.get(Course.TOO_FEW, 0) >= sum(counts.values()):
        return Course.TOO_FEW
    known = {course for course, count in counts.items() if count} - {Course.TOO_FEW}
    if len(known) == 1:
        return known.pop()
    return Course.GOOD_INCONSISTENT if known <= GOOD else Course.BAD_INCONSISTENT


def settling(processes: Sequence[Process]) -> Settling:
    """Of at least one process."""
    counts = Counter(one.course for one in processes)
    told = [one for one in processes if one.course is not Course.TOO_FEW]
    at_s, low_s, high_s = _spread([_at_ns(one) / 1e9 for one in told])
    runs, low_runs, high_runs = _spread([_runs(one) for one in told])
    resemblance = [one.steadiness.autocorrelation for one in processes]
    known = [one for one in resemblance if math.isfinite(one)]
    return Settling(
        course=course_of(counts),
        courses={course: counts[course] for course in Course if counts[course]},
        at_s=at_s,
        low_s=low_s,
        high_s=high_s,
        runs=runs,
        low_runs=low_runs,
        high_runs=high_runs,
        reached=len(told) - counts[Course.UNSTEADY],
        processes=len(processes),
        within_s=min(_ends_ns(one) for one in processes) / 1e9,
        samples=sum(one.loops.size for one in processes),
        outliers=sum(int(one.steadiness.outliers.sum()) for one in processes),
        autocorrelation=float(np.median(known)) if known else math.nan,
    )


def _spread(values: Sequence[float]) -> tuple[float, ...]:
    """The median and both ends; NaN is none of the values, infinity is one.

    The ends are order statistics: those of up to twenty values are the least and the greatest.
    """
    known = [one for one in values if not math.isnan(one)]
    if not known:
        return (math.nan,) * 3
    low, high = np.quantile(known, ENDS, method="inverted_cdf")
    return float(np.median(known)), float(low), float(high)


def _runs(process: Process) -> float:
    """Runs that it had completed when it became steady."""
    if process.course is Course.UNSTEADY:
        return math.inf
    return float(process.work[process.warm - 1]) if process.warm else 0.0


def _at_ns(process: Process) -> float:
    """When it became steady, since it was started; NaN where a sample or the start is unknown."""
    if not process.whole:
        return math.nan
    if process.course is Course.UNSTEADY:
        return math.inf
    spent_ns = float(process.elapsed_ns[process.warm - 1]) if process.warm else 0.0
    return process.start_ns + spent_ns


def _ends_ns(process: Process) -> float:
    return process.start_ns + float(process.elapsed_ns[-1])
