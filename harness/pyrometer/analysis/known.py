"""Whether what was found was to be expected: the known gaps of a run, applied.

Owns the matching of gaps (only `*` and `?` are wild; case matters) and the meaning of a gap
that passes. Refuses to find anything itself.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TypeVar

from pyrometer.model import KnownGap, Verdict


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What became of something, before anyone asks whether that was expected.

    `excused`: not run for a reason that is told elsewhere (its row could not be had, the run was
    not finished). `compared` is False where there was nothing to compare a value with.
    """

    row: str
    case: str
    check: str = "*"
    verdict: Verdict
    reason: str = ""
    excused: bool = False
    compared: bool = True


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A finding's verdict, and whether a person must look."""

    verdict: Verdict
    expected: bool
    reason: str = ""
    known: KnownGap | None = None


Name = TypeVar("Name", bound=Hashable)


def judge_all(
    findings: Mapping[Name, Finding], gaps: Sequence[KnownGap], emulated: Collection[str] = ()
) -> dict[Name, Judged]:
    """Judge every finding; they are needed together, since one gap may cover several.

    `emulated` are the rows whose processor was emulated: a gap of the emulator's is one of theirs
    alone. A gap over a whole case is alive on a row as long as one of the checks shows it there;
    only a gap that nothing shows any more is told to be removed.
    """
    alive = {
        (id(gap), finding.row, finding.case)
        for finding in findings.values()
        for gap in _matching(finding, gaps, emulated)
        if gap.verdict is finding.verdict
    }
    return {
        name: _judge(
            finding,
            [
                gap
                for gap in _matching(finding, gaps, emulated)
                if finding.verdict is not Verdict.PASS
                or (id(gap), finding.row, finding.case) not in alive
            ],
        )
        for name, finding in findings.items()
    }


def _judge(finding: Finding, gaps: Sequence[KnownGap]) -> Judged:
    verdict, reason = finding.verdict, finding.reason
    if verdict is Verdict.PASS:
        if gaps and finding.compared:
            told = f"known gap passes: remove it or narrow it ({gaps[0].reason})"
            return Judged(verdict=verdict, expected=False, reason=told, known=gaps[0])
        return Judged(verdict=verdict, expected=True, reason=reason)
    fitting = next((gap for gap in gaps if gap.verdict is verdict), None)
    if fitting is not None:
        return Judged(verdict=verdict, expected=True, reason=reason, known=fitting)
    expected = verdict is Verdict.UNSUPPORTED or finding.excused
    if gaps and not expected:
        reason = f"{reason} (the known gap says {gaps[0].verdict.value})".strip()
        return Judged(verdict=verdict, expected=False, reason=reason, known=gaps[0])
    return Judged(verdict=verdict, expected=expected, reason=reason)


def _matching(
    finding: Finding, gaps: Sequence[KnownGap], emulated: Collection[str]
) -> list[KnownGap]:
    return [
        gap
        for gap in gaps
        if (finding.row in emulated or not gap.emulated)
        and _fits(finding.row, gap.rows)
        and _fits(finding.case, gap.case)
        and _fits(finding.check, gap.check)
    ]


def _fits(name: str, glob: str) -> bool:
    """`[` stands for itself: names of checks and variants may contain it."""
    return fnmatchcase(name, glob.replace("[", "[[]"))
