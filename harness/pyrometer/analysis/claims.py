"""Published claims held against a run: does our interval hold what was said?

Owns the verdict on a claim. Refuses to measure: suite means come decided.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pyrometer.analysis.findings import Summary
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
    """A claim with our figure: its interval for programs like these, and why there is none."""

    claim: PublishedClaim
    held: Held
    summary: Summary | None = None
    why: str = ""


def hold(
    claims: Sequence[PublishedClaim],
    rows: Sequence[str],
    summaries: Callable[[str], Sequence[Summary]],
) -> tuple[HeldClaim, ...]:
    """Each claim against the suite means of a run; `summaries` gives those against a row."""
    return tuple(_hold(claim, rows, summaries) for claim in claims)


def _hold(
    claim: PublishedClaim, rows: Sequence[str], summaries: Callable[[str], Sequence[Summary]]
) -> HeldClaim:
    if claim.not_testable:
        return HeldClaim(claim=claim, held=Held.NOT_HERE, why=claim.not_testable)
    for row in (claim.row, claim.against):
        if row not in rows:
            return HeldClaim(claim=claim, held=Held.NOT_HERE, why=f"{row} was not measured")
    found = [one for one in summaries(claim.against) if (one.row, one.suite) == _about(claim)]
    if not found or not math.isfinite(found[0].ratio.ratio):
        return HeldClaim(claim=claim, held=Held.NOT_HERE, why="no case has a steady speed on both")
    if not math.isfinite(found[0].like_low):
        return HeldClaim(
            claim=claim, held=Held.UNDECIDED, summary=found[0], why="One case has no interval"
        )
    return HeldClaim(claim=claim, held=_verdict(claim, found[0]), summary=found[0])


def _about(claim: PublishedClaim) -> tuple[str, str]:
    return claim.row, claim.suite


def _verdict(claim: PublishedClaim, found: Summary) -> Held:
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
