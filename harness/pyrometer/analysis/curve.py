"""The warm-up of a case as a curve: how long a run took, over the time since the first call.

Owns the common points in time of several processes. Refuses fits and smoothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pyrometer.analysis.process_value import Floats, Process

POINTS = 60


def warmup_curve(processes: Sequence[Process]) -> tuple[tuple[float, float], ...]:
    """(seconds since the first timed call, ns per run): geometric mean over the processes.

    At most `POINTS` points, evenly spaced in log time from the end of the earliest first sample
    to the end of the shortest process; between samples the curve is a step: the time of the
    sample that was running then.
    """
    usable = [process for process in processes if process.whole]
    if not usable:
        return ()
    starts = min(float(process.elapsed_ns[0]) for process in usable)
    ends = min(float(process.elapsed_ns[-1]) for process in usable)
    count = min(POINTS, max(process.loops.size for process in usable))
    at_ns = np.geomspace(starts, ends, count) if ends > starts and count > 1 else np.array([ends])
    logs = np.mean([np.log(_at(process, at_ns)) for process in usable], axis=0)
    points = zip((at_ns / 1e9).tolist(), np.exp(logs).tolist(), strict=True)
    return tuple((float(at_s), float(run_ns)) for at_s, run_ns in points)


def _at(process: Process, at_ns: Floats) -> Floats:
    """The per-run time of the sample that was running at each moment."""
    running = np.searchsorted(process.elapsed_ns, at_ns, side="left")
    return process.per_run_ns[np.minimum(running, process.per_run_ns.size - 1)]
