"""Which processes to start, in which order. Pure: same question and seed, same plan.

Owns block order and the division of a budget. Source of the design: randomised interleaved
blocks, a process as the unit of replication (Kalibera & Jones, ISMM 2013).
"""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import asdict, dataclass, replace

from pyrometer.execute.allowance import (
    INTENSITY,
    PROCESS_OVERHEAD_S,
    Division,
    Intensity,
    check_job_s,
    divide,
)
from pyrometer.model import (
    EMULATION,
    Instrument,
    Job,
    Limits,
    Metric,
    Plan,
    Row,
    Suite,
    SuiteKind,
    Tier,
)

UNTIMED_ROUND = -1
TIERS: tuple[Tier, ...] = ("quick", "full", "wild")
PATIENCE_S = 120.0
PATIENCE_STARTS = 40
LONGEST_CHECKS = 10
# A count needs no more than to be seen to repeat; the first process of a case only warms the files.
COUNTED_PROCESSES = 4
COUNTED_SAMPLES = 4
COUNTED_SAMPLES_JIT = 160
# The first of two stages: enough to know how much processes differ, as short as shows it.
PILOT_PROCESSES = 5
PILOT_S = 0.3
# Rough seconds of one sample under emulation, to say how long a run will take.
COUNTED_SAMPLE_S = 0.7


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a person asked for; None means what the tier says, or for memory no limit."""

    tier: Tier = "quick"
    reference: str = ""
    budget_s: float | None = None
    most_s: float | None = None  # of sampling in one process
    processes: int | None = None
    check_only: bool = False
    memory_bytes: int | None = None
    metric: Metric = "time"
    instrument: Instrument = "emulator"  # of instructions
    untimed: frozenset[str] = frozenset()  # rows on which no time means anything
    precision: float | None = None  # half-width of an interval, as a share
    duet: bool = False


def make_plan(rows: Sequence[Row], suites: Sequence[Suite], wish: Wish, seed: int) -> Plan:
    """Checks first (one process a suite and row), then blocks: each row once, in random order."""
    order = random.Random(seed)  # noqa: S311 - an order to be repeated, not a secret
    if wish.metric == "instructions":
        jobs = _counting_jobs(rows, suites, wish, order)
    else:
        jobs = [job for suite in suites for row in rows for job in _check_jobs(suite, row)]
        jobs += _calls_and_times(rows, suites, wish, order)
    return Plan(
        seed=seed,
        tier=wish.tier,
        reference=wish.reference,
        rows=tuple(row.name for row in rows),
        jobs=tuple(_bounded(job, wish.memory_bytes or 0) for job in jobs),
        duet=wish.duet,
    )


def _calls_and_times(
    rows: Sequence[Row], suites: Sequence[Suite], wish: Wish, order: random.Random
) -> list[Job]:
    """Single calls of what is not timed, then blocks of what is."""
    timed = [row for row in rows if row.name not in wish.untimed]
    division = None if wish.check_only or not timed else _divide(timed, suites, wish)
    jobs = []
    for suite in suites:
        for row in rows:
            allowed = division.allowances.get(row.name) if division else None
            given = allowed.rounds if allowed else {}
            jobs += _single_calls(suite, row, INTENSITY[wish.tier].size, given)
    if division is not None:
        found = _timing_jobs(timed, suites, division, order)
        jobs += together(found) if wish.duet else found
    return jobs


def plan_sha256(plan: Plan, sources: Sequence[str], precision: float | None = None) -> str:
    """What makes two plans the same work: rows, jobs and case contents, but not the order."""
    work = sorted(json.dumps(asdict(job), sort_keys=True) for job in plan.jobs)
    parts: list[object] = [plan.tier, plan.reference, plan.rows, work, sorted(sources)]
    parts += [] if precision is None else [precision]
    parts += ["duet"] if plan.duet else []
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def is_timed(job: Job) -> bool:
    """May nothing of ours run beside it?"""
    return job.kind in ("bench", "startup") and job.round != UNTIMED_ROUND


def estimated_s(plan: Plan, rows: Sequence[Row]) -> float:
    """Expected seconds of the plan's processes."""
    start_s = {row.name: row.start_s for row in rows}
    return sum(job_s(job, start_s[job.row]) for job in plan.jobs)


def job_s(job: Job, start_s: float) -> float:
    """Expected seconds of one process."""
    work_s = check_job_s(start_s) if job.kind in ("check", "feature") else job.budget_s
    if job.metric == "instructions":
        work_s = COUNTED_SAMPLE_S * job.max_samples
    return start_s + PROCESS_OVERHEAD_S + work_s


def _patience_s(row: Row) -> float:
    """Seconds after which what says nothing is taken to hang.

    One check may start several interpreters, each while two other things load the machine.
    """
    return PATIENCE_S + PATIENCE_STARTS * row.start_s


def _check_jobs(suite: Suite, row: Row) -> list[Job]:
    """All checks or probes of a suite share a process, which may last while it tells of them."""
    if suite.kind not in ("check", "feature") or not suite.cases:
        return []
    cases = tuple(case.id for case in suite.cases)
    patience_s = _patience_s(row)
    limits = Limits(timeout_s=LONGEST_CHECKS * patience_s, silence_s=patience_s)
    return [_job(suite, row.name, cases, limits=limits)]


