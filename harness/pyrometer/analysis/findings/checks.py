"""What became of checks and probes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pyrometer.model import KnownGap, Verdict


@dataclass(frozen=True, kw_only=True)
class Item:
    """One check or probe on one row, judged; `expected` is False where a person must look."""

    row: str
    suite: str
    case: str
    check: str
    verdict: Verdict
    expected: bool
    reason: str = ""
    summary: str = ""
    known: KnownGap | None = None


@dataclass(frozen=True, kw_only=True)
class Conformance:
    """How many items of a suite got which verdict on one row."""

    row: str
    suite: str
    counts: Mapping[Verdict, int]
    unexpected: int
