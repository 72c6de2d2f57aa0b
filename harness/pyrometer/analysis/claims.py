"""Published claims held against a run: does our interval hold what was said?

Owns the verdict on a claim. Refuses to measure: suite means come decided.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Sequence
from dataclasses import dataclass

from pyrometer.analysis.border import border
from pyrometer.analysis.decide import Basis
from pyrometer.analysis.findings.border import Overhead
from pyrometer.model import PublishedClaim

# An interval from half of a factor to twice it says no more than its order.
WIDEST = 4


class Held(enum.Enum):
    """What a run says of a claim."""

    HOLDS = "holds"
    DOES_NOT = "does not hold"
    UNDECIDED = "undecided"
    NOT_HERE = "not testable here"


@dataclass(frozen=True, kw_only=True)
class HeldClaim:
    """A claim with our figure and the run that it is of, or why there is none."""

    claim: PublishedClaim
    held: Held
    figure: ClaimFigure | None = None
    why: str = ""
    run: str = ""


@dataclass(frozen=True, kw_only=True)
class ClaimFigure:
    """How many times as fast, its interval for programs (or functions) like these, of how many."""

    ratio: float
    like_low: float
    like_high: float
    of: int
    processes: int
    baseline_processes: int


def hold(claims: Sequence[PublishedClaim], runs: Sequence[Basis]) -> tuple[HeldClaim, ...]:
    """Each claim against the first of the runs that can tell; else with the reason of the last."""
    return tuple(_first(claim, runs) for claim in claims)


def _first(claim: PublishedClaim, runs: Sequence[Basis]) -> HeldClaim:
    if claim.not_testable:
        return HeldClaim(claim=claim, held=Held.NOT_HERE, why=claim.not_testable)
    told = [_hold(claim, basis) for basis in runs]
    return next((one for one in told if one.held is not Held.NOT_HERE), told[-1])


def _hold(claim: PublishedClaim, basis: Basis) -> HeldClaim:
    run = basis.gathered.run
    rows = [row.row for row in run.rows if not row.missing]
    for row in (claim.row, *(() if claim.mechanism else (claim.against,))):
        if row not in rows:
            return HeldClaim(claim=claim, held=Held.NOT_HERE, why=f"{row} was not measured")
    found = _of_calls(claim, basis) if claim.mechanism else _of_programs(claim, basis)
    if isinstance(found, str):
        return HeldClaim(claim=claim, held=Held.NOT_HERE, why=found)
    if not math.isfinite(found.like_low):
        why = "One case has no interval"
        return HeldClaim(claim=claim, held=Held.UNDECIDED, figure=found, why=why, run=run.name)
    return HeldClaim(claim=claim, held=_verdict(claim, found), figure=found, run=run.name)


def _of_programs(claim: PublishedClaim, basis: Basis) -> ClaimFigure | str:
    about = (claim.row, claim.suite)
    found = [one for one in basis.summaries(claim.against) if (one.row, one.suite) == about]
    if not found or not math.isfinite(found[0].ratio.ratio):
        return "no case has a steady speed on both"
    (summary,) = found[:1]
    return ClaimFigure(
        ratio=summary.ratio.ratio,
        like_low=summary.like_low,
        like_high=summary.like_high,
        of=summary.cases,
        processes=summary.ratio.processes,
        baseline_processes=summary.ratio.baseline_processes,
    )


def _of_calls(claim: PublishedClaim, basis: Basis) -> ClaimFigure | str:
    about = (claim.row, claim.mechanism)
    its = [one.overhead for one in border(basis.gathered) if (one.row, one.name) == about]
    found: Overhead | None = its[0] if its else None
    if found is None or found.over != claim.against:
        return f"no run holds {claim.mechanism} against {claim.against}"
    return ClaimFigure(  # a speed: the other way around than times
        ratio=1 / found.ratio,
        like_low=1 / found.like_high,
        like_high=1 / found.like_low,
        of=found.functions,
        processes=found.processes,
        baseline_processes=found.processes,
    )


def _verdict(claim: PublishedClaim, found: ClaimFigure) -> Held:
    """The claim is about programs that are not ours, so the interval is that of such programs.

    One of a factor holds where the interval has it inside; one of no less where all of it is at
    the factor or above, and is undecided where the factor is inside. An interval that has anything
    inside shows nothing.
    """
    if claim.at_least:
        if found.like_low >= claim.factor:
            return Held.HOLDS
        return Held.DOES_NOT if found.like_high < claim.factor else Held.UNDECIDED
    inside = found.like_low <= claim.factor <= found.like_high
    if inside and found.like_high > WIDEST * found.like_low:
        return Held.UNDECIDED
    return Held.HOLDS if inside else Held.DOES_NOT
