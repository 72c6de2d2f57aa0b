"""What a comparison is of: from the names on the command line to pairs of rows, and their verdicts.

Owns what a name can mean: a row of the newest result set, a result set, or `SET:ROW`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pyrometer.analysis.compare import Comparison, Side, compare_all
from pyrometer.analysis.count_changes import CountComparison, count_changes
from pyrometer.analysis.together import architectures_of
from pyrometer.errors import Mistake
from pyrometer.model import Metric, Run
from pyrometer.records import Library, ResultSet


class Place(NamedTuple):
    """Where something is to be compared; `arch` and `run` name it where there are several."""

    arch: str
    run: str
    metric: Metric
    pairs: list[tuple[Side, Side]]


class _Named(NamedTuple):
    """What one side's name means: a result set, and the row in it or "" for all."""

    name: str
    found: ResultSet
    row: str = ""

    def side(self, row: str) -> Side:
        """That row of it."""
        return Side(run=self.found.run, outcomes=self.found.outcomes, row=row)


@dataclass(frozen=True, kw_only=True)
class Held:
    """What was compared in a place, in its metric."""

    arch: str
    run: str
    metric: Metric
    times: tuple[Comparison, ...] = ()
    counts: tuple[CountComparison, ...] = ()


def places(a: str, b: str, within: Sequence[str], library: Library) -> list[Place]:
    """Where to hold B against A; each is a row, a result set, or `SET:ROW`.

    A row alone is one of the newest result set; two sets alone are compared row by row. With
    `within` both are rows, held against each other in each of these sets on every architecture
    that has both; Mistake for a set without them.
    """
    if not within:
        opened = cache(library.open)  # often both are in the newest set
        one, other = (_named(name, library, opened) for name in (a, b))
        return [Place("", "", _metric(one.found.run, other.found.run), _pairs(one, other))]
    found = [place for name in within for place in _within(a, b, library.open(name))]
    order = list(dict.fromkeys(place.arch for place in found))
    return sorted(found, key=lambda place: order.index(place.arch))


def held(found: Sequence[Place]) -> list[Held]:
    """B against A in each place; the intervals of all times are one family."""
    timed = [pair for place in found if place.metric == "time" for pair in place.pairs]
    times = iter(compare_all(timed))
    return [
        Held(arch=arch, run=run, metric=metric, times=tuple(next(times) for _ in pairs))
        if metric == "time"
        else Held(arch=arch, run=run, metric=metric,
                  counts=tuple(count_changes(one, other) for one, other in pairs))
        for arch, run, metric, pairs in found
    ]  # fmt: skip


def _within(a: str, b: str, found: ResultSet) -> list[Place]:
    """The architectures of a result set on which both rows were run."""
    rows = {row.row: row for row in found.run.rows if not row.missing}
    there: list[Place] = []
    for suffix in ("", *(f"-{arch}" for arch in architectures_of(rows.values()))):
        names = (a + suffix, b + suffix)
        if all(name in rows for name in names):
            arch = suffix[1:] or found.run.machine.arch
            one, other = (Side(run=found.run, outcomes=found.outcomes, row=r) for r in names)
            there.append(Place(arch, found.run.name, found.run.metric, [(one, other)]))
    if not there:
        raise Mistake(
            f"{found.run.name} has not both {a} and {b}",
            next_step=f"interpreters: {', '.join(rows)}",
        )
    return there


def _metric(one: Run, other: Run) -> Metric:
    """The metric that both sides of a comparison have; Mistake where they differ."""
    if one.metric != other.metric:
        raise Mistake(
            f"{one.name} is in {one.metric}, {other.name} in {other.metric}",
            next_step="pyrometer list results",
        )
    return one.metric


def _pairs(one: _Named, other: _Named) -> list[tuple[Side, Side]]:
    if one.row or other.row:
        pairs = [(one.row or other.row, other.row or one.row)]
    else:
        rows = {row.row for row in other.found.run.rows if not row.missing}
        pairs = [(r.row, r.row) for r in one.found.run.rows if r.row in rows and not r.missing]
    if not pairs:
        raise Mistake(f"{one.name} and {other.name} have no interpreter in common")
    return [(one.side(row_a), other.side(row_b)) for row_a, row_b in pairs]


def _named(name: str, library: Library, opened: Callable[[str], ResultSet]) -> _Named:
    """What a side of a comparison means."""
    if name in library.names() or (Path(name) / "run.json").is_file():
        return _Named(name, opened(name))
    folder, _, row = name.partition(":")
    if row and folder in library.names():
        return _Named(name, opened(folder), row)
    newest = opened("")
    rows = [row.row for row in newest.run.rows]
    if name not in rows:
        raise Mistake(
            f"{name!r} is neither a result set nor an interpreter of {newest.run.name}",
            next_step=f"interpreters: {', '.join(rows)}; sets: pyrometer list results",
        )
    return _Named(name, newest, name)
