"""Two sides held against each other: two rows of one run, or a row in two runs.

Owns the meaning of A and B: A is the baseline, every ratio is A's time / B's time, above 1 where
B is faster. Owns the doubts about comparing two runs. Refuses to choose the sides.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from pyrometer.analysis.against import Against, against
from pyrometer.analysis.cells import Measured, measure
from pyrometer.analysis.decide import METRICS
from pyrometer.analysis.findings import Item, Ratio, Summary
from pyrometer.analysis.gather import TIMED, Gathered
from pyrometer.analysis.judge import judge_checks
from pyrometer.analysis.summarise import Entry, Title, summarise
from pyrometer.errors import Mistake
from pyrometer.model import MeasuredRow, Outcome, Run, SuiteKind, Verdict

# What may differ between two runs of one machine without making it another.
MACHINE_FACTS = ("cpu", "arch", "cores", "kernel", "libc", "virtualised", "governor", "turbo")
DRIFT = "two runs, not one: whatever changed between them is in every ratio"


@dataclass(frozen=True, kw_only=True)
class Side:
    """One side of a comparison: a row, in the run where it was measured."""

    run: Run
    outcomes: Sequence[Outcome]
    row: str


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One timed case on both sides; without `speed`, `withheld` says why."""

    case: str
    suite: str
    size: str
    a_verdict: Verdict
    b_verdict: Verdict
    speed: Ratio | None = None
    first: Ratio | None = None
    total: Ratio | None = None
    withheld: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Change:
    """A check or probe that has another verdict on B than on A."""

    case: str
    check: str
    a_verdict: Verdict
    b_verdict: Verdict
    a_reason: str = ""
    b_reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A against B: every ratio is A's time / B's time, above 1 where B is faster."""

    a: str
    b: str
    same_run: bool
    summaries: tuple[Summary, ...]
    pairs: tuple[Pair, ...]
    changes: tuple[Change, ...]
    warnings: tuple[str, ...]


class _Half:
    """One side, measured and judged."""

    def __init__(self, side: Side) -> None:
        self.gathered = Gathered.of(side.run, side.outcomes)
        if side.row not in self.gathered.rows:
            raise Mistake(
                f"no row {side.row!r} in this run",
                where=side.run.name,
                next_step=f"one of: {', '.join(self.gathered.rows)}",
            )
        self.run = side.run
        self.row: MeasuredRow = self.gathered.rows[side.row]

    @cached_property
    def cells(self) -> dict[tuple[str, str], Measured]:
        """(case, size) → cell."""
        found = measure(self.gathered)
        return {
            (key.case, key.size): cell for key, cell in found.items() if key.row == self.row.row
        }

    @cached_property
    def items(self) -> dict[tuple[str, str], Item]:
        """(case, check) → item."""
        items, _ = judge_checks(self.gathered)
        return {(item.case, item.check): item for item in items if item.row == self.row.row}


def compare(a: Side, b: Side) -> Comparison:
    """Hold B against A, case by case and suite by suite; Mistake for a row that is not there."""
    same_run = a.run == b.run
    if same_run and a.row == b.row:
        raise Mistake(f"{a.row} of {a.run.name} on both sides", next_step="name two rows or runs")
    one, other = _Half(a), _Half(b)
    held = {
        name: _against(one.cells.get(name), other.cells.get(name), same_run=same_run)
        for name in dict.fromkeys((*one.cells, *other.cells))
    }
    pairs = tuple(_pair(name, one, other, found) for name, found in held.items())
    label = one.row.row if same_run else f"{one.row.row} in {one.run.name}"
    return Comparison(
        a=label,
        b=other.row.row if same_run else f"{other.row.row} in {other.run.name}",
        same_run=same_run,
        summaries=_summaries(label, other, pairs, held),
        pairs=pairs,
        changes=_changes(one, other),
        warnings=() if same_run else tuple(_doubts(one, other)),
    )


def _against(a: Measured | None, b: Measured | None, *, same_run: bool) -> Against:
    if a is None or b is None:
        return Against(withheld="only in B" if a is None else "only in A")
    found = against(a, b)
    found = replace(found, withheld=_by_side(found.withheld))
    if same_run:
        return found
    return replace(
        found,
        speed=_unpaired(found.speed),
        first=_unpaired(found.first),
        total=_unpaired(found.total),
    )


def _by_side(withheld: str) -> str:
    if not withheld:
        return ""
    ours, of_baseline, rest = withheld.partition("baseline ")
    return f"A: {rest}" if of_baseline and not ours else f"B: {withheld}"


def _unpaired(ratio: Ratio | None) -> Ratio | None:
    """Rounds of two runs were never close in time: their numbers pair nothing."""
    return ratio and replace(ratio, paired_low=math.nan, paired_high=math.nan)


def _pair(name: tuple[str, str], a: _Half, b: _Half, held: Against) -> Pair:
    case, size = name
    sides = {"A": a.cells.get(name), "B": b.cells.get(name)}
    warnings = [f"{side}: {told}" for side, cell in sides.items() if cell for told in cell.warnings]
    if held.withheld == "" and _sha256(a, case) != _sha256(b, case):
        warnings.append("the case itself changed between the runs")
    verdicts = [cell.judged.verdict if cell else Verdict.NOT_RUN for cell in sides.values()]
    return Pair(
        case=case,
        suite=case.partition("/")[0],
        size=size,
        a_verdict=verdicts[0],
        b_verdict=verdicts[1],
        speed=held.speed,
        first=held.first,
        total=held.total,
        withheld=held.withheld,
        warnings=tuple(warnings),
    )


def _sha256(half: _Half, case: str) -> str:
    return half.gathered.cases[case].sha256


def _summaries(
    label: str, b: _Half, pairs: Sequence[Pair], held: Mapping[tuple[str, str], Against]
) -> tuple[Summary, ...]:
    """One for every timed suite that both sides have some case of."""
    found = []
    for suite, kind in _suites(b):
        own = [pair for pair in pairs if pair.suite == suite]
        entries = [
            Entry(
                case=pair.case,
                ratio=pair.speed,
                log=held[pair.case, pair.size].log,
                missing=pair.withheld,
            )
            for pair in own
        ]
        if any(pair.speed for pair in own):
            title = Title(row=b.row, suite=suite, metric=METRICS[kind], baseline=label)
            found.append(summarise(title, entries))
    return tuple(found)


def _suites(half: _Half) -> list[tuple[str, SuiteKind]]:
    return list(dict.fromkeys((case.suite, case.kind) for case in half.gathered.cases_of(*TIMED)))


def _changes(a: _Half, b: _Half) -> tuple[Change, ...]:
    return tuple(
        Change(
            case=name[0],
            check=name[1],
            a_verdict=before.verdict,
            b_verdict=after.verdict,
            a_reason=before.reason,
            b_reason=after.reason,
        )
        for name, before in a.items.items()
        if (after := b.items.get(name)) is not None and after.verdict is not before.verdict
    )


def _doubts(a: _Half, b: _Half) -> list[str]:
    """What else than the interpreter may have moved the times of two runs."""
    doubts = [DRIFT]
    for fact in MACHINE_FACTS:
        before, after = getattr(a.run.machine, fact), getattr(b.run.machine, fact)
        if before != after:
            doubts.append(
                f"{fact} of the machine: {before or 'unknown'}, then {after or 'unknown'}"
            )
    if a.run.machine.name != b.run.machine.name:
        doubts.append(f"two machines: {a.run.machine.name} and {b.run.machine.name}")
    if a.run.revision != b.run.revision:
        doubts.append(f"revision {a.run.revision[:12]}, then {b.run.revision[:12]}")
    if a.run.reference != b.run.reference:
        doubts.append(f"reference {a.run.reference}, then {b.run.reference}")
    if a.run.tier != b.run.tier:
        doubts.append(f"tier {a.run.tier}, then {b.run.tier}")
    both = [case for case in a.gathered.cases if case in b.gathered.cases]
    changed = sorted(case for case in both if _sha256(a, case) != _sha256(b, case))
    if changed:
        doubts.append(f"changed cases: {', '.join(changed)}")
    return doubts
