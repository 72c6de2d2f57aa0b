"""Which places of counted instructions may stand in one column of a page of several result sets.

Owns that question alone. Counts hardly depend on the machine that took them (docs/METHODOLOGY.md
says how little): with the same instrument, the same build as baseline and the same cases, a ratio
of one set is what the other would have found. Refuses to join times, and sets of which both have
the same interpreter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyrometer.model import Metric, Source


@dataclass(frozen=True, kw_only=True)
class Basis:
    """What the ratios of a place rest on.

    `sources`: what the baseline was made from. `cases`: id → sha256. `holds`: who has a ratio over
    which suite, the baseline left out.
    """

    arch: str
    metric: Metric
    instrument: str
    baseline: str
    sources: tuple[Source, ...]
    cases: Mapping[str, str]
    holds: frozenset[tuple[object, str]]


def joined(bases: Sequence[Basis]) -> tuple[tuple[int, ...], ...]:
    """The numbers of those that go into one column, in order of their first."""
    columns: list[list[int]] = []
    for at, basis in enumerate(bases):
        own = [c for c in columns if all(_alike(bases[other], basis) for other in c)]
        if own:
            own[0].append(at)
        else:
            columns.append([at])
    return tuple(tuple(column) for column in columns)


def _alike(one: Basis, other: Basis) -> bool:
    shared = one.cases.keys() & other.cases.keys()
    return (
        one.metric == other.metric == "instructions"
        and one.arch == other.arch
        and one.instrument == other.instrument
        and one.baseline == other.baseline
        and bool(one.sources)
        and set(one.sources) == set(other.sources)
        and all(one.cases[case] == other.cases[case] for case in shared)
        and not one.holds & other.holds
    )
