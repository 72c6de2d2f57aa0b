"""Cases beside the baseline: one on one row, the mean over a suite, who is ahead by when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pyrometer.analysis.findings.ratios import Ratio
from pyrometer.analysis.findings.times import Crossover, Timing
from pyrometer.model import KnownGap, Verdict


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One case on one row: is it right, how fast is it, and against the baseline.

    `speed` is None where no headline may be given; `withheld` then says why ("no steady state",
    "differs", …). `cpu` is the same ratio of CPU times, which work on a second core cannot
    improve. `first` is the ratio of the first samples, `total` that of equal work from the first
    call on, warm-up included. Of a row that compiles while it runs, `faster_from` is when a run
    became faster than the baseline's, `paid_back` when all its runs together had, start-up
    included, and `paid_back_called` the same since the first call, without the starts of both.
    """

    row: str
    case: str
    suite: str
    size: str
    verdict: Verdict
    expected: bool
    reason: str = ""
    timing: Timing | None = None
    speed: Ratio | None = None
    cpu: Ratio | None = None
    first: Ratio | None = None
    total: Ratio | None = None
    faster_from: Crossover | None = None
    paid_back: Crossover | None = None
    paid_back_called: Crossover | None = None
    withheld: str = ""
    warnings: tuple[str, ...] = ()
    known: KnownGap | None = None


@dataclass(frozen=True, kw_only=True)
class Summary:
    """Geometric mean over the cases of a suite that both sides have.

    `ratio.low`, `ratio.high` hold for these programs; `like_low`, `like_high` for programs
    like these. `cpu` is the same mean of the ratios of CPU time, None unless all of these cases
    have one. `missing` names each case left out, with the reason. `total` is the mean of the ratios
    of equal work, warm-up included, over `total_cases` cases: all that both sides ran right.
    """

    row: str
    interpreter: str
    arch: str
    metric: str
    suite: str
    baseline: str
    ratio: Ratio
    like_low: float
    like_high: float
    cases: int
    missing: Mapping[str, str] = field(default_factory=dict)
    leave_one_out_low: float = float("nan")
    leave_one_out_high: float = float("nan")
    cores: float = float("nan")
    cores_whole: float = float("nan")
    cpu: Ratio | None = None
    total: Ratio | None = None
    total_cases: int = 0


@dataclass(frozen=True, kw_only=True)
class Lead:
    """In how many cases of a suite a row has done more than the baseline, by the time.

    `ahead[i]` of `cases` at `at_s[i]`, seconds since both processes were started. The cases are
    those that both run right and in which the baseline is steady; `left_out` are the others.
    """

    row: str
    suite: str
    at_s: tuple[float, ...]
    ahead: tuple[int, ...]
    cases: int
    left_out: int