def _single_calls(suite: Suite, row: Row, size: str, timed: Container[str]) -> list[Job]:
    """Each case that is not timed called once, for its checksum alone."""
    if suite.kind not in ("bench", "startup"):
        return []
    return [
        _job(
            suite,
            row.name,
            (case.id,),
            size=size if suite.kind == "bench" else "",
            round=UNTIMED_ROUND,
            max_samples=1,
            limits=Limits(timeout_s=_patience_s(row)),
        )
        for case in suite.cases
        if case.id not in timed
    ]


def _bounded(job: Job, memory_bytes: int) -> Job:
    return replace(job, limits=replace(job.limits, memory_bytes=memory_bytes))


def _job(suite: Suite, row: str, cases: tuple[str, ...], **rest: object) -> Job:
    kind: SuiteKind = suite.kind
    return Job(row=row, suite=suite.name, kind=kind, cases=cases, **rest)  # type: ignore[arg-type]


@dataclass(frozen=True, kw_only=True)
class Block:
    """One round of one case: every row once."""

    suite: Suite
    case: str
    round: int
    rounds: int


def _timing_jobs(
    rows: Sequence[Row], suites: Sequence[Suite], division: Division, order: random.Random
) -> list[Job]:
    size = division.intensity.size
    jobs: list[Job] = []
    for block in spread(_blocks(suites, division.intensity), order):
        for row in order.sample(list(rows), len(rows)):
            given = division.allowances[row.name]
            if block.round not in given.rounds.get(block.case, ()):
                continue
            timed = block.suite.kind == "bench"
            budget_s = round(division.bench_s + given.warmup_s, 3) if timed else 0.0
            jobs.append(
                _job(
                    block.suite,
                    row.name,
                    (block.case,),
                    size=size if timed else "",
                    round=block.round,
                    budget_s=budget_s,
                    limits=Limits(timeout_s=round(_patience_s(row) + 4 * budget_s)),
                )
            )
    return jobs


def together(jobs: Sequence[Job]) -> list[Job]:
    """The jobs of a block as long as the longest of them: in a duet none is to play alone."""
    longest: dict[tuple[tuple[str, ...], int], float] = {}
    for job in jobs:
        block = (job.cases, job.round)
        longest[block] = max(longest.get(block, 0.0), job.budget_s)
    return [replace(job, budget_s=longest[job.cases, job.round]) for job in jobs]


def _counting_jobs(
    rows: Sequence[Row], suites: Sequence[Suite], wish: Wish, order: random.Random
) -> list[Job]:
    """Every timed case, a few processes each, in random order: counts do not drift, machines do.

    Rounds are in the order of the run, for the first one of a cell may have bytecode to write.
    """
    jobs = []
    for suite in suites:
        for row in rows:
            for case in suite.cases if suite.kind in ("bench", "startup") else ():
                job = _counting_job(suite, row, case.id, INTENSITY[wish.tier].size)
                job = replace(job, instrument=wish.instrument)
                jobs += [job] * (wish.processes or COUNTED_PROCESSES)
    rounds: Counter[str] = Counter()
    numbered = []
    for job in order.sample(jobs, len(jobs)):
        numbered.append(replace(job, round=rounds[job.id]))
        rounds[job.id] += 1
    return numbered


def _counting_job(suite: Suite, row: Row, case: str, size: str) -> Job:
    timed = suite.kind == "bench"
    samples = COUNTED_SAMPLES_JIT if row.expect.jit else COUNTED_SAMPLES
    return _job(
        suite,
        row.name,
        (case,),
        size=size if timed else "",
        max_samples=samples if timed else 1,
        limits=Limits(timeout_s=EMULATION * (_patience_s(row) + samples)),
        metric="instructions",
    )


def _blocks(suites: Sequence[Suite], intensity: Intensity) -> list[Block]:
    rounds = {"bench": intensity.processes, "startup": intensity.startups}
    return [
        Block(suite=suite, case=case.id, round=number, rounds=rounds[suite.kind])
        for suite in suites
        if suite.kind in rounds
        for case in suite.cases
        for number in range(rounds[suite.kind])
    ]


def spread(blocks: Sequence[Block], order: random.Random) -> list[Block]:
    """Random order in which the rounds of every case are spread evenly over the whole run."""
    moments = [(block.round + order.random()) / block.rounds for block in blocks]
    return [blocks[index] for index in sorted(range(len(blocks)), key=moments.__getitem__)]


def _divide(rows: Sequence[Row], suites: Sequence[Suite], wish: Wish) -> Division:
    """By the tier, and by the processes that a person asked for: then every cell gets so many."""
    tier = INTENSITY[wish.tier]
    if wish.precision is not None:
        pilot = wish.processes or PILOT_PROCESSES
        most_s = max(tier.least_s, PILOT_S)
        tier = replace(tier, processes=pilot, least_processes=pilot, startups=pilot, most_s=most_s)
        tier = replace(tier, least_startups=pilot)
    elif wish.processes is not None:
        tier = replace(tier, processes=wish.processes, least_processes=wish.processes)
    if wish.most_s is not None:
        tier = replace(tier, most_s=wish.most_s)
    return divide(rows, suites, tier, wish.budget_s or tier.budget_s)
