"""How far two architectures differ, case by case: two ratios, each within its own, side by side.

Owns the quotient of the two and its order. Refuses to hold the count or the time of one
architecture against that of another: they are of two programs.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pyrometer.analysis.findings.apart import Apart


class Found(NamedTuple):
    """The ratio of a case to the baseline of its own architecture; `who` is the interpreter."""

    who: str
    case: str
    size: str
    arch: str
    ratio: float


def apart(found: Iterable[Found], architectures: Sequence[str]) -> tuple[Apart, ...]:
    """Every case that has a ratio on the first architecture and on another, widest apart first."""
    ratios = {one[:4]: one.ratio for one in found if math.isfinite(one.ratio) and one.ratio > 0}
    pairs = [
        Apart(
            who=who,
            case=case,
            suite=case.partition("/")[0],
            size=size,
            here=architectures[0],
            there=there,
            ratios=(ratio, other),
            further=other / ratio,
        )
        for (who, case, size, arch), ratio in ratios.items()
        if architectures and arch == architectures[0]
        for there in architectures[1:]
        if (other := ratios.get((who, case, size, there))) is not None
    ]
    return tuple(sorted(pairs, key=lambda one: -abs(math.log(one.further))))
