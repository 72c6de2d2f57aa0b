"""Two sides held against each other in instructions: which cases execute more than they did?

Owns the band within which counts are called the same: what the processes of either side differed
by themselves, and never less than `LEAST`. Refuses to hold counts of different instruments, or of
different architectures, against each other.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyrometer.analysis.compare import Side
from pyrometer.analysis.counted import counted
from pyrometer.analysis.findings.counts import CountedCell
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
    one, other = _Half.of(a), _Half.of(b)
    if (one.arch, one.instrument) != (other.arch, other.instrument):
        told = "; ".join(f"{half.arch} {half.instrument}" for half in (one, other))
        raise Mistake(
            f"counted by different instruments: {told}",
            next_step="count both sides in one run, or with the same emulator and processor",
        )
    changes = tuple(
        _change(cell, other.cells[name]) for name, cell in one.cells.items() if name in other.cells
    )
    if not changes:
        raise Mistake(f"{a.run.name} and {b.run.name} have no counted case in common")
    return CountComparison(
        a=a.row if same else f"{a.row} in {a.run.name}",
        b=b.row if same else f"{b.row} in {b.run.name}",
        arch=one.arch,
        instrument=one.instrument,
        changes=changes,
        suites=_suites(changes),
    )


@dataclass(frozen=True, kw_only=True)
class _Half:
    """One side: by what it was counted, and its cells by case and size."""

    arch: str
    instrument: str
    cells: Mapping[tuple[str, str], CountedCell]

    @classmethod
    def of(cls, side: Side) -> _Half:
        gathered = Gathered.of(side.run, side.outcomes)
        found = counted(gathered, side.row)
        if found is None:
            raise Mistake(
                f"{side.run.name} measured time, not instructions",
                next_step="pyrometer run --metric instructions",
            )
        own = [cell for cell in found.cells if cell.row == side.row]
        facts = gathered.row(side.row).facts
        arch = facts.arch if facts else ""
        return cls(
            arch=arch,
            instrument=found.instruments.get(arch, ""),
            cells={(cell.case, cell.size): cell for cell in own},
        )


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
