"""Outcomes sorted into what they belong to, the last word of each job only.

Owns superseding (a resumed run repeats a job) and the lookup of rows and cases in a run.
Refuses to judge or to compute.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from pyrometer.errors import Mistake
from pyrometer.model import CheckResult, MeasuredCase, MeasuredRow, Outcome, Run, SuiteKind

TIMED: tuple[SuiteKind, ...] = ("bench", "startup")
CHECKED: tuple[SuiteKind, ...] = ("check", "feature")


class Key(NamedTuple):
    """One timed case on one row."""

    row: str
    case: str
    size: str = ""


def latest(outcomes: Sequence[Outcome]) -> tuple[Outcome, ...]:
    """The last outcome of each job, in the order in which they were recorded."""
    found: dict[str, Outcome] = {}
    for outcome in outcomes:
        found.pop(outcome.job.id, None)
        found[outcome.job.id] = outcome
    return tuple(found.values())


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """A run and its valid outcomes, with the lookups that every judgement needs."""

    run: Run
    outcomes: tuple[Outcome, ...]

    @classmethod
    def of(cls, run: Run, outcomes: Sequence[Outcome]) -> Gathered:
        """Of all outcomes ever recorded for the run, in the order of recording."""
        return cls(run=run, outcomes=latest(outcomes))

    @cached_property
    def rows(self) -> dict[str, MeasuredRow]:
        """Row name → row, in the order of the run."""
        return {row.row: row for row in self.run.rows}

    def row(self, name: str) -> MeasuredRow:
        """The row of that name; Mistake where the run has none."""
        if name not in self.rows:
            raise Mistake(
                f"no row {name!r} in this run",
                where=self.run.name,
                next_step=f"one of: {', '.join(self.rows)}",
            )
        return self.rows[name]

    @cached_property
    def emulated(self) -> frozenset[str]:
        """Rows of another architecture than the machine's: an emulator ran them."""
        own = self.run.machine.arch
        facts = {row.row: row.facts for row in self.run.rows}
        return frozenset(row for row, one in facts.items() if one and one.arch not in ("", own))

    @cached_property
    def cases(self) -> dict[str, MeasuredCase]:
        """Case id → case, in the order of the run."""
        return {case.id: case for case in self.run.cases}

    @cached_property
    def unfinished(self) -> frozenset[str]:
        """Ids of planned jobs that have no outcome yet."""
        return frozenset(self.run.job_ids) - {outcome.job.id for outcome in self.outcomes}

    def cases_of(self, *kinds: SuiteKind) -> list[MeasuredCase]:
        """The cases of these kinds, in the order of the run."""
        return [case for case in self.run.cases if case.kind in kinds]

    def why_not_run(self, row: str, outcomes: Sequence[Outcome]) -> tuple[str, bool]:
        """Reason, and whether it is excused: a missing row or an unfinished run is told elsewhere.

        `outcomes` are the ones that should have run it, none of which did.
        """
        missing = self.rows[row].missing
        if missing:
            return missing, True
        if outcomes:
            return outcomes[-1].reason, False
        return ("the run was not finished" if self.unfinished else "not planned"), True

    @cached_property
    def timed(self) -> Mapping[Key, tuple[Outcome, ...]]:
        """Outcomes by cell, by round; every row has every case in every size seen anywhere."""
        found: dict[Key, list[Outcome]] = {}
        sizes: dict[str, set[str]] = {}
        for outcome in self.outcomes:
            job = outcome.job
            if job.kind in TIMED:
                found.setdefault(Key(job.row, job.cases[0], job.size), []).append(outcome)
                sizes.setdefault(job.cases[0], set()).add(job.size)
        keys = [
            Key(row, case.id, size)
            for row in self.rows
            for case in self.cases_of(*TIMED)
            for size in sorted(sizes.get(case.id, {""}))
        ]
        return {
            key: tuple(sorted(found.get(key, ()), key=lambda one: one.job.round)) for key in keys
        }

    @cached_property
    def checked(self) -> Mapping[tuple[str, str], tuple[Outcome, ...]]:
        """(row, suite) → outcomes of its checks or probes, the latest last."""
        found: dict[tuple[str, str], list[Outcome]] = {}
        for outcome in self.outcomes:
            if outcome.job.kind in CHECKED and not outcome.job.control:
                found.setdefault((outcome.job.row, outcome.job.suite), []).append(outcome)
        return {key: tuple(group) for key, group in found.items()}

    @cached_property
    def controls(self) -> Mapping[tuple[str, str, str], CheckResult]:
        """(row, case, check) → what the host's own build showed of it when it was emulated."""
        return {
            (outcome.job.row, result.case, result.check): result
            for outcome in self.outcomes
            if outcome.job.control
            for result in outcome.checks
        }
