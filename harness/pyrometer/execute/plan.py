"""Which processes to start, in which order. Pure: same question and seed, same plan.

Owns tiers, block order and the division of a budget. Source of the design: randomised
interleaved blocks, a process as the unit of replication (Kalibera & Jones, ISMM 2013).
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from pyrometer.model import Job, Limits, Plan, Row, Suite, SuiteKind, Tier

UNTIMED_ROUND = -1
TIERS: tuple[Tier, ...] = ("quick", "full", "wild")
PATIENCE_S = 120.0
PATIENCE_STARTS = 40
LONGEST_CHECKS = 10
PROCESS_OVERHEAD_S = 0.06
CHECK_JOB_S = 2.0
CHECK_JOB_STARTS = 10


@dataclass(frozen=True, kw_only=True)
class Intensity:
    """How much a tier spends: processes per cell, seconds for the whole, bounds per process.

    `warmup` multiplies what a row says it needs to warm up.
    """

    processes: int
    startups: int
    budget_s: float
    least_s: float
    most_s: float
    size: str
    warmup: float = 1.0


INTENSITY: dict[Tier, Intensity] = {
    "quick": Intensity(
        processes=4, startups=6, budget_s=620, least_s=0.15, most_s=2.0, size="small"
    ),
    "full": Intensity(
        processes=10, startups=20, budget_s=3600, least_s=0.5, most_s=5.0, size="small", warmup=3.0
    ),
    "wild": Intensity(
        processes=20,
        startups=40,
        budget_s=21600,
        least_s=1.0,
        most_s=20.0,
        size="large",
        warmup=10.0,
    ),
}


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a person asked for; None means what the tier says."""

    tier: Tier = "quick"
    reference: str = ""
    budget_s: float | None = None
    processes: int | None = None
    check_only: bool = False


def make_plan(rows: Sequence[Row], suites: Sequence[Suite], wish: Wish, seed: int) -> Plan:
    """Checks first (one process a suite and row), then blocks: each row once, in random order."""
    order = random.Random(seed)  # noqa: S311 - an order to be repeated, not a secret
    jobs = [job for suite in suites for row in rows for job in _check_jobs(suite, row)]
    if wish.check_only:
        jobs += [job for suite in suites for row in rows for job in _single_calls(suite, row, wish)]
    else:
        jobs += _timing_jobs(rows, suites, wish, order)
    return Plan(
        seed=seed,
        tier=wish.tier,
        reference=wish.reference,
        rows=tuple(row.name for row in rows),
        jobs=tuple(jobs),
    )


def plan_sha256(plan: Plan, sources: Sequence[str]) -> str:
    """What makes two plans the same work: rows, jobs and case contents, but not the order."""
    work = sorted(json.dumps(asdict(job), sort_keys=True) for job in plan.jobs)
    text = json.dumps([plan.tier, plan.reference, plan.rows, work, sorted(sources)])
    return hashlib.sha256(text.encode()).hexdigest()


def estimated_s(plan: Plan, rows: Sequence[Row]) -> float:
    """Expected seconds of the plan's processes."""
    start_s = {row.name: row.start_s for row in rows}
    return sum(job_s(job, start_s[job.row]) for job in plan.jobs)


def job_s(job: Job, start_s: float) -> float:
    """Expected seconds of one process."""
    work_s = _check_job_s(start_s) if job.kind in ("check", "feature") else job.budget_s
    return start_s + PROCESS_OVERHEAD_S + work_s


def _check_job_s(start_s: float) -> float:
    """Checks start children and import much: what starts slowly is slow at them too."""
    return CHECK_JOB_S + CHECK_JOB_STARTS * start_s


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


def _single_calls(suite: Suite, row: Row, wish: Wish) -> list[Job]:
    """Each timed case called once, for its checksum alone."""
    if suite.kind not in ("bench", "startup"):
        return []
    fields = {
        "size": INTENSITY[wish.tier].size if suite.kind == "bench" else "",
        "round": UNTIMED_ROUND,
        "max_samples": 1,
        "limits": Limits(timeout_s=_patience_s(row)),
    }
    return [_job(suite, row.name, (case.id,), **fields) for case in suite.cases]


def _job(suite: Suite, row: str, cases: tuple[str, ...], **rest: object) -> Job:
    kind: SuiteKind = suite.kind
    return Job(row=row, suite=suite.name, kind=kind, cases=cases, **rest)  # type: ignore[arg-type]


@dataclass(frozen=True, kw_only=True)
class _Block:
    """One round of one case: every row once."""

    suite: Suite
    case: str
    round: int
    rounds: int


def _timing_jobs(
    rows: Sequence[Row], suites: Sequence[Suite], wish: Wish, order: random.Random
) -> list[Job]:
    bench_s = _bench_budget_s(rows, suites, wish)
    size, warmup = INTENSITY[wish.tier].size, INTENSITY[wish.tier].warmup
    jobs: list[Job] = []
    for block in _spread(_blocks(suites, wish), order):
        for row in order.sample(list(rows), len(rows)):
            timed = block.suite.kind == "bench"
            budget_s = round(bench_s + row.warmup_s * warmup, 3) if timed else 0.0
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


def _blocks(suites: Sequence[Suite], wish: Wish) -> list[_Block]:
    intensity = INTENSITY[wish.tier]
    rounds = {"bench": wish.processes or intensity.processes, "startup": intensity.startups}
    return [
        _Block(suite=suite, case=case.id, round=number, rounds=rounds[suite.kind])
        for suite in suites
        if suite.kind in rounds
        for case in suite.cases
        for number in range(rounds[suite.kind])
    ]


def _spread(blocks: Sequence[_Block], order: random.Random) -> list[_Block]:
    """Random order in which the rounds of every case are spread evenly over the whole run."""
    moments = [(block.round + order.random()) / block.rounds for block in blocks]
    return [blocks[index] for index in sorted(range(len(blocks)), key=moments.__getitem__)]


def _bench_budget_s(rows: Sequence[Row], suites: Sequence[Suite], wish: Wish) -> float:
    """Sampling seconds of one bench process, so that the whole stays within the budget."""
    intensity = INTENSITY[wish.tier]
    rounds = wish.processes or intensity.processes
    cases = sum(len(suite.cases) for suite in suites if suite.kind == "bench")
    startups = sum(len(suite.cases) for suite in suites if suite.kind == "startup")
    checks = sum(suite.kind in ("check", "feature") for suite in suites)
    fixed_s = 0.0
    for row in rows:
        start_s = row.start_s + PROCESS_OVERHEAD_S
        fixed_s += checks * (start_s + _check_job_s(row.start_s))
        fixed_s += startups * intensity.startups * start_s
        fixed_s += cases * rounds * (start_s + row.warmup_s * intensity.warmup)
    processes = max(1, cases * rounds * len(rows))
    share_s = ((wish.budget_s or intensity.budget_s) - fixed_s) / processes
    return min(intensity.most_s, max(intensity.least_s, share_s))
