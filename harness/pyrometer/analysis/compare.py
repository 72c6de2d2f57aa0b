"""Two sides held against each other: two rows of one run, or a row in two runs.

Owns the meaning of A and B: A is the baseline, every ratio is A's time / B's time, above 1 where
B is faster. Owns the doubts about comparing two runs, and what counts as a slowdown. Refuses to
choose the sides, and two architectures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from pyrometer.analysis.against import Against, against
from pyrometer.analysis.cells import Measured, measure
from pyrometer.analysis.decide import METRICS
from pyrometer.analysis.family import corrected
from pyrometer.analysis.findings import Claim, Item, Ratio, Summary
from pyrometer.analysis.gather import TIMED, Gathered, Key
from pyrometer.analysis.judge import judge_checks
from pyrometer.analysis.ratio import LEVEL
from pyrometer.analysis.summarise import Entry, Title, summarise
from pyrometer.errors import Mistake
from pyrometer.model import MeasuredRow, Outcome, Run, SuiteKind, Verdict

# What may differ between two runs of one machine without making it another.
MACHINE_FACTS = ("cpu", "arch", "cores", "kernel", "libc", "virtualised", "governor", "turbo")
# What may differ of an interpreter that goes by the same name in two runs.
ROW_FACTS = ("version", "compiler", "jit", "gil", "clock")
RUN_FACTS = ("reference", "tier", "duet")
DRIFT = "two runs, not one: whatever changed between them is in every ratio"

Name = tuple[str, str]  # case, size


@dataclass(frozen=True, kw_only=True)
class Side:
    """One side of a comparison: a row, in the run where it was measured."""

    run: Run
    outcomes: Sequence[Outcome]
    row: str


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One timed case on both sides; without `speed`, `withheld` says why.

    `cpu` is the ratio of CPU times beside that of wall time.
    """

    case: str
    suite: str
    size: str
    a_verdict: Verdict
    b_verdict: Verdict
    speed: Ratio | None = None
    cpu: Ratio | None = None
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
    """A against B: every ratio is A's time / B's time, above 1 where B is faster.

    `level` is that of the interval of every pair: with it, the intervals of all pairs of all
    comparisons made together hold together. Those of the suites are at their own.
    """

    a: str
    b: str
    same_run: bool
    level: float
    summaries: tuple[Summary, ...]
    pairs: tuple[Pair, ...]
    changes: tuple[Change, ...]
    warnings: tuple[str, ...]

    def slowdowns(self, share: float) -> tuple[tuple[str, Ratio], ...]:
        """Cases and suites on which B is slower and takes longer by more than that share.

        Slower is what the interval says; by how much, the estimate.
        """
        every = [(pair.case, pair.speed) for pair in self.pairs if pair.speed is not None]
        every += [(summary.suite, summary.ratio) for summary in self.summaries]
        return tuple(
            (name, ratio)
            for name, ratio in every
            if ratio.claim is Claim.SLOWER and ratio.ratio * (1 + share) < 1
        )


class _Set:
    """A result set, measured and judged once for all comparisons in which it is a side."""

    def __init__(self, side: Side) -> None:
        self.run = side.run
        self.gathered = Gathered.of(side.run, side.outcomes)
        self.rows: set[str] = set()  # which of it are compared

    @cached_property
    def measured(self) -> Mapping[Key, Measured]:
        """Every timed cell of those rows."""
        return measure(self.gathered, self.rows)

    @cached_property
    def items(self) -> Sequence[Item]:
        """Every check and probe."""
        return judge_checks(self.gathered)[0]


class _Half:
    """One side: a row of a result set."""

    def __init__(self, found: _Set, row: str) -> None:
        self.gathered, self.run, self._set = found.gathered, found.run, found
        self.row: MeasuredRow = self.gathered.row(row)
        found.rows.add(row)

    @cached_property
    def cells(self) -> dict[Name, Measured]:
        """(case, size) → cell."""
        every = self._set.measured.items()
        return {(key.case, key.size): cell for key, cell in every if key.row == self.row.row}

    @cached_property
    def items(self) -> dict[tuple[str, str], Item]:
        """(case, check) → item."""
        every = self._set.items
        return {(item.case, item.check): item for item in every if item.row == self.row.row}


def compare(a: Side, b: Side) -> Comparison:
    """Hold B against A, case by case and suite by suite; Mistake for a row that is not there."""
    return compare_all([(a, b)])[0]


