"""One figure for a suite: the geometric mean over the cases that both sides have.

Owns B7 (Fleming & Wallace, CACM 29(3), 1986): the interval for these programs, the one for
programs like these, leave-one-out, and who is missing. Refuses a figure across suites.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pyrometer.analysis.findings import Claim, Ratio, Summary
from pyrometer.analysis.ratio import LEVEL, MARGIN, LogDifference, ratio_of, t_quantile
from pyrometer.model import Interpreter, MeasuredRow

NOTHING = Ratio(
    ratio=math.nan,
    low=math.nan,
    high=math.nan,
    claim=Claim.UNDECIDED,
    processes=0,
    baseline_processes=0,
)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One case of a suite on a row: its ratio, or why it has none.

    `log` is ln(baseline time / its time); the baseline held against itself has none and is 1.
    `cpu_log` is the same of CPU times. `total` is the ratio of equal work and `total_log` its
    logarithm; it may be there where `ratio` is not.
    """

    case: str
    ratio: Ratio | None
    log: LogDifference | None = None
    cpu_log: LogDifference | None = None
    total: Ratio | None = None
    total_log: LogDifference | None = None
    missing: str = ""
    cores: float = math.nan
    cores_whole: float = math.nan


@dataclass(frozen=True, kw_only=True)
class GeometricMean:
    """Mean of log ratios; `these` is for these programs, `like_…` for programs like these."""

    these: LogDifference
    like_low: float
    like_high: float
    leave_one_out: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Title:
    """What a summary is about."""

    row: MeasuredRow
    suite: str
    metric: str
    baseline: str


def geometric_mean(parts: Sequence[LogDifference], level: float = LEVEL) -> GeometricMean:
    """B7 over at least one case; on the ratio scale except `these`, which is logarithmic.

    A case without spread adds no variance and no degrees of freedom. NaN where one case is too
    few: programs like these, leave-one-out.
    """
    logs = np.array([part.difference for part in parts])
    squares = np.array([part.se**2 for part in parts])
    count = len(parts)
    weight = sum(part.se**4 / part.df for part in parts if part.se > 0)
    centre, width = like_these(logs, level)
    total = float(squares.sum())
    return GeometricMean(
        these=LogDifference(
            difference=centre,
            se=math.sqrt(total) / count,
            df=total**2 / weight if weight > 0 else math.nan,
            level=level,
        ),
        like_low=math.exp(centre - width),
        like_high=math.exp(centre + width),
        leave_one_out=tuple(
            float(np.exp((logs.sum() - one) / (count - 1))) for one in logs if count > 1
        ),
    )


def like_these(logs: NDArray[np.float64], level: float = LEVEL) -> tuple[float, float]:
    """The mean of at least one case, and half the width of the interval for cases like these.

    Student's t over the cases; NaN of a single one.
    """
    width = math.nan
    if logs.size > 1:
        spread = float(logs.std(ddof=1)) / math.sqrt(logs.size)
        width = t_quantile(level, logs.size - 1) * spread
    return float(logs.mean()), width


def summarise(title: Title, entries: Sequence[Entry]) -> Summary:
    """The summary of a row over a suite; ratio NaN where no case is left."""
    there = [entry for entry in entries if entry.ratio is not None]
    missing = {entry.case: entry.missing for entry in entries if entry.ratio is None}
    summary = Summary(
        row=title.row.row,
        interpreter=title.row.interpreter,
        arch=_arch(title.row),
        metric=title.metric,
        suite=title.suite,
        baseline=title.baseline,
        ratio=NOTHING,
        like_low=math.nan,
        like_high=math.nan,
        cases=len(there),
        missing=missing,
        cores=_mean([entry.cores for entry in there]),
        cores_whole=_mean([entry.cores_whole for entry in there]),
        total=_total(entries),
        total_cases=sum(entry.total is not None for entry in entries),
    )
    if not there:
        return summary
    parts = [entry.log for entry in there if entry.log is not None]
    if not parts:
        return _unity(summary, there)
    return _with_mean(summary, there, geometric_mean(parts))


def _mean(values: Sequence[float]) -> float:
    usable = [value for value in values if 0 < value < math.inf]
    return float(np.exp(np.mean(np.log(usable)))) if usable else math.nan


def _with_mean(summary: Summary, there: Sequence[Entry], found: GeometricMean) -> Summary:
    ratios = [entry.ratio for entry in there if entry.ratio is not None]
    return replace(
        summary,
        cpu=_cpu(there),
        ratio=replace(_counted(found.these, ratios), warnings=_doubts(summary, there)),
        like_low=found.like_low,
        like_high=found.like_high,
        leave_one_out_low=min(found.leave_one_out, default=math.nan),
        leave_one_out_high=max(found.leave_one_out, default=math.nan),
    )


def _cpu(there: Sequence[Entry]) -> Ratio | None:
    """The mean ratio of CPU times over the same cases as that of wall time, or none."""
    parts = [entry.cpu_log for entry in there if entry.cpu_log is not None]
    if not parts or len(parts) < sum(entry.log is not None for entry in there):
        return None
    ratios = [entry.ratio for entry in there if entry.ratio is not None]
    return _counted(geometric_mean(parts).these, ratios)


def _total(entries: Sequence[Entry]) -> Ratio | None:
    """The mean ratio of equal work over all cases that have one, steady or not."""
    ratios = [entry.total for entry in entries if entry.total is not None]
    parts = [entry.total_log for entry in entries if entry.total_log is not None]
    if not parts:
        return ratios[0] if ratios else None
    return _counted(geometric_mean(parts).these, ratios)


def _counted(found: LogDifference, ratios: Sequence[Ratio]) -> Ratio:
    """The finding of a mean, with the fewest processes of any of its cases."""
    return replace(
        ratio_of(found, MARGIN),
        processes=min(ratio.processes for ratio in ratios),
        baseline_processes=min(ratio.baseline_processes for ratio in ratios),
        needed_processes=None,
    )


def _unity(summary: Summary, there: Sequence[Entry]) -> Summary:
    first = there[0].ratio
    return replace(
        summary,
        ratio=first or NOTHING,
        like_low=1.0,
        like_high=1.0,
        leave_one_out_low=1.0,
        leave_one_out_high=1.0,
    )


def _doubts(summary: Summary, there: Sequence[Entry]) -> tuple[str, ...]:
    doubts = []
    if summary.missing:
        absent = len(summary.missing)
        doubts.append(f"{absent} of {absent + len(there)} cases left out")
    doubtful = sum(bool(entry.ratio and entry.ratio.warnings) for entry in there)
    if doubtful:
        carry = "carries" if doubtful == 1 else "carry"
        doubts.append(f"{doubtful} of its cases {carry} a warning")
    return tuple(doubts)


def _arch(row: MeasuredRow) -> str:
    if row.facts is not None and row.facts.arch:
        return row.facts.arch
    return Interpreter.parse(row.interpreter).arch if row.interpreter else ""
