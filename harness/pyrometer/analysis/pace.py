"""How steady the machine itself was: the fixed work that was timed before each process.

Owns what counts as a change of its pace. Refuses to know what the processes did.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from pyrometer.analysis.changepoints import segmented
from pyrometer.analysis.findings import Pace
from pyrometer.analysis.steady import PENALTY
from pyrometer.model import Outcome

LEAST = 20
# Of processes in a row: shorter episodes are noise, and the order of the plan is random.
LEAST_SEGMENT = 10
SLOWER = 0.10
STOLEN = 0.02
MANY = 1 / 3
FLOOR = 1e-3


def pace(outcomes: Sequence[Outcome]) -> Pace | None:
    """Of the outcomes in the order in which they ran; None where too few were timed."""
    timed = [outcome for outcome in outcomes if outcome.spin_ns > 0]
    if len(timed) < LEAST:
        return None
    spins = np.array([outcome.spin_ns for outcome in timed], float)
    low, middle, high = (float(one) for one in np.quantile(spins, (0.1, 0.5, 0.9)))
    steals = [outcome.steal for outcome in timed if outcome.steal is not None]
    heat = [outcome.throttled > 0 for outcome in timed if outcome.throttled is not None]
    return Pace(
        processes=len(timed),
        median_ns=middle,
        low_ns=low,
        high_ns=high,
        changes=_changes(np.log(spins), [outcome.started for outcome in timed]),
        steal=float(np.mean(steals)) if steals else None,
        throttled=sum(heat) if heat else None,
    )


def usual_spin_ns(outcomes: Sequence[Outcome]) -> float:
    """The median of what the work took; NaN where it was never timed."""
    spins = [outcome.spin_ns for outcome in outcomes if outcome.spin_ns > 0]
    return float(np.median(spins)) if spins else math.nan


def disturbed(outcomes: Sequence[Outcome], usual_ns: float) -> str:
    """A doubt about a cell whose processes ran while the machine was slower; else empty."""
    timed = [outcome for outcome in outcomes if outcome.spin_ns > 0]
    slow = sum(outcome.spin_ns > (1 + SLOWER) * usual_ns for outcome in timed)
    robbed = sum((outcome.steal or 0.0) > STOLEN for outcome in timed)
    hot = sum((outcome.throttled or 0) > 0 for outcome in timed)
    of = f"of {len(timed)} processes"
    told = []
    if slow > MANY * len(timed):
        told.append(f"{slow} {of} began while the machine was more than {SLOWER:.0%} slower")
    if robbed > MANY * len(timed):
        told.append(f"{robbed} {of} lost more than {STOLEN:.0%} of the machine to its host")
    if hot > MANY * len(timed):
        told.append(f"during {hot} {of} a processor slowed itself down for heat")
    return "; ".join(told)


def _changes(
    logs: np.ndarray[tuple[int], np.dtype[np.float64]], when: Sequence[str]
) -> tuple[tuple[str, float], ...]:
    """(when, times as slow as before) of each lasting change of more than `SLOWER`."""
    found = segmented(
        logs, least=LEAST_SEGMENT, floor=FLOOR**2, penalty=PENALTY * math.log(logs.size)
    )
    edges = [0, *found.points, logs.size]
    medians = [float(np.median(logs[a:b])) for a, b in pairwise(edges)]
    steps = zip(found.points, medians, medians[1:], strict=False)
    return tuple(
        (when[at], math.exp(after - before))
        for at, before, after in steps
        if abs(after - before) > math.log1p(SLOWER)
    )
