"""What analysis decides and reports show: every figure with its interval, count and warnings.

Owns the decided rows. Refuses to compute anything: that is for the modules beside it.
Every `ratio` is baseline time / its time: above 1 is faster than the baseline.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyrometer.analysis.count_findings import Counted
from pyrometer.analysis.error_findings import Calibration
from pyrometer.model import KnownGap, MeasuredCase, MeasuredRow, Run, Verdict

if TYPE_CHECKING:
    from pyrometer.analysis.border_findings import Mechanism


class Claim(enum.Enum):
    """What an interval lets us say about a ratio."""

    FASTER = "faster"
    SLOWER = "slower"
    NO_DIFFERENCE = "no difference"
    UNDECIDED = "undecided"


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
class Ratio:
    """Baseline time / its time with its interval, how it came to be, and what to doubt.

    `low`, `high` bound the ratio at `level`, from the differences within blocks where it is
    `paired`, else from processes taken as independent.
    `welch_low`, `welch_high` are the interval of independent processes in either case.
    `needed_processes` (blocks, where it is paired) would decide an undecided one.
    """

    ratio: float
    low: float
    high: float
    level: float = 0.95
    claim: Claim
    processes: int
    baseline_processes: int
    paired: bool = False
    welch_low: float = float("nan")
    welch_high: float = float("nan")
    needed_processes: int | None = None
    warnings: tuple[str, ...] = ()


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


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One absolute figure with its interval: the geometric mean over `count` processes."""

    value: float
    low: float
    high: float
    count: int


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What an interpreter costs before it computes anything; None where nothing was measured.

    `start_ns`: process start to first line. `peak_bytes`: of a process that does nothing.
    `imports`: case id → ns inside the process; `bytecode`: modules that came from bytecode
    over modules imported in those cases.
    """

    row: str
    fetch_s: float | None
    build_s: float | None
    size_bytes: int | None
    start_ns: Figure | None
    peak_bytes: Figure | None
    imports: Mapping[str, Figure] = field(default_factory=dict)
    bytecode: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Effort:
    """What the processes of one suite took on one row, and what those that died said last.

    `wall_s` sums all of them. `cell_s`: (case, size) → those of one timed case; checks and probes
    share a process and have no time of their own. `last_words`: job id → the end of its stderr.
    """

    row: str
    suite: str
    wall_s: float
    cell_s: Mapping[tuple[str, str], float]
    last_words: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Latency:
    """How long one call of a benchmark row takes: medians over `processes` of their percentiles.

    `calls`: how many were timed in the process with the fewest.
    """

    p50_ns: float
    p95_ns: float
    p99_ns: float
    calls: int
    processes: int


@dataclass(frozen=True, kw_only=True)
class Versus:
    """One benchmark row of the runtime on one interpreter, beside real Ray in the same run.

    `ours`, `ray`: operations a second (bytes a second where the row counts bytes; runs a second
    where it counts nothing), geometric means over processes. `ratio` is ours / Ray's, None where
    one side has too few processes for an interval. `doubt` says what keeps it from being steady.
    `latency`, `ray_latency`: of single calls, None where they were not timed one by one.
    """

    case: str
    row: str
    ours: float
    ray: float
    ratio: Ratio | None
    doubt: str = ""
    latency: Latency | None = None
    ray_latency: Latency | None = None


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How steady the machine was: a fixed piece of work, timed before each of so many processes.

    Median and the percentiles 10 and 90 in nanoseconds; `changes` are (when, times as long as
    before); `steal` the mean share of its processors that its host took, `throttled` during how
    many of the processes a processor slowed itself down for heat, None where unknown.
    """

    processes: int
    median_ns: float
    low_ns: float
    high_ns: float
    changes: tuple[tuple[str, float], ...]
    steal: float | None
    throttled: int | None


@dataclass(frozen=True, kw_only=True)
class Reached:
    """A cell of a run with a wished precision: what its last stage was to reach and did.

    `half_width` of the interval at 95 % of the ratio to the reference (`paired`) or of the cell's
    own time, as a share, NaN where there is none; `limited` says why fewer processes were planned
    than the wish asks for.
    """

    row: str
    case: str
    planned: int
    processes: int
    expected: float
    half_width: float
    paired: bool
    limited: str


@dataclass(frozen=True, kw_only=True)
class Report:
    """All that is shown of one run, decided: nothing is computed after this.

    `telling`: suite → (case, size) in which warm-up moves the time of a run most, the most first.
    `calibration`: the newest error rates of its machine, `calibration_of_builds` those between
    several builds of one source.
    """

    run: Run
    complete: bool
    baseline: str
    rows: tuple[MeasuredRow, ...]
    cases: tuple[MeasuredCase, ...]
    summaries: tuple[Summary, ...]
    cells: tuple[Cell, ...]
    conformance: tuple[Conformance, ...]
    items: tuple[Item, ...]
    costs: tuple[Cost, ...]
    unexpected: tuple[str, ...]
    warnings: tuple[str, ...]
    outcomes: int
    duration_s: float
    efforts: tuple[Effort, ...] = ()
    telling: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    leads: tuple[Lead, ...] = ()
    versus_ray: tuple[Versus, ...] = ()
    border: tuple[Mechanism, ...] = ()
    reached: tuple[Reached, ...] = ()
    pace: Pace | None = None
    counted: Counted | None = None
    calibration: Calibration | None = None
    calibration_of_builds: Calibration | None = None
