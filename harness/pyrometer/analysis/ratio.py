"""Two sets of process values: their log difference, its interval, and what that lets us say.

Owns B1 (log-Welch), B4 (paired blocks), which of the two bounds a ratio, and B5 (verdicts with a
margin). Refuses to know what was timed, or how many ratios are looked at together. One direction
inside: a `LogDifference` is mean(ln a) - mean(ln b), whatever a and b are. Two directions outside,
each with its own function: `time_claim` reads it as its time / other time (above 1 is slower),
`speed_claim` as other time / its time (above 1 is faster), which is what `findings.Ratio` holds.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtr, stdtrit

from pyrometer.analysis.findings import Claim, Ratio

LEVEL = 0.95
MARGIN = 0.01
MOST_PROCESSES = 100_000
LEAST_BLOCKS = 3
ROUNDING = 1e-24  # a variance of logarithms that differ in their last digits only
OPPOSITE = {Claim.FASTER: Claim.SLOWER, Claim.SLOWER: Claim.FASTER}


@dataclass(frozen=True, kw_only=True)
class LogDifference:
    """mean(ln a) - mean(ln b) with its standard error and degrees of freedom.

    `a_part` and `b_part` are the sample variances (divisor n - 1) of both sides, or `a_part` that
    of the differences within blocks where it is `paired`; `se` of 0 (a clock too coarse) has no t
    distribution: `df`, `t` and `p` are then NaN.
    """

    difference: float
    se: float
    df: float
    level: float = LEVEL
    a_part: float = 0.0
    b_part: float = 0.0
    paired: bool = False

    @cached_property
    def half_width(self) -> float:
        """Half the length of the interval, on the log scale."""
        return t_quantile(self.level, self.df) * self.se if self.se > 0 else 0.0

    @property
    def low(self) -> float:
        """Lower bound of the difference."""
        return self.difference - self.half_width

    @property
    def high(self) -> float:
        """Upper bound of the difference."""
        return self.difference + self.half_width

    @property
    def t(self) -> float:
        """Student's t of no difference."""
        return abs(self.difference) / self.se if self.se > 0 else math.nan

    @property
    def p(self) -> float:
        """Two-sided p of no difference."""
        return float(2 * stdtr(self.df, -self.t)) if self.se > 0 else math.nan

    def equivalence_p(self, margin: float) -> float:
        """p of a difference beyond the margin: two one-sided tests (Schuirmann 1987)."""
        if self.se <= 0:
            return math.nan
        bound = math.log1p(margin)
        upper = stdtr(self.df, -(self.difference + bound) / self.se)
        lower = stdtr(self.df, (self.difference - bound) / self.se)
        return float(max(upper, lower))


def t_quantile(level: float, df: float) -> float:
    """Student's t that encloses `level` of the distribution; `df` may be fractional."""
    return float(stdtrit(df, 0.5 + level / 2))


def welch(log_a: ArrayLike, log_b: ArrayLike, level: float = LEVEL) -> LogDifference:
    """Compare independent processes (Welch 1947; Satterthwaite 1946); ValueError below two."""
    a, b = np.asarray(log_a, float), np.asarray(log_b, float)
    if min(a.size, b.size) < 2:
        raise ValueError("an interval needs two processes a side")
    part_a, part_b = float(a.var(ddof=1)), float(b.var(ddof=1))
    of_a, of_b = part_a / a.size, part_b / b.size
    weight = of_a**2 / (a.size - 1) + of_b**2 / (b.size - 1)
    return LogDifference(
        difference=float(a.mean() - b.mean()),
        se=math.sqrt(of_a + of_b),
        df=(of_a + of_b) ** 2 / weight if weight > 0 else math.nan,
        level=level,
        a_part=part_a,
        b_part=part_b,
    )


def paired(log_a: ArrayLike, log_b: ArrayLike, level: float = LEVEL) -> LogDifference:
    """Compare block by block: what drifts with both sides cancels; ValueError below two."""
    steps = np.asarray(log_a, float) - np.asarray(log_b, float)
    if steps.size < 2:
        raise ValueError("an interval needs two blocks")
    spread = float(steps.var(ddof=1))
    spread = spread if spread > ROUNDING else 0.0
    return LogDifference(
        difference=float(steps.mean()),
        se=math.sqrt(spread / steps.size),
        df=steps.size - 1 if spread > 0 else math.nan,
        level=level,
        a_part=spread,
        paired=True,
    )


