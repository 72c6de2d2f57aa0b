"""How far two architectures differ in a case."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Apart:
    """A case of an interpreter on two architectures, `here` and `there`.

    `ratios` are baseline / own on each, `further` the second through the first: above 1 the
    interpreter is further ahead of its baseline (or less behind) there than here.
    """

    who: str
    case: str
    suite: str
    size: str
    here: str
    there: str
    ratios: tuple[float, float]
    further: float
