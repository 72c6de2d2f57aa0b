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
    usable = _usable(processes)
    if not usable or not 0 < level_ns < math.inf:
        return None
    return _together(usable, [_faster(one, level_ns) for one in usable])


def paid_back(processes: Sequence[Process], baseline: Sequence[Process]) -> Crossover | None:
    """When all runs so far, start-up and warm-up included, had taken less than the baseline's.

    The baseline's time for a number of runs is the mean over its processes, each beyond its own
    end by its steady time. None where either side has no whole process with a known start.
    """
    usable, others = _usable(processes), _usable(baseline)
    if not usable or not others:
        return None
    return _together(usable, [_paid(one, others) for one in usable])


def _usable(processes: Sequence[Process]) -> list[Process]:
    return [one for one in processes if one.whole and math.isfinite(one.start_ns)]


def _together(processes: Sequence[Process], crossings: Sequence[Crossing]) -> Crossover:
    at_s = np.array([one.at_ns for one in crossings]) / 1e9
    return Crossover(
        at_s=float(np.median(at_s)),
        low_s=float(at_s.min()),
        high_s=float(at_s.max()),
        runs=float(np.median([one.runs for one in crossings])),
        reached=int(np.isfinite(at_s).sum()),
        processes=len(crossings),
        within_s=min(one.start_ns + float(one.elapsed_ns[-1]) for one in processes) / 1e9,
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


def _paid(process: Process, baseline: Sequence[Process]) -> Crossing:
    """Where its lead over the baseline becomes positive for good, within a sample by share."""
    runs = np.append(0.0, process.work)
    its_ns = process.start_ns + np.append(0.0, process.elapsed_ns)
    behind_ns = its_ns - np.mean([_spent_ns(one, runs) for one in baseline], axis=0)
    behind = np.flatnonzero(behind_ns > 0)
    if behind.size == 0:
        return Crossing(process.start_ns, 0.0)
    last = int(behind[-1])
    if last == runs.size - 1:
        return NEVER
    share = behind_ns[last] / (behind_ns[last] - behind_ns[last + 1])
    return Crossing(
        float(its_ns[last] + share * (its_ns[last + 1] - its_ns[last])),
        float(runs[last] + share * (runs[last + 1] - runs[last])),
    )


def _spent_ns(process: Process, runs: Floats) -> Floats:
    """Time from the start of the process until that many runs were done."""
    own = np.interp(runs, np.append(0.0, process.work), np.append(0.0, process.elapsed_ns))
    beyond = np.maximum(runs - process.work[-1], 0.0)
    return np.asarray(process.start_ns + own + beyond * process.value_ns)
