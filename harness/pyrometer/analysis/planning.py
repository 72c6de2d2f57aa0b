"""How many processes, and how long, for an interval of a wanted width: from a pilot.

Owns the variances of the levels of a measurement and what they ask for (Kalibera & Jones,
"Rigorous benchmarking in reasonable time", ISMM 2013, in the corrected form of their technical
report TR 4-12, 2012, arXiv 2007.10899), and the one stopping rule: Stein's two stages (Annals of
Mathematical Statistics 16, 1945), with one between them where the pilot alone asks for many (Hall,
Annals of Statistics 9, 1981). Pure numbers: refuses to know what was timed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pyrometer.analysis.ratio import LEVEL, t_quantile

LEAST_PROCESSES = 3
# A plan for more than a first handful is made from this many: S² of a handful may be off by a
# factor of four. More of them would cost more than they save (the tests simulate it).
ENOUGH_TO_PLAN = 10


class Level(NamedTuple):
    """One level: `spread` is S², of the means of its units; `own` is T², what it adds itself."""

    spread: float
    own: float


def levels(data: NDArray[Any]) -> tuple[Level, ...]:
    """From the innermost level outwards, of an array with an axis for each, the outermost first.

    Processes × iterations gives two. T² may be negative: then the level adds nothing of its own.
    ValueError where an axis has fewer than two.
    """
    if min(data.shape) < 2:
        raise ValueError(f"a level needs two repetitions: {data.shape}")
    found: list[Level] = []
    inner = 1
    means = np.asarray(data, float)
    while means.ndim:
        count = means.shape[-1]
        parents = means.mean(axis=-1, keepdims=True)
        units = math.prod(means.shape[:-1])
        spread = float(((means - parents) ** 2).sum() / (units * (count - 1)))
        within = found[-1].spread / inner if found else 0.0
        found.append(Level(spread, spread - within))
        inner, means = count, parents[..., 0]
    return tuple(found)


def repetitions(
    inner: Level, outer: Level, *, inner_cost: float, outer_cost: float, most: int
) -> int:
    """Of the inner level in each unit of the outer one, so that a width costs least; 1 to `most`.

    Costs are of one repetition, in any one unit. Where the outer level adds nothing of its own,
    `most`: more of the inner one is all that helps.
    """
    if outer.own <= 0:
        return most
    wanted = math.sqrt(outer_cost / inner_cost * max(inner.own, 0.0) / outer.own)
    return min(most, max(1, math.ceil(wanted)))


def expected_spread(inner: Level, outer: Level, count: int) -> float:
    """S² of the outer level with so many repetitions of the inner one in each unit."""
    return max(outer.own, 0.0) + max(inner.own, 0.0) / count


def least_count(spread: float, half_width: float, *, level: float = LEVEL) -> int:
    """The fewest units whose mean has an interval that narrow, were S² that exactly."""
    count = 2
    while half_width_of(spread, count, level=level) > half_width:
        count += 1
    return count


def half_width_of(spread: float, count: int, *, level: float = LEVEL) -> float:
    """Of the interval of a mean of `count` units with that S²: Student's."""
    return t_quantile(level, count - 1) * math.sqrt(spread / count)


def stein(
    pilot: Sequence[float] | NDArray[np.float64],
    half_width: float,
    *,
    inflation: float = 1.0,
    level: float = LEVEL,
) -> int:
    """How many values in all, the pilot's among them, for an interval no wider than that.

    The mean of all of them ± `half_width` then covers with at least the level, whatever the later
    ones are. `inflation`: how many times as large their variance is expected to be. ValueError for
    fewer than two.
    """
    if len(pilot) < 2:
        raise ValueError("one value tells nothing of the others")
    spread = float(np.var(pilot, ddof=1)) * inflation
    wanted = (t_quantile(level, len(pilot) - 1) / half_width) ** 2 * spread
    return max(len(pilot), math.ceil(wanted))


def next_count(
    values: Sequence[float] | NDArray[np.float64], half_width: float, *, inflation: float = 1.0
) -> int:
    """How many values there should be after the next stage, `stein` of them all; see its errors.

    Where fewer values than `ENOUGH_TO_PLAN` ask for more, that many, to ask again.
    """
    wanted = stein(values, half_width, inflation=inflation)
    return ENOUGH_TO_PLAN if len(values) < min(wanted, ENOUGH_TO_PLAN) else wanted
