"""What one interpreter does otherwise, sorted by what a reader wants to know first.

Owns the groups. Refuses to judge: verdicts and expectations come decided.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from pyrometer.analysis.findings import Cell, Item
from pyrometer.model import KnownGap, Verdict
from pyrometer.report.view import View

DEAD = (Verdict.CRASHED, Verdict.TIMED_OUT, Verdict.GARBLED)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One check, probe or timed case that did not simply pass; `check` is empty for a case."""

    case: str
    check: str
    verdict: Verdict
    expected: bool
    reason: str
    summary: str = ""
    known: KnownGap | None = None


@dataclass(frozen=True, kw_only=True)
class Differences:
    """All differences of one row, in the order of the run."""

    every: tuple[Difference, ...]

    @cached_property
    def dead(self) -> list[Difference]:
        """Whose process crashed, ran out of time or spoke nonsense."""
        return [one for one in self.every if one.verdict in DEAD]

    @cached_property
    def unexpected(self) -> list[Difference]:
        """What nobody expected, the dead left out."""
        return [one for one in self.every if not one.expected and one.verdict not in DEAD]

    @cached_property
    def known(self) -> list[tuple[KnownGap, list[Difference]]]:
        """Understood gaps, each with all that it explains; the same gap written twice is one."""
        found: dict[tuple[str, str, str], tuple[KnownGap, list[Difference]]] = {}
        for one in self.every:
            if one.known is not None and one.expected and one.verdict not in DEAD:
                words = (one.known.reason, one.known.snippet, one.known.link)
                found.setdefault(words, (one.known, []))[1].append(one)
        return list(found.values())

    @cached_property
    def absent(self) -> list[tuple[str, list[Difference]]]:
        """What is not there or did not run, by reason, the most frequent first."""
        found: dict[str, list[Difference]] = {}
        for one in self.every:
            if one.expected and one.known is None and one.verdict not in DEAD:
                found.setdefault(one.reason or one.verdict.value, []).append(one)
        return sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0]))


def differences(view: View, row: str) -> Differences:
    """Of checks and timed cases; what probes answered is told as features."""
    judged: Iterable[Cell | Item] = view.judged(row)
    probes = view.suites("feature")
    return Differences(
        every=tuple(
            _difference(one)
            for one in judged
            if view.is_news(one) and (one.suite not in probes or not one.expected)
        )
    )


def _difference(one: Cell | Item) -> Difference:
    if isinstance(one, Cell):
        return Difference(case=one.case, check="", verdict=one.verdict, expected=one.expected,
                          reason=one.reason)  # fmt: skip
    return Difference(
        case=one.case,
        check=one.check,
        verdict=one.verdict,
        expected=one.expected,
        reason=one.reason,
        summary=one.summary,
        known=one.known,
    )
