"""What a calibration found: how often this program is wrong, each rate with its interval.

Owns the decided figures. Refuses to compute anything: `error_rates` does.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Share:
    """A share of comparisons with its exact interval at 95 %; None of none."""

    value: float | None
    low: float
    high: float
    comparisons: int


@dataclass(frozen=True, kw_only=True)
class Recall:
    """How often a slowdown was found: `effect` is what it really cost, 0.02 for 2 %."""

    effect: float
    share: Share


@dataclass(frozen=True, kw_only=True)
class ErrorRates:
    """How often this program was wrong in comparisons of so many processes a side.

    `false_positive_rate`: claims between two labels of one build, one cell, margin 0.
    `report_claim_rate`: reports on two labels with any claim, at their family's level.
    `coverage`: intervals that contain the injected slowdown. `equivalent_at_margin`: slowdowns
    exactly as large as the margin that were called no difference. `withheld` comparisons had no
    ratio to count.
    """

    processes: int
    false_positive_rate: Share
    report_claim_rate: Share
    coverage: Share
    equivalent_at_margin: Share
    recall: tuple[Recall, ...]
    withheld: int = 0


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """The error rates that a calibration run measured on a machine.

    `builds` of one source were compared, where it is more than one.
    """

    name: str
    machine: str
    started: str
    revision: str
    interpreters: tuple[str, ...]
    cases: int
    processes: int
    rates: tuple[ErrorRates, ...]
    builds: int = 1
