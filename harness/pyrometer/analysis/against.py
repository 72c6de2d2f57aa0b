"""A cell's figures, and the cell held against the same case elsewhere.

Owns equal work and what is said where a headline must be withheld. Refuses to know which row is
the baseline.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from pyrometer.analysis.cells import Measured
from pyrometer.analysis.curve import warmup_curve
from pyrometer.analysis.findings import Claim, Figure, Ratio, Timing
from pyrometer.analysis.process_value import Process
from pyrometer.analysis.ratio import (
    LEVEL,
    MARGIN,
    LogDifference,
    speed_difference,
    speed_ratio,
    t_quantile,
)
from pyrometer.model import Verdict

UNITY = Ratio(
    ratio=1.0,
    low=1.0,
    high=1.0,
    claim=Claim.NO_DIFFERENCE,
    processes=0,
    baseline_processes=0,
    paired_low=1.0,
    paired_high=1.0,
)


@dataclass(frozen=True, kw_only=True)
class Against:
    """A cell held against the baseline's: ratios of baseline time / its time.

    `log` is the logarithm of `speed` with its spread; None where the cell is the baseline's own.
    """

    speed: Ratio | None = None
    log: LogDifference | None = None
    first: Ratio | None = None
    total: Ratio | None = None
    withheld: str = ""


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
    return Timing(
        value_ns=steady.value,
        low_ns=steady.low,
        high_ns=steady.high,
        first_ns=_mean([process.first_ns for process in processes]),
        total_ns=_mean(list(_totals(cell, runs).values())) / runs,
        processes=len(processes),
        samples=sum(process.loops.size for process in processes),
        cores=_mean([process.cores for process in processes]),
        trending_processes=cell.trending,
        trend=float(np.median([process.drift for process in processes])),
        curve=warmup_curve(processes) if cell.kind == "bench" else (),
    )


def _mean(values: Sequence[float]) -> float:
    found = figure(values)
    return math.nan if found is None else found.value


def _equal_work(cell: Measured, other: Measured | None) -> float:
    both = [side.least_work for side in (cell, other) if side is not None and side.processes]
    return min(both)


def _totals(cell: Measured, runs: float) -> dict[int, float]:
    """Round → ns for the first `runs` runs; a series with a hole has no total."""
    return cell.by_round(lambda one: one.total_ns(runs) if one.whole else math.nan)


def against(baseline: Measured | None, its: Measured, margin: float = MARGIN) -> Against:
    """Hold a cell against the baseline's; without a headline, say why not."""
    if its.judged.verdict is not Verdict.PASS or not its.processes:
        return Against(withheld=its.withheld)
    if baseline is None:
        return Against(withheld="no baseline")
    if baseline.judged.verdict is not Verdict.PASS or not baseline.processes:
        return Against(withheld=f"baseline {baseline.withheld}")
    if baseline.key == its.key and baseline is its:
        return _against_itself(its)
    withheld = its.unsteady or (f"baseline {baseline.unsteady}" if baseline.unsteady else "")
    speed = speed_ratio(*_steady(baseline, its), margin)
    if speed is None and not withheld:
        withheld = "one process: no interval"
    timed = its.kind == "bench"
    runs = _equal_work(its, baseline)
    return Against(
        speed=None if withheld else speed,
        log=None if withheld else speed_difference(*_steady(baseline, its)),
        first=speed_ratio(*_firsts(baseline, its), margin) if timed else None,
        total=speed_ratio(_totals(baseline, runs), _totals(its, runs), margin) if timed else None,
        withheld=withheld,
    )


def _against_itself(cell: Measured) -> Against:
    """The baseline is 1 by definition, not by measurement."""
    count = len(cell.processes)
    unity = replace(UNITY, processes=count, baseline_processes=count)
    timed = unity if cell.kind == "bench" else None
    speed = None if cell.unsteady else unity
    return Against(speed=speed, first=timed, total=timed, withheld=cell.unsteady)


def _steady(baseline: Measured, its: Measured) -> tuple[dict[int, float], dict[int, float]]:
    return baseline.by_round(_value), its.by_round(_value)


def _firsts(baseline: Measured, its: Measured) -> tuple[dict[int, float], dict[int, float]]:
    return baseline.by_round(_first), its.by_round(_first)


def _value(process: Process) -> float:
    return process.value_ns


def _first(process: Process) -> float:
    return process.first_ns
