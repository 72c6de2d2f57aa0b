"""Two sides held against each other in instructions: which cases execute more than they did?

Owns the band within which counts are called the same: what the processes of either side differed
by themselves, and never less than `LEAST`. Refuses to hold counts of different instruments, or of
different architectures, against each other.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Sequence
from dataclasses import dataclass

from pyrometer.analysis.compare import Side
from pyrometer.analysis.counted import counted
from pyrometer.analysis.findings import Counted, CountedCell
from pyrometer.analysis.gather import Gathered
from pyrometer.errors import Mistake

# Of one: below it a change is none, however well both sides repeat. Layout of memory and the
# length of a path move counts by about a tenth of that.
LEAST = 0.0005


class CountClaim(enum.Enum):
    """What two counts let us say of B."""

    MORE = "more"
    FEWER = "fewer"
    SAME = "the same"


@dataclass(frozen=True, kw_only=True)
class CountChange:
    """One case: instructions of a run on both sides, B / A - 1, and the band of no change."""

    case: str
    a: float
    b: float
    change: float
    band: float
    claim: CountClaim | None = None
    withheld: str = ""


@dataclass(frozen=True, kw_only=True)
class CountComparison:
    """B held against A; `suites`: suite → change of the geometric mean over its cases."""

    a: str
    b: str
    arch: str
    instrument: str
    changes: tuple[CountChange, ...]
    suites: dict[str, float]

    def above(self, limit: float) -> tuple[CountChange, ...]:
        """The cases whose count has grown beyond doubt, and by `limit` (of one) at least."""
        return tuple(
            one for one in self.changes if one.claim is CountClaim.MORE and one.change >= limit
        )


def count_changes(a: Side, b: Side) -> CountComparison:
    """Hold B against A case by case; Mistake where the two cannot be held against each other."""
    same = a.run == b.run
    one, other = _cells(a), _cells(b)
    arch, instrument = _instrument(a, b)
    changes = tuple(_change(one[name], other[name]) for name in one if name in other)
    if not changes:
        raise Mistake(f"{a.run.name} and {b.run.name} have no counted case in common")
    return CountComparison(
        a=a.row if same else f"{a.row} in {a.run.name}",
        b=b.row if same else f"{b.row} in {b.run.name}",
        arch=arch,
        instrument=instrument,
        changes=changes,
        suites=_suites(changes),
    )


def _counted(side: Side) -> Counted:
    found = counted(Gathered.of(side.run, side.outcomes), side.row)
    if found is None:
        raise Mistake(
            f"{side.run.name} measured time, not instructions",
            next_step="pyrometer run --metric instructions",
        )
    return found


def _cells(side: Side) -> dict[tuple[str, str], CountedCell]:
    return {(cell.case, cell.size): cell for cell in _counted(side).cells if cell.row == side.row}


def _instrument(a: Side, b: Side) -> tuple[str, str]:
    """Architecture and instrument that both sides share."""
    told = []
    for side in (a, b):
        row = next((row for row in side.run.rows if row.row == side.row), None)
        arch = row.facts.arch if row and row.facts else ""
        told.append((arch, _counted(side).instruments.get(arch, "")))
    if told[0] != told[1]:
        raise Mistake(
            f"counted by different instruments: {' '.join(told[0])}; {' '.join(told[1])}",
            next_step="count both sides in one run, or with the same emulator and processor",
        )
    return told[0]


def _change(a: CountedCell, b: CountedCell) -> CountChange:
    withheld = a.withheld or b.withheld
    change = b.instructions / a.instructions - 1
    band = max(LEAST, a.spread, b.spread)
    claim = None
    if not withheld and math.isfinite(change):
        claim = CountClaim.SAME
        if abs(change) > band:
            claim = CountClaim.MORE if change > 0 else CountClaim.FEWER
    return CountChange(
        case=a.case if not a.size else f"{a.case}@{a.size}",
        a=a.instructions,
        b=b.instructions,
        change=change,
        band=band,
        claim=claim,
        withheld=withheld,
    )


def _suites(changes: Sequence[CountChange]) -> dict[str, float]:
    logs: dict[str, list[float]] = {}
    for one in changes:
        if one.claim is not None:
            logs.setdefault(one.case.partition("/")[0], []).append(math.log1p(one.change))
    return {suite: math.expm1(sum(found) / len(found)) for suite, found in logs.items()}
