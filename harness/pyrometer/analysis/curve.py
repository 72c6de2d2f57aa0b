"""The warm-up of a case as a curve: how long a run took, over the time since its process started.

Owns the common moments of several processes, the one that is shown in full, and which cases show
warm-up best. Refuses fits and smoothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

from pyrometer.analysis.crossover import timely
from pyrometer.analysis.findings import Cell, Course, Curve, Trace
from pyrometer.analysis.process_value import Process
from pyrometer.analysis.series import Floats

POINTS = 40
TRACED = 80


def warmup_curve(processes: Sequence[Process]) -> Curve | None:
    """The time of one run at common moments; None where no whole process has a known start.

    At most `POINTS` moments, evenly spaced in log time from the end of the earliest first sample
    to the end of the shortest process; between samples the curve is a step: the time of the
    sample that was running then.
    """
    usable = timely(processes)
    if not usable:
        return None
    begins = min(one.start_ns + float(one.elapsed_ns[0]) for one in usable)
    ends = min(one.start_ns + float(one.elapsed_ns[-1]) for one in usable)
    count = min(POINTS, max(one.loops.size for one in usable))
    at_ns = np.geomspace(begins, ends, count) if ends > begins and count > 1 else np.array([ends])
    runs_ns = np.array([_at(one, at_ns) for one in usable])
    return Curve(
        at_s=tuple((at_ns / 1e9).tolist()),
        median_ns=tuple(np.median(runs_ns, axis=0).tolist()),
        low_ns=tuple(runs_ns.min(axis=0).tolist()),
        high_ns=tuple(runs_ns.max(axis=0).tolist()),
    )


def _at(process: Process, at_ns: Floats) -> Floats:
    """The per-run time of the sample that was running at each moment."""
    running = np.searchsorted(process.elapsed_ns, at_ns - process.start_ns, side="left")
    return process.per_run_ns[np.minimum(running, process.per_run_ns.size - 1)]


def typical(processes: Sequence[Process]) -> Trace | None:
    """The process with the median value; None where no whole process has a known start.

    At most `TRACED` of its samples, those that ended last before moments evenly spaced in log time.
    """
    usable = timely(processes)
    if not usable:
        return None
    chosen = sorted(usable, key=lambda one: (one.value_ns, one.round))[(len(usable) - 1) // 2]
    ends_s = (chosen.start_ns + chosen.elapsed_ns) / 1e9
    moments = np.geomspace(ends_s[0], ends_s[-1], TRACED)
    moments *= 1 + 1e-9  # rounding must not lose the first and the last
    kept = np.unique(np.searchsorted(ends_s, moments, side="right") - 1)
    found = chosen.steadiness
    firsts = np.array((0, *found.changes)) + chosen.cold
    begins_s = np.append(chosen.start_ns / 1e9, ends_s)  # of each sample, and the end of the last
    levels = [float(one.mean()) for one in chosen.segments_ns]
    steady = found.course not in (Course.UNSTEADY, Course.TOO_FEW)
    return Trace(
        at_s=tuple(ends_s[kept].tolist()),
        run_ns=tuple(chosen.per_run_ns[kept].tolist()),
        edges_s=(*begins_s[firsts].tolist(), float(ends_s[-1])),
        levels_ns=tuple(levels),
        steady_s=float(begins_s[chosen.warm]) if steady else math.nan,
    )


def telling(cells: Iterable[Cell]) -> dict[str, tuple[tuple[str, str], ...]]:
    """Suite → (case, size) with a curve, those first in which warm-up moves some row most.

    The measure is the change from the first run to the end of the curve, as a ratio in either
    direction; where several rows have a curve, the largest of them.
    """
    moved: dict[str, dict[tuple[str, str], float]] = {}
    for cell in cells:
        if cell.timing is None or cell.timing.curve is None:
            continue
        change = abs(math.log(cell.timing.first_ns / cell.timing.curve.median_ns[-1]))
        suite = moved.setdefault(cell.suite, {})
        name = (cell.case, cell.size)
        suite[name] = max(suite.get(name, 0.0), change if math.isfinite(change) else 0.0)
    return {
        suite: tuple(sorted(found, key=lambda name: (-found[name], name)))
        for suite, found in moved.items()
    }