def compare_all(sides: Sequence[tuple[Side, Side]]) -> tuple[Comparison, ...]:
    """Hold each B against its A; the intervals of all their cases are one family."""
    sets: dict[int, _Set] = {}
    halves = []
    for a, b in sides:
        if a.run == b.run and a.row == b.row:
            raise Mistake(
                f"{a.row} of {a.run.name} on both sides", next_step="name two rows or runs"
            )
        one, other = (
            _Half(sets.setdefault(id(side.outcomes), _Set(side)), side.row) for side in (a, b)
        )
        _refuse_two_architectures(one, other)
        halves.append((one, other))
    held = corrected(
        {
            (at, name): _against(one, other, name)
            for at, (one, other) in enumerate(halves)
            for name in dict.fromkeys((*one.cells, *other.cells))
        }
    )
    return tuple(
        _comparison(one, other, {name: found for (of, name), found in held.items() if of == at})
        for at, (one, other) in enumerate(halves)
    )


def _refuse_two_architectures(one: _Half, other: _Half) -> None:
    """Times on two kinds of processor have no ratio that means anything."""
    places = [half.run.machine.arch for half in (one, other)]
    if places[0] != places[1]:
        raise Mistake(
            f"{one.run.name} is of {places[0]}, {other.run.name} of {places[1]}",
            next_step="compare two interpreters within each: --in SET, once for each result set",
        )


def _comparison(one: _Half, other: _Half, held: Mapping[Name, Against]) -> Comparison:
    same_run = one.run == other.run
    pairs = tuple(_pair(name, one, other, found) for name, found in held.items())
    label = one.row.row if same_run else f"{one.row.row} in {one.run.name}"
    levels = [pair.speed.level for pair in pairs if pair.speed is not None]
    return Comparison(
        a=label,
        b=other.row.row if same_run else f"{other.row.row} in {other.run.name}",
        same_run=same_run,
        level=max(levels, default=LEVEL),
        summaries=_summaries(label, other, pairs, held),
        pairs=pairs,
        changes=_changes(one, other),
        warnings=() if same_run else tuple(_doubts(one, other)),
    )


def _against(one: _Half, other: _Half, name: Name) -> Against:
    a, b = one.cells.get(name), other.cells.get(name)
    if a is None or b is None:
        return Against(withheld="only in B" if a is None else "only in A")
    # Rounds of two runs were never close in time.
    found = against(a, b, blocks=one.run == other.run)
    return replace(found, withheld=_by_side(found.withheld))


def _by_side(withheld: str) -> str:
    if not withheld:
        return ""
    ours, of_baseline, rest = withheld.partition("baseline ")
    return f"A: {rest}" if of_baseline and not ours else f"B: {withheld}"


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
        cpu=held.cpu,
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
                cpu_log=held[pair.case, pair.size].cpu_log,
                total=pair.total,
                total_log=held[pair.case, pair.size].total_log,
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
    doubts = [DRIFT, *_told(a.run.machine, b.run.machine, MACHINE_FACTS, "the machine")]
    if a.row.row == b.row.row and a.row.facts and b.row.facts:
        doubts += _told(a.row.facts, b.row.facts, ROW_FACTS, a.row.row)
    if a.run.machine.name != b.run.machine.name:
        doubts.append(f"two machines: {a.run.machine.name} and {b.run.machine.name}")
    if a.run.revision != b.run.revision:
        doubts.append(f"revision {a.run.revision[:12]}, then {b.run.revision[:12]}")
    doubts += _told(a.run, b.run, RUN_FACTS)
    both = [case for case in a.gathered.cases if case in b.gathered.cases]
    changed = sorted(case for case in both if _sha256(a, case) != _sha256(b, case))
    if changed:
        doubts.append(f"changed cases: {', '.join(changed)}")
    return doubts


def _told(before: object, after: object, facts: Sequence[str], of: str = "") -> list[str]:
    """A line for each of these attributes that is not the same on both sides."""
    both = [(fact, getattr(before, fact), getattr(after, fact)) for fact in facts]
    whose = f" of {of}:" if of else ""
    return [
        f"{fact}{whose} {_or_unknown(one)}, then {_or_unknown(other)}"
        for fact, one, other in both
        if one != other
    ]


def _or_unknown(fact: object) -> object:
    return "unknown" if fact in ("", None) else fact
