"""A cell's figures, and the cell held against the same case elsewhere.

Owns equal work and what is said where a headline must be withheld. Refuses to know which row is
the baseline.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from pyrometer.analysis.cells import Measured
from pyrometer.analysis.findings import Claim, Figure, Ratio, Timing
from pyrometer.analysis.process_value import Process
from pyrometer.analysis.ratio import (
    LEVEL,
    MARGIN,
    LogDifference,
    ratio_of,
    speed_difference,
    speed_ratio,
    t_quantile,
)
from pyrometer.analysis.settling import settling
from pyrometer.model import Verdict

UNITY = Ratio(
    ratio=1.0,
    low=1.0,
    high=1.0,
    claim=Claim.NO_DIFFERENCE,
    processes=0,
    baseline_processes=0,
    paired=True,
    welch_low=1.0,
    welch_high=1.0,
)


@dataclass(frozen=True, kw_only=True)
class Against:
    """A cell held against the baseline's: ratios of baseline time / its time.

    `log` is the logarithm of `speed` with its spread, `cpu_log` that of the CPU times, `first_log`
    that of `first` and `total_log` that of `total`; None where the cell is the baseline's own.
    """

    speed: Ratio | None = None
    log: LogDifference | None = None
    cpu_log: LogDifference | None = None
    first: Ratio | None = None
    first_log: LogDifference | None = None
    total: Ratio | None = None
    total_log: LogDifference | None = None
    withheld: str = ""

    @property
    def cpu(self) -> Ratio | None:
        """The ratio of CPU times, beside a `speed` of wall time."""
        if self.speed is None or self.cpu_log is None:
            return None
        counts = (self.speed.processes, self.speed.baseline_processes)
        return replace(ratio_of(self.cpu_log), processes=counts[0], baseline_processes=counts[1])


def figure(values: Sequence[float]) -> Figure | None:
    """Geometric mean with its t interval; NaN bounds for a single value, None for none."""
    logs = np.log([value for value in values if 0 < value < math.inf])
    if logs.size == 0:
        return None
    centre = float(logs.mean())
    width = math.nan
    if logs.size > 1:
        spread = float(logs.std(ddof=1))
        width = t_quantile(LEVEL, logs.size - 1) * spread / math.sqrt(logs.size)
    return Figure(
        value=math.exp(centre),
        low=math.exp(centre - width),
        high=math.exp(centre + width),
        count=int(logs.size),
    )


def timing_of(cell: Measured, baseline: Measured | None = None) -> Timing | None:
    """The absolute figures of a cell; `total_ns` per run, over equal work with the baseline."""
    processes = cell.processes
    steady = figure([process.value_ns for process in processes])
    if steady is None:
        return None
    runs = _equal_work(cell, baseline)
    found = Timing(
        value_ns=steady.value,
        low_ns=steady.low,
        high_ns=steady.high,
        first_ns=_mean([process.first_ns for process in processes]),
        total_ns=_mean(list(_totals(cell, runs).values())) / runs,
        processes=len(processes),
        samples=sum(process.loops.size for process in processes),
        cores=cell.cores,
        settling=settling(processes),
        runs=runs,
        cpu_ns=_mean([process.cpu_value_ns for process in processes]),
        cores_whole=cell.cores_whole,
    )
    if not cell.unsteady:
        return found
    none = math.nan
    return replace(found, value_ns=none, low_ns=none, high_ns=none, cpu_ns=none, cores=none)


def _mean(values: Sequence[float]) -> float:
    found = figure(values)
    return math.nan if found is None else found.value


def _equal_work(cell: Measured, other: Measured | None) -> float:
    both = [side.least_work for side in (cell, other) if side is not None and side.processes]
    return min(both)


def _totals(cell: Measured, runs: float) -> dict[int, float]:
    """Round → ns for the first `runs` runs; a series with a hole has no total."""
    return cell.by_round(lambda one: one.total_ns(runs) if one.whole else math.nan)


def against(
    baseline: Measured | None, its: Measured, margin: float = MARGIN, *, blocks: bool = True
) -> Against:
    """Hold a cell against the baseline's, its first samples and equal work included.

    Without `blocks` the rounds of both sides were never close in time and pair nothing.
    """
    held = headline(baseline, its, margin, blocks=blocks)
    if baseline is None or its.kind != "bench" or _incomparable(baseline, its):
        return held
    if baseline is its:
        return replace(held, first=_unity(its), total=_unity(its))
    runs = _equal_work(its, baseline)
    totals = _totals(baseline, runs), _totals(its, runs)
    firsts = _by_round(baseline, its, _first)
    return replace(
        held,
        first=speed_ratio(*firsts, margin, blocks=blocks),
        first_log=speed_difference(*firsts, blocks=blocks),
        total=speed_ratio(*totals, margin, blocks=blocks),
        total_log=speed_difference(*totals, blocks=blocks),
    )


def headline(
    baseline: Measured | None, its: Measured, margin: float = MARGIN, *, blocks: bool = True
) -> Against:
    """The ratio once warm alone, of wall and of CPU time; without one, it says why not."""
    withheld = _incomparable(baseline, its) or its.unsteady
    if withheld or baseline is None:
        return Against(withheld=withheld)
    if baseline is its:  # 1 by definition, not by measurement
        return Against(speed=_unity(its))
    if baseline.unsteady:
        return Against(withheld=f"baseline {baseline.unsteady}")
    steady = _by_round(baseline, its, _value)
    speed = speed_ratio(*steady, margin, blocks=blocks)
    if speed is None:
        return Against(withheld="one process: no interval")
    return Against(
        speed=speed,
        log=speed_difference(*steady, blocks=blocks),
        cpu_log=speed_difference(*_by_round(baseline, its, _cpu_value), blocks=blocks),
    )


def _incomparable(baseline: Measured | None, its: Measured) -> str:
    """Why no time of the one can be held against the other's; empty where it can."""
    if its.judged.verdict is not Verdict.PASS or not its.processes:
        return its.withheld
    if baseline is None:
        return "no baseline"
    if baseline.judged.verdict is not Verdict.PASS or not baseline.processes:
        return f"baseline {baseline.withheld}"
    return ""


def _unity(cell: Measured) -> Ratio:
    count = len(cell.processes)
    return replace(UNITY, processes=count, baseline_processes=count)


def _by_round(
    baseline: Measured, its: Measured, value: Callable[[Process], float]
) -> tuple[dict[int, float], dict[int, float]]:
    return baseline.by_round(value), its.by_round(value)


def _value(process: Process) -> float:
    return process.value_ns


def _cpu_value(process: Process) -> float:
    return process.cpu_value_ns


def _first(process: Process) -> float:
    return process.first_ns
