"""One process's series of samples, and the few numbers that are kept of it.

Owns the cut: a process's value is the median time of a run over the last half of its samples
(a later method may replace this cut; nothing outside depends on it). Owns the test of whether
that half still trends. Refuses to compare processes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pyrometer.model import Outcome, Sample

Floats = NDArray[np.float64]

TREND_P = 0.01
TREND_DRIFT = 0.03
# A step inside the half is no trend in rank order, but no steady state either.
STEP_DRIFT = 0.5
# Below six values no order at all has p < TREND_P (two-sided: 2/5! = 0.017, 2/6! = 0.003).
LEAST_FOR_TREND = 6
TICKS = 1000
CPU_CLOCK = "process_time"


@dataclass(frozen=True, kw_only=True, eq=False)
class Process:
    """The series of one process, in order; arrays of one length, at least one sample.

    `wall_ns` and `cpu_ns` are totals of `loops` runs; `cpu_ns` is NaN without a clock for it.
    `whole` is False where a sample had to be left out, `begins` where the very first one is
    there. `start_ns` is from the start of the process to its first line, NaN where unknown.
    """

    round: int
    loops: Floats
    wall_ns: Floats
    cpu_ns: Floats
    whole: bool = True
    begins: bool = True
    resolution_ns: int = 0
    start_ns: float = math.nan

    @cached_property
    def per_run_ns(self) -> Floats:
        """Time of one run, sample by sample."""
        return self.wall_ns / self.loops

    @property
    def half(self) -> int:
        """Where the last half begins; the middle one belongs to it."""
        return self.per_run_ns.size // 2

    @cached_property
    def value_ns(self) -> float:
        """The process's value: median time of a run over the last half of its samples."""
        return float(np.median(self.per_run_ns[self.half :]))

    @property
    def first_ns(self) -> float:
        """Time of the very first run; NaN where that sample had to be left out."""
        return float(self.per_run_ns[0]) if self.begins else math.nan

    @property
    def cores(self) -> float:
        """CPU time / wall time over the last half."""
        return float(self.cpu_ns[self.half :].sum() / self.wall_ns[self.half :].sum())

    @property
    def cores_whole(self) -> float:
        """CPU time / wall time from the first call on: what compiles beside it is in here."""
        return float(self.cpu_ns.sum() / self.wall_ns.sum())

    @cached_property
    def cpu_value_ns(self) -> float:
        """As `value_ns`, of CPU time."""
        return float(np.median((self.cpu_ns / self.loops)[self.half :]))

    @cached_property
    def work(self) -> Floats:
        """Runs completed by the end of each sample."""
        return np.cumsum(self.loops)

    @cached_property
    def elapsed_ns(self) -> Floats:
        """Time spent in timed calls by the end of each sample."""
        return np.cumsum(self.wall_ns)

    def total_ns(self, runs: float) -> float:
        """Time from the first call on until `runs` runs were done, within a sample by share."""
        return float(np.interp(runs, np.append(0.0, self.work), np.append(0.0, self.elapsed_ns)))

    @cached_property
    def drift(self) -> float:
        """Change across the last half: its last quarter over its first, minus 1."""
        steady = self.per_run_ns[self.half :]
        quarter = min(max(2, steady.size // 4), steady.size)
        return float(np.median(steady[-quarter:]) / np.median(steady[:quarter]) - 1)

    @cached_property
    def trends(self) -> bool:
        """Does the last half move: in order (Mann-Kendall) by enough to matter, or grossly?"""
        moved = abs(math.log1p(self.drift))
        if moved > math.log1p(STEP_DRIFT):
            return True
        return (
            moved > math.log1p(TREND_DRIFT)
            and mann_kendall_p(self.per_run_ns[self.half :]) < TREND_P
        )

    @property
    def coarse(self) -> bool:
        """Are its samples too short for the clock they were timed with?"""
        return float(np.median(self.wall_ns)) < TICKS * self.resolution_ns


def process_of(outcome: Outcome) -> tuple[Process | None, str]:
    """The series of an outcome and what had to be left out of it, in words.

    A sample without a positive, finite time is no number: it is left out and told of.
    """
    kept = [sample for sample in outcome.samples if _usable(sample)]
    lost = len(outcome.samples) - len(kept)
    warning = f"{lost} of {len(outcome.samples)} samples had no usable time" if lost else ""
    if not kept:
        return None, warning
    process = Process(
        round=outcome.job.round,
        loops=np.array([sample.loops for sample in kept], float),
        wall_ns=np.array([sample.wall_ns for sample in kept], float),
        cpu_ns=_cpu_ns(outcome, kept),
        whole=not lost,
        begins=_usable(outcome.samples[0]),
        resolution_ns=_resolution_ns(outcome),
        start_ns=_start_ns(outcome),
    )
    return process, warning


def _cpu_ns(outcome: Outcome, kept: list[Sample]) -> Floats:
    """An interpreter without a CPU clock says which clock it read instead: that is no CPU time."""
    if not outcome.facts.get("cpu_clock", CPU_CLOCK).startswith(CPU_CLOCK):
        return np.full(len(kept), math.nan)
    return np.array([sample.cpu_ns for sample in kept], float)


def _start_ns(outcome: Outcome) -> float:
    first = outcome.usage.first_line_ns if outcome.usage else None
    return math.nan if first is None else float(first)


def _usable(sample: Sample) -> bool:
    return 0 < sample.wall_ns < math.inf and sample.loops > 0


def _resolution_ns(outcome: Outcome) -> int:
    text = outcome.facts.get("clock_resolution_ns", "")
    return int(text) if text.isdecimal() else 0


def mann_kendall_p(values: Floats) -> float:
    """Two-sided p of no trend (Mann 1945, Kendall's variance with ties, normal approximation).

    NaN-free; 1.0 where all values are equal or there are fewer than two.
    """
    count = values.size
    if count < 2:
        return 1.0
    order = np.sign(values[None, :] - values[:, None])
    score = float(np.triu(order, 1).sum())
    _, ties = np.unique(values, return_counts=True)
    variance = _pairs_variance(count) - float(_pairs_variance(ties).sum())
    if variance <= 0 or score == 0:
        return 1.0
    return math.erfc((abs(score) - 1) / math.sqrt(2 * variance))


def _pairs_variance(count: int | NDArray[np.int64]) -> NDArray[np.float64]:
    size = np.asarray(count, float)
    return np.asarray(size * (size - 1) * (2 * size + 5) / 18)
