"""The later stages of a wished precision: how many, how long, within which budget."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from pyrometer.analysis.decide import decide
from pyrometer.analysis.planning import ENOUGH_TO_PLAN
from pyrometer.campaign import Campaign
from pyrometer.execute.plan import Wish
from pyrometer.model import Case, Expectation, Outcome, Plan, Recipe, Row, Run, Suite
from pyrometer.report.precision import precision_sentence
from pyrometer.stages import AUDIT_EVERY, BUDGET, LEAST_STEADY, Stage, next_stage
from tests.synthetic import Scale, synthetic_run

REFERENCE = "cpython-3.11"
ROWS = (REFERENCE, "cpython-3.14", "pypy-8.0")
CASES = ("micro/integer_loop", "micro/float_loop")
FIRST = 5
LENGTH_S = 2.0


def first_stage(samples: int = 120) -> tuple[Run, list[Outcome]]:
    run, outcomes = synthetic_run(ROWS, CASES, scale=Scale(processes=FIRST, samples=samples))
    timed = [replace(one, job=replace(one.job, budget_s=LENGTH_S)) for one in outcomes]
    return replace(run, reference=REFERENCE), [one for one in timed if one.job.round >= 0]


def campaign(outcomes: Sequence[Outcome], precision: float, budget_s: float = 1e6) -> Campaign:
    cases = tuple(Case(suite="micro", name=name[6:], path=Path("x.py")) for name in CASES)
    suite = Suite(
        name="micro", kind="bench", purpose="", tier="quick", origin="", licence="", cases=cases
    )
    rows = tuple(
        Row(
            name=name,
            expect=Expectation(implementation="x", series="1"),
            recipe=Recipe(kind="host"),
        )
        for name in ROWS
    )
    plan = Plan(
        seed=1, tier="quick", reference=REFERENCE, rows=ROWS, jobs=tuple(o.job for o in outcomes)
    )
    wish = Wish(reference=REFERENCE, precision=precision, budget_s=budget_s)
    return Campaign(
        rows=rows, suites=(suite,), known=(), wish=wish, plan=plan, sha256="", command="c"
    )


def planned(precision: float, budget_s: float = 1e6, samples: int = 120) -> Stage:
    run, outcomes = first_stage(samples)
    return next_stage(campaign(outcomes, precision, budget_s), run, outcomes)


def test_where_all_is_narrow_enough_nothing_is_run() -> None:
    stage = planned(0.5)
    assert stage.jobs == ()
    assert {(cell.row, cell.case) for cell in stage.planned} == {
        (r, c) for r in ROWS for c in CASES
    }
    assert all(cell.processes == FIRST for cell in stage.planned)


def test_a_narrower_wish_takes_more_processes_and_says_what_it_expects() -> None:
    wide, narrow = planned(0.01), planned(0.005)
    assert len(wide.jobs) < len(narrow.jobs)
    for cell in narrow.planned:
        assert cell.processes > FIRST
        assert cell.processes == ENOUGH_TO_PLAN or 0 < cell.expected < 0.005
        assert not cell.limited
        assert cell.paired == (cell.row != REFERENCE)


def test_where_few_ask_for_many_there_are_some_more_first_to_plan_by() -> None:
    wish, scale = 0.003, Scale(processes=60, samples=120)
    run, outcomes = synthetic_run(ROWS, CASES, scale=scale)
    run = replace(run, reference=REFERENCE)
    every = [replace(one, job=replace(one.job, budget_s=LENGTH_S)) for one in outcomes]
    asked = campaign([one for one in every if 0 <= one.job.round < FIRST], wish)
    second = next_stage(asked, run, every)
    assert {cell.processes for cell in second.planned} == {ENOUGH_TO_PLAN}
    third = next_stage(asked, run, every, [second])
    assert (second.number, third.number) == (2, 3)
    assert max(cell.processes for cell in third.planned) > ENOUGH_TO_PLAN
    assert all(0 < cell.expected <= wish for cell in third.planned)
    rounds = {(job.cases[0], job.round) for job in second.jobs}
    assert not rounds & {(job.cases[0], job.round) for job in third.jobs}
    assert third == next_stage(asked, run, every, [second])


def test_every_round_has_the_reference_and_ids_go_on_from_the_first_stage() -> None:
    stage = planned(0.005)
    counts = Counter((job.cases[0], job.row) for job in stage.jobs)
    for cell in stage.planned:
        assert counts[cell.case, cell.row] == cell.processes - FIRST
        assert counts[cell.case, REFERENCE] >= counts[cell.case, cell.row]
    rounds = {job.round for job in stage.jobs if job.row == REFERENCE}
    assert min(rounds) == FIRST
    assert max(Counter(job.id for job in stage.jobs).values()) == 1
    assert stage == planned(0.005)  # as a run that is gone on with plans it


def test_a_short_budget_is_shared_and_told() -> None:
    run, outcomes = first_stage()
    spent_s = sum(one.usage.wall_ns for one in outcomes if one.usage) / 1e9
    stage = next_stage(campaign(outcomes, 0.003, spent_s + 10), run, outcomes)
    assert 0 < sum(job.budget_s for job in stage.jobs) <= 10
    assert {cell.limited for cell in stage.planned} == {BUDGET}
    assert planned(0.003, 1.0).jobs == ()


def test_later_processes_are_as_long_as_they_need_to_be_and_some_as_long_as_before() -> None:
    stage = planned(0.002, samples=2000)
    cell = next(one for one in stage.planned if one.row == REFERENCE)
    _, outcomes = first_stage(2000)
    first = next(one for one in outcomes if one.job.row == REFERENCE)
    sample_s = first.samples[-1].wall_ns / 1e9
    assert LEAST_STEADY * sample_s * 0.8 < cell.length_s < LENGTH_S
    own = [job for job in stage.jobs if (job.row, job.cases[0]) == (cell.row, cell.case)]
    for job in own:
        assert job.audit == (job.round % AUDIT_EVERY == AUDIT_EVERY - 1)
        assert job.budget_s == (LENGTH_S if job.audit else cell.length_s)
    assert any(job.audit for job in own)


def test_with_too_few_samples_to_tell_later_processes_are_as_long() -> None:
    stage = planned(0.005, samples=40)
    assert {job.budget_s for job in stage.jobs} == {LENGTH_S}
    assert not any(job.audit for job in stage.jobs)


def test_what_was_reached_is_reported() -> None:
    run, outcomes = first_stage()
    stage = next_stage(campaign(outcomes, 0.005), run, outcomes)
    report = decide(replace(run, precision=0.005, planned=stage.planned), outcomes)
    assert len(report.reached) == len(ROWS) * len(CASES)
    one = report.reached[0]
    assert one.processes == FIRST
    assert one.planned > FIRST
    assert one.half_width > 0.005
    said = precision_sentence(report)
    assert said.startswith("Asked for ± 0.5 %: 0 of 6 cells reach it; the widest: micro/")
    assert "with 5 processes" in said
    assert precision_sentence(decide(run, outcomes)) == ""


@pytest.mark.parametrize("course", ["late", "not"])
def test_an_audit_that_slows_down_late_is_a_doubt(course: str) -> None:
    run, outcomes = first_stage(200)
    changed = []
    for one in outcomes:
        audit = one.job.row == REFERENCE and one.job.round == FIRST - 1
        samples = tuple(
            replace(s, wall_ns=round(s.wall_ns * 1.3))
            if audit and course == "late" and at > 120
            else s
            for at, s in enumerate(one.samples)
        )
        changed.append(replace(one, job=replace(one.job, audit=audit), samples=samples))
    cells = [cell for cell in decide(run, changed).cells if cell.row == REFERENCE]
    told = [any("ran longer than planned" in line for line in cell.warnings) for cell in cells]
    assert told == [course == "late"] * len(CASES)


def test_a_cell_without_a_second_process_is_left_as_it_is() -> None:
    run, outcomes = first_stage()
    gone = [
        replace(one, samples=())
        for one in outcomes
        if one.job.row == "pypy-8.0" and one.job.round > 0
    ]
    kept = [one for one in outcomes if one.job.row != "pypy-8.0" or one.job.round == 0]
    stage = next_stage(campaign(outcomes, 0.005), run, [*kept, *gone])
    assert {cell.row for cell in stage.planned} == {REFERENCE, "cpython-3.14"}
    assert all(math.isfinite(cell.expected) for cell in stage.planned)
