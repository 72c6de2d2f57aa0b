"""When a row that warms up overtakes the baseline: in one run, and over all runs together.

Owns both crossings of one process and what is said of several. A crossing counts only if it
holds until the end of the process. Refuses to extrapolate the row: what did not happen while its
processes lived is not known. Only the baseline, which is steady, is taken beyond its own series.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from pyrometer.analysis.findings import Crossover
from pyrometer.analysis.process_value import Process
from pyrometer.analysis.series import Floats, steadied


class Crossing(NamedTuple):
    """One process: ns since it was started, and the runs that it had completed by then."""

    at_ns: float
    runs: float


NEVER = Crossing(math.inf, math.inf)


def faster_from(processes: Sequence[Process], level_ns: float) -> Crossover | None:
    """When one run became faster than `level_ns`, the baseline's once warm, and stayed so.

    None where no process is whole with a known start, or the level is no number.
    """
    usable = timely(processes)
    if not usable or not 0 < level_ns < math.inf:
        return None
    return _together([_faster(one, level_ns) for one in usable], usable)


def paid_back(
    processes: Sequence[Process], baseline: Sequence[Process], *, called: bool = False
) -> Crossover | None:
    """When all runs so far, start-up and warm-up included, had taken less than the baseline's.

    The baseline's time for a number of runs is the mean over its processes, each beyond its own
    end by its steady time. With `called`, time is since the first call, and both starts are left
    out. None where either side has no whole process with a known start.
    """
    usable, others = timely(processes), timely(baseline)
    if not usable or not others:
        return None
    found = [_paid(one, others, 0.0 if called else 1.0) for one in usable]
    return _together(found, usable, 0.0 if called else 1.0)


def timely(processes: Sequence[Process]) -> list[Process]:
    """Those of which it is known when each sample ended, since they were started."""
    return [one for one in processes if one.whole and math.isfinite(one.start_ns)]


def _together(
    crossings: Sequence[Crossing], processes: Sequence[Process], starts: float = 1.0
) -> Crossover:
    at_s = np.array([one.at_ns for one in crossings]) / 1e9
    ends_ns = [starts * one.start_ns + float(one.elapsed_ns[-1]) for one in processes]
    return Crossover(
        at_s=float(np.median(at_s)),
        low_s=float(at_s.min()),
        high_s=float(at_s.max()),
        runs=float(np.median([one.runs for one in crossings])),
        reached=int(np.isfinite(at_s).sum()),
        processes=len(crossings),
        within_s=min(ends_ns) / 1e9,
    )


def _faster(process: Process, level_ns: float) -> Crossing:
    """The end of the last sample that was not faster."""
    behind = np.flatnonzero(steadied(process.per_run_ns) >= level_ns)
    if behind.size == 0:
        return Crossing(process.start_ns, 0.0)
    last = int(behind[-1])
    if last == process.loops.size - 1:
        return NEVER
    return Crossing(process.start_ns + float(process.elapsed_ns[last]), float(process.work[last]))


def _paid(process: Process, baseline: Sequence[Process], starts: float) -> Crossing:
    """Where its lead over the baseline becomes positive for good, within a sample by share.

    `starts`: how often the starts of both count, once or not at all.
    """
    runs = np.append(0.0, process.work)
    its_ns = starts * process.start_ns + np.append(0.0, process.elapsed_ns)
    behind_ns = its_ns - spent_ns(baseline, runs, starts)
    behind = np.flatnonzero(behind_ns > 0)
    if behind.size == 0:
        return Crossing(float(its_ns[0]), 0.0)
    last = int(behind[-1])
    if last == runs.size - 1:
        return NEVER
    share = behind_ns[last] / (behind_ns[last] - behind_ns[last + 1])
    return Crossing(
        float(its_ns[last] + share * (its_ns[last + 1] - its_ns[last])),
        float(runs[last] + share * (runs[last + 1] - runs[last])),
    )


def spent_ns(baseline: Sequence[Process], runs: Floats, starts: float = 1.0) -> Floats:
    """Time until that many runs were done, starts counted or not: mean over processes."""
    spent = [starts * one.start_ns + _called_ns(one, runs) for one in baseline]
    return np.asarray(np.mean(spent, axis=0))


def _called_ns(process: Process, runs: Floats) -> Floats:
    """Time from the first call until that many runs were done."""
    own = np.interp(runs, np.append(0.0, process.work), np.append(0.0, process.elapsed_ns))
    beyond = np.maximum(runs - process.work[-1], 0.0)
    return np.asarray(own + beyond * process.value_ns)
