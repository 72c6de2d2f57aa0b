"""The later stages of a run with a wished precision: how much more of each cell, from those before.

Owns what is planned to be enough, and how a budget is shared out that is not. What has been run
before a stage alone decides on it: that is what makes the rules of `analysis.planning` hold.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from pyrometer.analysis.cells import Measured, measure
from pyrometer.analysis.findings import Course
from pyrometer.analysis.gather import Gathered, Key
from pyrometer.analysis.planning import (
    Level,
    expected_spread,
    half_width_of,
    levels,
    next_count,
    repetitions,
)
from pyrometer.analysis.reached import compared
from pyrometer.analysis.steady import LEAST_SAMPLES
from pyrometer.campaign import Campaign
from pyrometer.execute.allowance import INTENSITY, PROCESS_OVERHEAD_S
from pyrometer.execute.plan import Block, is_timed, spread, together
from pyrometer.model import Job, Outcome, PlannedCell, Run, Suite

LATER = 2  # stages behind the first: see `next_count`
MOST_PROCESSES = 400
AUDIT_EVERY = 10
# A later process may settle later than all of the first ones did.
WARM_MARGIN = 1.5
# What a process shows of itself must still tell its course.
LEAST_STEADY = 2 * LEAST_SAMPLES
BUDGET = "the budget"
LIMIT = f"the limit of {MOST_PROCESSES} processes"


@dataclass(frozen=True, kw_only=True)
class Stage:
    """What is to be run on top of earlier stages, in order, and what that is planned to reach.

    `number` counts from 2.
    """

    number: int

    jobs: tuple[Job, ...]
    planned: tuple[PlannedCell, ...]


@dataclass(frozen=True, kw_only=True)
class _Cell:
    """One case on one row after the stages so far."""

    job: Job  # of the first stage
    there: int  # processes of all stages so far
    begins: int  # the first round that no row of the case has been in
    values: tuple[float, ...]  # logarithms, or their differences to the reference
    paired: bool
    length_s: float
    inflation: float  # of the variance by shorter processes
    wanted: int  # processes in all
    start_s: float

    def cost_s(self, count: int) -> float:
        """Expected seconds of what is more than there is."""
        more = max(0, count - self.there)
        lengths_s = (self.more(number).budget_s for number in range(more))
        return more * (self.start_s + PROCESS_OVERHEAD_S) + sum(lengths_s)

    def more(self, count: int) -> Job:
        """Behind so many more: as long as planned, or now and then as the first ones were."""
        number = self.begins + count
        shorter = self.length_s < self.job.budget_s
        audit = shorter and number % AUDIT_EVERY == AUDIT_EVERY - 1
        length_s = self.job.budget_s if audit else round(self.length_s, 3)
        return replace(self.job, round=number, budget_s=length_s, audit=audit)

    def cut(self, share: float) -> int:
        """That share of what it wants beyond what there is."""
        return self.there + math.floor(share * (self.wanted - self.there))


def next_stage(
    campaign: Campaign, run: Run, outcomes: Sequence[Outcome], before: Sequence[Stage] = ()
) -> Stage:
    """Decide from the outcomes of the campaign's own plan and of the stages before.

    No jobs where all is narrow enough.
    """
    half_width = math.log1p(campaign.wish.precision or 0.0)
    asked = {job.id for jobs in (campaign.plan.jobs, *(s.jobs for s in before)) for job in jobs}
    found = [one for one in outcomes if one.job.id in asked]
    gathered = Gathered.of(run, found)
    cells = _cells(campaign, measure(gathered), half_width, before)
    spent_s = sum(one.usage.wall_ns for one in found if one.usage is not None) / 1e9
    budget_s = campaign.wish.budget_s or INTENSITY[campaign.wish.tier].budget_s
    counts, limited = _shared_out(
        cells, budget_s - spent_s, campaign.wish.reference, duet=campaign.wish.duet
    )
    planned = tuple(_planned(key, cell, counts[key], limited) for key, cell in cells.items())
    number = len(before) + 2
    jobs = _jobs(campaign, cells, counts, number)
    jobs = tuple(together(jobs)) if campaign.wish.duet else jobs
    return Stage(number=number, jobs=jobs, planned=planned)


def _cells(
    campaign: Campaign,
    measured: Mapping[Key, Measured],
    half_width: float,
    before: Sequence[Stage],
) -> dict[Key, _Cell]:
    """Every timed cell that has two processes or more to judge by."""
    last = {_key(job): job for job in campaign.plan.jobs if is_timed(job)}
    there, begins = Counter[Key](), dict[str, int]()
    for job in (*campaign.plan.jobs, *(job for stage in before for job in stage.jobs)):
        if is_timed(job):
            there[_key(job)] += 1
            begins[job.cases[0]] = max(begins.get(job.cases[0], 0), job.round + 1)
    lengths_s = {(one.row, one.case): one.length_s for stage in before for one in stage.planned}
    start_s = {row.name: row.start_s for row in campaign.rows}
    found: dict[Key, _Cell] = {}
    for key, job in last.items():
        cell = measured.get(key)
        if cell is None:
            continue
        values, paired = compared(cell, measured, campaign.wish.reference)
        if len(values) < 2:
            continue
        length_s, inflation = (
            (lengths_s[key.row, key.case], 1.0)  # what was run before is mostly that long
            if (key.row, key.case) in lengths_s
            else _length(cell, job, start_s[key.row])
        )
        wanted = next_count(values, half_width, inflation=inflation)
        found[key] = _Cell(
            job=job,
            there=there[key],
            begins=begins[key.case],
            values=values,
            paired=paired,
            length_s=length_s,
            inflation=inflation,
            wanted=min(MOST_PROCESSES, max(wanted, there[key])),
            start_s=start_s[key.row],
        )
    return found


def _key(job: Job) -> Key:
    return Key(job.row, job.cases[0], job.size)


def _length(cell: Measured, job: Job, start_s: float) -> tuple[float, float]:
    """(seconds of a later process, times its variance will be as large)."""
    processes = cell.processes
    told = {process.course for process in processes} <= {Course.FLAT, Course.WARM_UP}
    samples = min(process.loops.size - process.warm for process in processes)
    if job.kind != "bench" or not told or samples < LEAST_STEADY:
        return job.budget_s, 1.0
    inner, outer = levels(
        np.log([process.per_run_ns[process.warm :][:samples] for process in processes])
    )
    warm_s = WARM_MARGIN * max(_seconds(process.wall_ns[: process.warm]) for process in processes)
    sample_s = max(float(np.median(process.wall_ns)) for process in processes) / 1e9
    count = repetitions(
        inner,
        outer,
        inner_cost=sample_s,
        outer_cost=start_s + PROCESS_OVERHEAD_S + warm_s,
        most=samples,
    )
    count = max(count, LEAST_STEADY)
    length_s = min(job.budget_s, warm_s + count * sample_s)
    return length_s, _inflation(inner, outer, count, samples)


def _inflation(inner: Level, outer: Level, count: int, before: int) -> float:
    fewer, now = (expected_spread(inner, outer, n) for n in (count, before))
    return max(1.0, fewer / now) if now > 0 else 1.0


def _seconds(times_ns: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    return float(times_ns.sum()) / 1e9


def _shared_out(
    cells: Mapping[Key, _Cell], left_s: float, reference: str, *, duet: bool
) -> tuple[dict[Key, int], str]:
    """Processes of each cell, and what limits them; all get the same share of what they want."""
    steps = 100
    for step in range(steps, -1, -1):
        more = {key: cell.cut(step / steps) - cell.there for key, cell in cells.items()}
        # The reference is in every round that another row is compared in, in a duet both are.
        for key, cell in cells.items():
            other = key._replace(row=reference)
            if cell.paired and other in more:
                more[other] = max(more[other], more[key])
                more[key] = more[other] if duet else more[key]
        counts = {key: cell.there + more[key] for key, cell in cells.items()}
        if sum(cell.cost_s(counts[key]) for key, cell in cells.items()) <= left_s:
            break
    return counts, "" if step == steps else BUDGET


def _planned(key: Key, cell: _Cell, count: int, limited: str) -> PlannedCell:
    spread_then = float(np.var(cell.values, ddof=1)) * cell.inflation
    why = limited if count < cell.wanted else LIMIT if cell.wanted == MOST_PROCESSES else ""
    return PlannedCell(
        row=key.row,
        case=key.case,
        processes=count,
        length_s=round(cell.length_s, 3),
        expected=math.expm1(half_width_of(spread_then, count)),
        paired=cell.paired,
        limited=why,
    )


def _jobs(
    campaign: Campaign, cells: Mapping[Key, _Cell], counts: Mapping[Key, int], stage: int
) -> tuple[Job, ...]:
    """Blocks as in the first stage, spread over the whole of this one."""
    order = random.Random(f"{campaign.plan.seed}:{stage}")  # noqa: S311 - to be repeated
    more: dict[str, int] = {}
    for key, cell in cells.items():
        more[key.case] = max(more.get(key.case, 0), counts[key] - cell.there)
    suites: dict[str, Suite] = {case.id: s for s in campaign.suites for case in s.cases}
    blocks = [
        Block(suite=suites[case], case=case, round=number, rounds=count)
        for case, count in more.items()
        for number in range(count)
    ]
    jobs = []
    for block in spread(blocks, order):
        there = [key for key in cells if key.case == block.case]
        for key in order.sample(there, len(there)):
            cell = cells[key]
            if block.round < counts[key] - cell.there:
                jobs.append(cell.more(block.round))
    return tuple(jobs)
