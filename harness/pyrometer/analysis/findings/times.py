"""How long the runs of a case take on a row: values, curves, and when they became steady."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass


class Course(enum.Enum):
    """How the time of a run went over the life of a process, or of all processes of a cell.

    The inconsistent ones are of cells alone: processes that are flat or warm up, and any other
    mixture. Of too few samples nothing can be said.
    """

    FLAT = "flat"
    WARM_UP = "warm-up"
    SLOW_DOWN = "slow-down"
    UNSTEADY = "no steady state"
    GOOD_INCONSISTENT = "good inconsistent"
    BAD_INCONSISTENT = "bad inconsistent"
    TOO_FEW = "too few samples"


@dataclass(frozen=True, kw_only=True)
class Curve:
    """How the time of one run falls while a process lives, at common moments of its processes.

    Of one length each: `at_s` seconds since the process was started, start-up included; the
    others ns for one run: the median over the processes, the fastest and the slowest of them.
    """

    at_s: tuple[float, ...]
    median_ns: tuple[float, ...]
    low_ns: tuple[float, ...]
    high_ns: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Trace:
    """One process of several, the one with the median value: some samples and all segments.

    `at_s` is the end of a sample, in seconds since the process was started, and `run_ns` the time
    of one run in it. A segment reaches from one of `edges_s` to the next with the mean `levels_ns`,
    outliers left out. The steady part begins at `steady_s`, NaN where there is none.
    """

    at_s: tuple[float, ...]
    run_ns: tuple[float, ...]
    edges_s: tuple[float, ...]
    levels_ns: tuple[float, ...]
    steady_s: float


@dataclass(frozen=True, kw_only=True)
class Crossover:
    """When a row overtook the baseline for good: the median over its processes, and their range.

    `at_s` is seconds since the process was started (or since its first call, where starts are left
    out) and `runs` how many runs it had completed by then, 0 where it was ahead from the beginning.
    Infinite where half of the processes or more never got there; `reached` of `processes` did.
    Nothing is known beyond `within_s`, the end of the shortest process.
    """

    at_s: float
    low_s: float
    high_s: float
    runs: float
    reached: int
    processes: int
    within_s: float


@dataclass(frozen=True, kw_only=True)
class Settling:
    """Whether and when the processes of a cell became steady.

    `courses` counts the processes by theirs. `at_s` is seconds since the process was started and
    `runs` how many runs it had completed by then: the median over processes, and the percentiles
    5 and 95 of them. A process without a steady state is at infinity; one with too few samples is
    left out, so that there may be none: NaN. `reached` of `processes` became steady; nothing is
    known beyond `within_s`, the end of the shortest process. Of `samples`, `outliers` were
    disregarded in the search, and nowhere else. `autocorrelation` (lag 1, median over the
    processes) near 1 can feign changes.
    """

    course: Course
    courses: Mapping[Course, int]
    at_s: float
    low_s: float
    high_s: float
    runs: float
    low_runs: float
    high_runs: float
    reached: int
    processes: int
    within_s: float
    samples: int
    outliers: int
    autocorrelation: float


@dataclass(frozen=True, kw_only=True)
class Timing:
    """The absolute figures of one case on one row; times are ns for one run of the case.

    What holds once warm is NaN where the cell has no steady state: `value_ns` and its interval,
    `cpu_ns` (also without a clock for CPU time) and `cores`, CPU time / wall time.
    `cores_whole` is that of the whole process. `total_ns` is over `runs` runs from the first
    call on, as many as the baseline did too. `curve` and `trace` are there for rows that compile
    while they run.
    """

    value_ns: float
    low_ns: float
    high_ns: float
    first_ns: float
    total_ns: float
    processes: int
    samples: int
    cores: float
    settling: Settling
    runs: float = float("nan")
    cpu_ns: float = float("nan")
    cores_whole: float = float("nan")
    curve: Curve | None = None
    trace: Trace | None = None
