"""The verdict of every timed case on every row.

Owns what counts as right: every sample's checksum is the one of the reference row. Refuses
timings.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from pyrometer.analysis.gather import Gathered, Key
from pyrometer.analysis.known import Finding, Judged, judge_all
from pyrometer.model import Outcome, Verdict
from pyrometer.samples import column

# The worst first: what one process of a cell did is what is said of the cell.
WORST_FIRST = (
    Verdict.CRASHED,
    Verdict.TIMED_OUT,
    Verdict.GARBLED,
    Verdict.DIFFERS,
    Verdict.UNSUPPORTED,
)


# Before what a case says that it lacks: where it said so, which is the harness's business.
_SAID_IN = re.compile(r"line \d+: .*: SkipTest: ")


@dataclass(frozen=True, kw_only=True)
class Checksum:
    """What the samples of a case must say; `doubt` is told where the reference did not say it."""

    value: int | None
    doubt: str = ""


def judge_timed(gathered: Gathered) -> tuple[dict[Key, Judged], dict[Key, str]]:
    """A verdict for every cell, and the doubt about its checksum where there is one."""
    checksums = {(case, size): _checksum(gathered, case, size) for _, case, size in gathered.timed}
    findings = {
        key: _timed_finding(gathered, key, outcomes, checksums[key.case, key.size])
        for key, outcomes in gathered.timed.items()
    }
    doubts = {key: checksums[key.case, key.size].doubt for key in gathered.timed}
    return judge_all(findings, gathered.run.known, gathered.emulated), doubts


def lacked(reason: str) -> str:
    """The reason of a process that could not go on, in the words of its case alone."""
    return _SAID_IN.sub("", reason)


def _checksum(gathered: Gathered, case: str, size: str) -> Checksum:
    said = {
        row: most
        for row in gathered.rows
        if (most := _most_common(gathered.timed[Key(row, case, size)])) is not None
    }
    reference = gathered.run.reference
    if reference in said or not said:
        return Checksum(value=said.get(reference))
    votes = Counter(said.values())  # of equally common ones, the first in the order of the rows
    value, count = votes.most_common(1)[0]
    return Checksum(
        value=value,
        doubt=f"no checksum of the reference {reference}: compared with that of {count} of "
        f"{len(said)} rows",
    )


def _most_common(outcomes: Sequence[Outcome]) -> int | None:
    votes = Counter(_said(outcomes))
    return min(votes, key=lambda value: (-votes[value], value)) if votes else None


def _timed_finding(
    gathered: Gathered, key: Key, outcomes: Sequence[Outcome], checksum: Checksum
) -> Finding:
    """The worst that any process of the cell did."""
    told = {outcome.ending: outcome for outcome in reversed(outcomes)}
    wrong = _wrong(outcomes, checksum.value)
    for verdict in WORST_FIRST:
        if verdict is Verdict.DIFFERS and wrong:
            return _of(key, verdict, wrong)
        if verdict in told:
            count = sum(outcome.ending is verdict for outcome in outcomes)
            share = f"{count} of {len(outcomes)} processes: " if count < len(outcomes) else ""
            return _of(key, verdict, share + lacked(told[verdict].reason))
    if Verdict.PASS in told:
        compared = not checksum.doubt
        return Finding(row=key.row, case=key.case, verdict=Verdict.PASS, compared=compared)
    reason, excused = gathered.why_not_run(key.row, outcomes)
    return Finding(
        row=key.row, case=key.case, verdict=Verdict.NOT_RUN, reason=reason, excused=excused
    )


def _of(key: Key, verdict: Verdict, reason: str) -> Finding:
    return Finding(row=key.row, case=key.case, verdict=verdict, reason=reason)


def _wrong(outcomes: Sequence[Outcome], checksum: int | None) -> str:
    said = list(_said(outcomes))
    others = [value for value in said if value != checksum]
    if not others:
        return ""
    return f"checksum {others[0]} instead of {checksum} in {len(others)} of {len(said)} samples"


def _said(outcomes: Sequence[Outcome]) -> Iterable[int]:
    return chain.from_iterable(column(outcome.samples, "checksum") for outcome in outcomes)
