"""Timed cells: one case on one row, measured and judged.

Owns which processes count, when there is no steady time to speak of, and the doubts about a
cell's numbers. Refuses to compare cells.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

from pyrometer.analysis.checksums import judge_timed
from pyrometer.analysis.findings import Course
from pyrometer.analysis.gather import Gathered, Key
from pyrometer.analysis.known import Judged
from pyrometer.analysis.pace import disturbed, usual_spin_ns
from pyrometer.analysis.process_value import TICKS, Process, process_of, settle
from pyrometer.analysis.series import LEAST_FOR_TREND
from pyrometer.model import Outcome, Sample, SuiteKind, Verdict

# A machine that others share disturbs some processes: docs/METHODOLOGY.md has the counts.
TOLERATED = 1 / 3
LATE_COURSES = (Course.SLOW_DOWN, Course.UNSTEADY)

# Outcomes that ended well, each with its series and what had to be left out of it, in words.
Series = list[tuple[Outcome, Process | None, str]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Measured:
    """One cell as it was measured and judged; `processes` in the order of their rounds.

    `compiles` is whether its row does so while it runs: then nobody knows of a process with too
    few samples that it was warm.
    """

    key: Key
    kind: SuiteKind
    judged: Judged
    processes: tuple[Process, ...]
    compiles: bool = False
    warnings: tuple[str, ...] = ()

    def count(self, course: Course) -> int:
        """How many of its processes took that course."""
        return sum(process.course is course for process in self.processes)

    @cached_property
    def unsteady(self) -> str:
        """Why there is no steady time to speak of; empty where there is one."""
        if self.kind == "startup":
            return ""
        most = TOLERATED * len(self.processes)
        unsteady = self.count(Course.UNSTEADY)
        if unsteady > most:
            return Course.UNSTEADY.value
        unknown = self.count(Course.TOO_FEW) if self.compiles else 0
        return Course.TOO_FEW.value if unsteady + unknown > most else ""

    @property
    def withheld(self) -> str:
        """Why this side can have no headline; empty where it can."""
        if self.judged.verdict is not Verdict.PASS:
            return str(self.judged.verdict.value).replace("_", " ")
        return self.unsteady if self.processes else "not timed"

    def by_round(self, value: Callable[[Process], float]) -> dict[int, float]:
        """Round → a value of that round's process, where it is a positive, finite number."""
        found = {process.round: value(process) for process in self.processes}
        return {number: one for number, one in found.items() if 0 < one < math.inf}

    @cached_property
    def cores(self) -> float:
        """CPU time / wall time once warm: geometric mean over the processes, NaN for none."""
        return _geometric_mean([process.cores for process in self.processes])

    @cached_property
    def cores_whole(self) -> float:
        """As `cores`, of the whole process."""
        return _geometric_mean([process.cores_whole for process in self.processes])

    @property
    def least_work(self) -> float:
        """Runs that every process completed."""
        return min((float(process.work[-1]) for process in self.processes), default=0.0)


def measure(gathered: Gathered, rows: Container[str] | None = None) -> dict[Key, Measured]:
    """Every timed cell of a run: benches and start-up, in the order of its rows and cases.

    With `rows` those of them alone.
    """
    judged, doubts = judge_timed(gathered)
    series = {
        key: _series(gathered, key, outcomes)
        for key, outcomes in gathered.timed.items()
        if rows is None or key.row in rows
    }
    settle([process for found in series.values() for _, process, _ in found if process is not None])
    usual_ns = usual_spin_ns(gathered.outcomes)
    return {
        key: _measured(gathered, key, judged[key], doubts[key], found, usual_ns)
        for key, found in series.items()
    }


def _series(gathered: Gathered, key: Key, outcomes: Sequence[Outcome]) -> Series:
    cores = gathered.run.machine.cores
    startup = gathered.cases[key.case].kind == "startup"
    series = _startup_process if startup else partial(process_of, cores=cores)
    passed = (one for one in outcomes if one.job.round >= 0 and one.ending is Verdict.PASS)
    return [(outcome, *series(outcome)) for outcome in passed]


def _measured(
    gathered: Gathered, key: Key, judged: Judged, doubt: str, found: Series, usual_ns: float
) -> Measured:
    kind, facts = gathered.cases[key.case].kind, gathered.rows[key.row].facts
    timed = [outcome for outcome in gathered.timed[key] if outcome.job.round >= 0]
    processes = tuple(process for _, process, _ in found if process is not None)
    warnings = [f"round {outcome.job.round}: {told}" for outcome, _, told in found if told]
    if doubt and judged.verdict is Verdict.PASS:
        warnings.append(doubt)
    absent = sum(outcome.ending is Verdict.NOT_RUN for outcome in timed)
    if absent and processes:
        warnings.append(f"{absent} of {len(timed)} processes did not run")
    if doubt := disturbed(timed, usual_ns):
        warnings.append(doubt)
    if kind == "bench":
        warnings += _series_doubts(processes)
    return Measured(
        key=key,
        kind=kind,
        judged=judged,
        processes=processes,
        compiles=facts is not None and facts.jit,
        warnings=tuple(warnings),
    )


def _geometric_mean(values: Sequence[float]) -> float:
    logs = [math.log(value) for value in values if 0 < value < math.inf]
    return math.exp(sum(logs) / len(logs)) if logs else math.nan


def _startup_process(outcome: Outcome) -> tuple[Process | None, str]:
    """From the start of the process to the end of its import, as a series of one sample."""
    usage = outcome.usage
    import_ns = outcome.facts.get("import_ns", "")
    if usage is None or usage.first_line_ns is None or not import_ns.isdecimal():
        return None, "its start was not timed"
    whole_ns = usage.first_line_ns + int(import_ns)
    share = (usage.user_ns + usage.system_ns) / usage.wall_ns if usage.wall_ns > 0 else 0.0
    sample = Sample(
        case=outcome.job.cases[0],
        loops=1,
        wall_ns=whole_ns,
        cpu_ns=round(share * whole_ns),  # the kernel charges the process as a whole
        checksum=0,
    )
    return process_of(replace(outcome, samples=(sample,), facts={}))


def _series_doubts(processes: Sequence[Process]) -> list[str]:
    if not processes:
        return []
    doubts = []
    fewest = min(process.loops.size for process in processes)
    if fewest - fewest // 2 < LEAST_FOR_TREND:
        samples = "1 sample" if fewest == 1 else f"{fewest} samples"
        doubts.append(f"{samples} a process: too few to see whether it is still warming")
    unsteady = sum(process.course is Course.UNSTEADY for process in processes)
    if unsteady:
        doubts.append(f"{unsteady} of {len(processes)} processes had no steady state")
    audits = [process for process in processes if process.audit]
    late = sum(process.course in LATE_COURSES for process in audits)
    if late > TOLERATED * len(audits):
        doubts.append(
            f"{late} of {len(audits)} processes that ran longer than planned changed late: "
            "the others may have ended too early"
        )
    if any(process.coarse for process in processes):
        doubts.append(f"samples shorter than {TICKS} ticks of the clock")
    return doubts