def time_claim(its_over_other: LogDifference, margin: float = MARGIN) -> Claim:
    """B5, its time / other time: above 1 is slower. No spread at all decides nothing."""
    low, high, bound = its_over_other.low, its_over_other.high, math.log1p(margin)
    if not its_over_other.se > 0:
        return Claim.UNDECIDED
    if -bound < low and high < bound:
        return Claim.NO_DIFFERENCE
    if low > 0:
        return Claim.SLOWER
    return Claim.FASTER if high < 0 else Claim.UNDECIDED


def speed_claim(other_over_its: LogDifference, margin: float = MARGIN) -> Claim:
    """B5, other time / its time, as in findings: above 1 is faster."""
    claim = time_claim(other_over_its, margin)
    return OPPOSITE.get(claim, claim)


def needed_processes(found: LogDifference, margin: float = MARGIN) -> int | None:
    """Processes a side that would decide it if spread and difference stayed as they are.

    The interval must leave out 1 or fit within the margin, whichever comes first. None where
    no number up to `MOST_PROCESSES` would.
    """
    part = found.a_part + found.b_part
    size = abs(found.difference)
    room = max(size, math.log1p(margin) - size)
    if not part > 0 or not room > 0:
        return None
    shape = part**2 / (found.a_part**2 + found.b_part**2)

    def decides(count: int) -> bool:
        return t_quantile(found.level, (count - 1) * shape) * math.sqrt(part / count) < room

    low, high = 2, MOST_PROCESSES
    if not decides(high):
        return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if decides(middle) else (middle + 1, high)
    return low


def speed_difference(
    baseline_ns: Mapping[int, float],
    its_ns: Mapping[int, float],
    *,
    blocks: bool = True,
    level: float = LEVEL,
) -> LogDifference | None:
    """ln(baseline time / its time) of process values by round; None below two a side.

    Within blocks, so that what drifts with both sides cancels, where every round has both sides
    and there are `LEAST_BLOCKS` of them; else, and where `blocks` says that rounds pair nothing,
    between independent processes. Differences that do not vary at all show nothing but a clock.
    """
    if min(len(baseline_ns), len(its_ns)) < 2:
        return None
    if blocks and len(its_ns) >= LEAST_BLOCKS and set(baseline_ns) == set(its_ns):
        rounds = sorted(its_ns)
        found = paired(
            np.log([baseline_ns[number] for number in rounds]),
            np.log([its_ns[number] for number in rounds]),
            level,
        )
        if found.se > 0:
            return found
    return welch(np.log(list(baseline_ns.values())), np.log(list(its_ns.values())), level)


def speed_ratio(
    baseline_ns: Mapping[int, float],
    its_ns: Mapping[int, float],
    margin: float = MARGIN,
    *,
    blocks: bool = True,
) -> Ratio | None:
    """Baseline time / its time with interval, claim and doubts; None below two a side."""
    found = speed_difference(baseline_ns, its_ns, blocks=blocks)
    independent = speed_difference(baseline_ns, its_ns, blocks=False)
    if found is None or independent is None:
        return None
    return replace(
        ratio_of(found, margin),
        processes=len(its_ns),
        baseline_processes=len(baseline_ns),
        welch_low=math.exp(independent.low),
        welch_high=math.exp(independent.high),
        warnings=_doubts(found, baseline_ns, its_ns),
    )


def ratio_of(found: LogDifference, margin: float = MARGIN) -> Ratio:
    """The finding of ln(baseline time / its time), without its counts."""
    claim = speed_claim(found, margin)
    undecided = claim is Claim.UNDECIDED
    return Ratio(
        ratio=math.exp(found.difference),
        low=math.exp(found.low),
        high=math.exp(found.high),
        level=found.level,
        claim=claim,
        processes=0,
        baseline_processes=0,
        paired=found.paired,
        needed_processes=needed_processes(found, margin) if undecided else None,
    )


def _doubts(
    found: LogDifference, baseline_ns: Mapping[int, float], its_ns: Mapping[int, float]
) -> tuple[str, ...]:
    doubts = []
    if min(len(baseline_ns), len(its_ns)) == 2:
        doubts.append("only 2 processes on a side: the interval is wide and easily misled")
    if not found.se > 0:
        doubts.append("no spread on either side: the clock is too coarse to decide")
    return tuple(doubts)
