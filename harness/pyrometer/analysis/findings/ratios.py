"""Ratios and figures: each with its interval, how it came to be, and what to doubt."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Claim(enum.Enum):
    """What an interval lets us say about a ratio."""

    FASTER = "faster"
    SLOWER = "slower"
    NO_DIFFERENCE = "no difference"
    UNDECIDED = "undecided"


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """Baseline time / its time with its interval, how it came to be, and what to doubt.

    `low`, `high` bound the ratio at `level`, from the differences within blocks where it is
    `paired`, else from processes taken as independent.
    `welch_low`, `welch_high` are the interval of independent processes in either case.
    `needed_processes` (blocks, where it is paired) would decide an undecided one.
    """

    ratio: float
    low: float
    high: float
    level: float = 0.95
    claim: Claim
    processes: int
    baseline_processes: int
    paired: bool = False
    welch_low: float = float("nan")
    welch_high: float = float("nan")
    needed_processes: int | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One absolute figure with its interval: the geometric mean over `count` processes."""

    value: float
    low: float
    high: float
    count: int
