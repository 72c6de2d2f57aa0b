"""One process's series of samples, and the few numbers that are kept of it.

Owns what they are made from: a process's value is the mean time of a run over its steady part, or
over its last half where it has none or too few samples to tell. The first sample, a cold call, is
in no steady part. Refuses to compare processes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from pyrometer.analysis.findings import Course
from pyrometer.analysis.series import Floats, median
from pyrometer.analysis.steady import Steadiness, steadiness_of_each
from pyrometer.model import Outcome
from pyrometer.samples import column

TICKS = 1000
# What the clocks of the kernel and of a process may differ by.
SLACK = 0.02
CPU_CLOCK = "process_time"


@dataclass(frozen=True, kw_only=True, eq=False)
class Process:
    """The series of one process, in order; arrays of one length, at least one sample.

    `wall_ns` and `cpu_ns` are totals of `loops` runs; `cpu_ns` is NaN without a clock for it.
    `whole` is False where a sample had to be left out, `begins` where the very first one is
    there. `start_ns` is from the start of the process to its first line, NaN where unknown, and
    `charged` the CPU time / wall time of its whole life by the kernel's account, likewise. An
    `audit` ran longer than was planned, to see what comes late.
    """

    round: int
    loops: Floats
    wall_ns: Floats
    cpu_ns: Floats
    whole: bool = True
    begins: bool = True
    resolution_ns: int = 0
    start_ns: float = math.nan
    charged: float = math.nan
    audit: bool = False

    @cached_property
    def per_run_ns(self) -> Floats:
        """Time of one run, sample by sample."""
        return self.wall_ns / self.loops

    @cached_property
    def steadiness(self) -> Steadiness:
        """How its times went, its cold first call left out; indices are those of the rest."""
        return steadiness_of_each([self.warming])[0]

    @property
    def warming(self) -> tuple[Floats, float]:
        """What its course is told from: its times but the cold first one, their clock's step."""
        step_ns = self.resolution_ns / median(self.loops)
        return self.per_run_ns[self.cold :], step_ns

    @property
    def course(self) -> Course:
        """Its class."""
        return self.steadiness.course

    @property
    def cold(self) -> int:
        """How many samples are no part of any steady state: the very first one, if it is there."""
        return int(self.begins and self.loops.size > 1)

    @property
    def warm(self) -> int:
        """The index of the first sample of its steady part, or of its last half without one."""
        return self.cold + self.steadiness.begins

    @property
    def segments_ns(self) -> list[Floats]:
        """The times of a run in each of its segments, outliers and the cold call left out."""
        found = self.steadiness
        edges = (0, *found.changes, found.outliers.size)
        series = self.per_run_ns[self.cold :]
        return [series[begin:end][~found.outliers[begin:end]] for begin, end in pairwise(edges)]

    @cached_property
    def value_ns(self) -> float:
        """The process's value: mean time of a run over the warm part, pauses included."""
        return self._mean_ns(self.wall_ns)

    @cached_property
    def cpu_value_ns(self) -> float:
        """As `value_ns`, of CPU time."""
        return self._mean_ns(self.cpu_ns)

    def _mean_ns(self, total_ns: Floats) -> float:
        return float(total_ns[self.warm :].sum() / self.loops[self.warm :].sum())

    @property
    def first_ns(self) -> float:
        """Time of the very first run; NaN where that sample had to be left out."""
        return float(self.per_run_ns[0]) if self.begins else math.nan

    @property
    def cores(self) -> float:
        """CPU time / wall time over the warm part."""
        return float(self.cpu_ns[self.warm :].sum() / self.wall_ns[self.warm :].sum())

    @property
    def cores_whole(self) -> float:
        """CPU time / wall time of the whole process: what compiles beside it is in here.

        The kernel's account, which no interpreter can get wrong; else its own from the first call.
        """
        own = float(self.cpu_ns.sum() / self.wall_ns.sum())
        return self.charged if math.isfinite(self.charged) else own

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

    @property
    def coarse(self) -> bool:
        """Are its samples too short for the clock they were timed with?"""
        return median(self.wall_ns) < TICKS * self.resolution_ns


def settle(processes: Sequence[Process]) -> None:
    """Find the courses of all of them together, which costs a part of one by one."""
    found = steadiness_of_each([process.warming for process in processes])
    for process, one in zip(processes, found, strict=True):
        vars(process)["steadiness"] = one  # where its cached_property would have put it


def process_of(outcome: Outcome, cores: int = 0) -> tuple[Process | None, str]:
    """The series of an outcome and what had to be left out of it, in words.

    A sample without a positive, finite time is no number: it is left out and told of. With the
    number of `cores` of the machine, a CPU clock that cannot be one is not believed.
    """
    loops, wall_ns = (_array(outcome, name) for name in ("loops", "wall_ns"))
    usable = (wall_ns > 0) & (wall_ns < math.inf) & (loops > 0)
    lost = int(usable.size - usable.sum())
    warning = f"{lost} of {usable.size} samples had no usable time" if lost else ""
    if lost == usable.size:
        return None, warning
    process = Process(
        round=outcome.job.round,
        loops=loops[usable],
        wall_ns=wall_ns[usable],
        cpu_ns=_cpu_ns(outcome, cores)[usable],
        whole=not lost,
        begins=bool(usable[0]),
        resolution_ns=_resolution_ns(outcome),
        start_ns=_start_ns(outcome),
        charged=_charged(outcome),
        audit=outcome.job.audit,
    )
    return process, warning


def _array(outcome: Outcome, name: str) -> Floats:
    return np.array(column(outcome.samples, name), float)


def _cpu_ns(outcome: Outcome, cores: int) -> Floats:
    """An interpreter without a CPU clock says which clock it read instead: that is no CPU time.

    GraalPy says that it has one, which follows the wall clock: known by what the kernel charged.
    """
    named = outcome.facts.get("cpu_clock", CPU_CLOCK).startswith(CPU_CLOCK)
    if not named or _misses(outcome, cores):
        return np.full(len(outcome.samples), math.nan)
    return _array(outcome, "cpu_ns")


def _misses(outcome: Outcome, cores: int) -> bool:
    """Did the kernel charge more than the clock showed and all cores could do beside samples?"""
    usage = outcome.usage
    if usage is None or not cores or not outcome.samples:
        return False
    shown_ns = sum(column(outcome.samples, "cpu_ns"))
    beside_ns = usage.wall_ns - sum(column(outcome.samples, "wall_ns"))
    most_ns = shown_ns + cores * max(0, beside_ns)
    return usage.user_ns + usage.system_ns > (1 + SLACK) * most_ns


def _charged(outcome: Outcome) -> float:
    usage = outcome.usage
    if usage is None or usage.wall_ns <= 0:
        return math.nan
    return (usage.user_ns + usage.system_ns) / usage.wall_ns


def _start_ns(outcome: Outcome) -> float:
    first = outcome.usage.first_line_ns if outcome.usage else None
    return math.nan if first is None else float(first)


def _resolution_ns(outcome: Outcome) -> int:
    text = outcome.facts.get("clock_resolution_ns", "")
    return int(text) if text.isdecimal() else 0
