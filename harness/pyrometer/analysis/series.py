"""Small measures of a series in order: running median, trend, drift, autocorrelation.

Owns what counts as a trend. Refuses to know what the values are.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import rank_filter

Floats = NDArray[np.float64]

# A pause of the collector is no relapse: a value counts as the median of these around it.
WINDOW = 5
TREND_P = 0.01
TREND_DRIFT = 0.03
# A smooth drift resembles itself still more, and must not be excused by that.
MOST_RESEMBLING = 0.5
LEAST_TO_RESEMBLE = 20
# A step is no trend in rank order, but it is movement.
STEP_DRIFT = 0.5
# Below six values no order at all has p < TREND_P (two-sided: 2/5! = 0.017, 2/6! = 0.003).
LEAST_FOR_TREND = 6


def steadied(values: Floats) -> Floats:
    """The running median of `WINDOW` values; the first value weighs at the beginning.

    The last two have no window of their own and take the last whole one's.
    """
    side = WINDOW // 2
    if values.size < WINDOW:
        return values
    begun = np.concatenate((np.full(side, values[0]), values))
    medians = rank_filter(begun, side, size=WINDOW)[side:-side]
    return np.concatenate((medians, np.full(side, medians[-1])))


def drift(values: Floats) -> float:
    """How far it moved: median of its last quarter over that of its first, minus 1."""
    quarter = min(max(2, values.size // 4), values.size)
    return median(values[-quarter:]) / median(values[:quarter]) - 1


def median(values: Floats) -> float:
    """As numpy's of one dimension without NaN, in a quarter of its time for a hundred values."""
    half = values.size // 2
    if values.size % 2:
        return float(np.partition(values, half)[half])
    low, high = np.partition(values, (half - 1, half))[half - 1 : half + 1]
    return float(low + high) / 2


def trends(values: Floats) -> bool:
    """Does it move in order (Mann-Kendall), and by enough to matter?"""
    return moves(values) and trend_p(values) < TREND_P


def moves(values: Floats, by: float = TREND_DRIFT) -> bool:
    """Is its last quarter further from its first than that, in either direction?"""
    return abs(math.log1p(drift(values))) > math.log1p(by)


def trend_p(values: Floats) -> float:
    """As `mann_kendall_p`, of values that resemble their neighbours.

    The variance of the score is that of as many independent values as these are worth:
    n (1 - r) / (1 + r) with r the autocorrelation around their straight line, from 0 to
    `MOST_RESEMBLING`. Of fewer than `LEAST_TO_RESEMBLE` values it cannot be told and is 0.
    """
    if values.size < LEAST_TO_RESEMBLE:
        return mann_kendall_p(values)
    at = np.arange(values.size)
    resembling = autocorrelation(values - np.polyval(np.polyfit(at, values, 1), at))
    excess = float(np.clip(np.nan_to_num(resembling), 0, MOST_RESEMBLING))
    return mann_kendall_p(values, (1 + excess) / (1 - excess))


def mann_kendall_p(values: Floats, inflated: float = 1.0) -> float:
    """Two-sided p of no trend (Mann 1945, Kendall's variance with ties, normal approximation).

    `inflated`: how many times the variance is as large. NaN-free; 1.0 where all values are equal
    or there are fewer than two.
    """
    count = values.size
    if count < 2:
        return 1.0
    order = np.sign(values[None, :] - values[:, None])
    score = float(np.triu(order, 1).sum())
    _, ties = np.unique(values, return_counts=True)
    variance = _pairs_variance(count) - float(_pairs_variance(ties).sum())
    if variance <= 0 or score == 0:
        return 1.0
    return math.erfc((abs(score) - 1) / math.sqrt(2 * variance * inflated))


def _pairs_variance(count: int | NDArray[np.int64]) -> NDArray[np.float64]:
    size = np.asarray(count, float)
    return np.asarray(size * (size - 1) * (2 * size + 5) / 18)


def autocorrelation(values: Floats) -> float:
    """Lag 1: how much a value resembles the one before it; NaN where nothing varies."""
    apart = values - values.mean()
    total = float((apart**2).sum())
    return float((apart[1:] * apart[:-1]).sum()) / total if total > 0 else math.nan
