from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrometer.execute.plan import (
    COUNTED_PROCESSES,
    COUNTED_SAMPLES,
    Wish,
    estimated_s,
    make_plan,
    plan_sha256,
)
from pyrometer.model import Case, Expectation, Plan, Recipe, Row, Suite, SuiteKind


def row(name: str, **rest: float) -> Row:
    expect = Expectation(implementation=name, series="1")
    return Row(name=name, expect=expect, recipe=Recipe(kind="host"), **rest)  # type: ignore[arg-type]


def suite(name: str, kind: SuiteKind, count: int) -> Suite:
    cases = tuple(
        Case(suite=name, name=f"case{number}", path=Path("x.py")) for number in range(count)
    )
    return Suite(name=name, kind=kind, purpose="", tier="quick", origin="", licence="", cases=cases)


ROWS = (row("a"), row("b"), row("jit", warmup_s=2.0))
SUITES = (suite("checks", "check", 3), suite("micro", "bench", 5), suite("start", "startup", 2))


def plan(seed: int = 1, **wish: object) -> Plan:
    return make_plan(ROWS, SUITES, Wish(reference="a", **wish), seed)  # type: ignore[arg-type]


def test_the_same_seed_gives_the_same_plan() -> None:
    assert plan(7) == plan(7)
    assert plan(7).jobs != plan(8).jobs


def test_every_case_gets_every_round_on_every_row() -> None:
    rounds = defaultdict(set)
    for job in plan(processes=4).jobs:
        if job.kind == "bench" and job.round >= 0:
            rounds[job.cases[0], job.row].add(job.round)
    assert set(map(tuple, map(sorted, rounds.values()))) == {(0, 1, 2, 3)}
    assert len(rounds) == 5 * 3


def test_job_ids_are_unique() -> None:
    assert max(Counter(job.id for job in plan().jobs).values()) == 1


def test_a_block_is_each_row_once_and_close_together() -> None:
    timed = [job for job in plan().jobs if job.kind == "bench" and job.round >= 0]
    for start in range(0, len(timed), 3):
        block = timed[start : start + 3]
        assert {job.row for job in block} == {"a", "b", "jit"}
        assert len({(job.cases, job.round) for job in block}) == 1


def test_what_is_emulated_is_called_and_never_timed() -> None:
    jobs = plan(untimed=frozenset({"b"})).jobs
    timed = [job for job in jobs if job.kind in ("bench", "startup") and job.round >= 0]
    assert {job.row for job in timed} == {"a", "jit"}
    called = [job.cases for job in jobs if job.row == "b" and job.kind == "bench"]
    assert len(set(called)) == 5
    everything = frozenset({"a", "b", "jit"})
    assert all(job.round < 0 or job.kind == "check" for job in plan(untimed=everything).jobs)


def test_counting_is_of_benchmarks_and_longer_where_something_compiles() -> None:
    jobs = plan(metric="instructions").jobs
    assert {(job.kind, job.metric) for job in jobs} == {
        ("bench", "instructions"), ("startup", "instructions"),
    }  # fmt: skip
    assert len({job.id for job in jobs}) == len(jobs) == (5 + 2) * 3 * COUNTED_PROCESSES
    assert not any(job.budget_s for job in jobs)
    assert {job.max_samples for job in jobs} == {COUNTED_SAMPLES, 1}
    assert plan(metric="instructions", processes=2).jobs != jobs


def test_rounds_of_counting_are_numbered_as_they_run() -> None:
    rounds: dict[tuple[str, str], list[int]] = {}
    cells = []
    for job in plan(metric="instructions", processes=3).jobs:
        cells.append((job.row, job.cases[0]))
        rounds.setdefault(cells[-1], []).append(job.round)
    assert set(map(tuple, rounds.values())) == {(0, 1, 2)}
    assert cells != sorted(cells, key=cells.index)  # no cell after the other


def test_rows_change_places_from_block_to_block() -> None:
    timed = [job for job in plan().jobs if job.kind == "bench" and job.round >= 0]
    firsts = Counter(job.row for job in timed[::3])
    assert len(firsts) == 3


def test_rounds_of_a_case_are_spread_over_the_run() -> None:
    timed = [job for job in plan(processes=4).jobs if job.kind == "bench" and job.round >= 0]
    positions = [index for index, job in enumerate(timed) if job.cases == ("micro/case0",)]
    assert positions[-1] - positions[0] > len(timed) / 2


def test_checks_come_before_timing() -> None:
    jobs = plan().jobs
    timed = [job.round >= 0 and job.kind != "check" for job in jobs]
    assert timed == sorted(timed)


def test_check_only_times_nothing() -> None:
    jobs = plan(check_only=True).jobs
    assert all(job.max_samples == 1 for job in jobs if job.kind != "check")
    assert {job.kind for job in jobs} == {"check", "bench", "startup"}


def test_a_row_that_warms_up_is_given_the_time() -> None:
    budgets = {
        job.row: job.budget_s for job in plan().jobs if job.kind == "bench" and job.round == 0
    }
    assert budgets["jit"] == pytest.approx(budgets["a"] + 2.0)


@given(budget_s=st.floats(200, 20_000), processes=st.integers(1, 20))
def test_the_budget_is_kept_where_bounds_allow(budget_s: float, processes: int) -> None:
    found = plan(budget_s=budget_s, processes=processes)
    sampled = [job.budget_s for job in found.jobs if job.kind == "bench" and job.row == "a"]
    if max(sampled) > 0.15:
        assert estimated_s(found, ROWS) <= budget_s * 1.02


def test_the_hash_knows_the_work_and_not_its_order() -> None:
    assert plan_sha256(plan(1), ["x"]) == plan_sha256(plan(2), ["x"])
    assert plan_sha256(plan(1), ["x"]) != plan_sha256(plan(1), ["y"])
    assert plan_sha256(plan(1), ["x"]) != plan_sha256(plan(1, processes=9), ["x"])


@pytest.mark.parametrize("most_s", [0.5, 75.0])
def test_the_sampling_of_a_process_can_be_bounded(most_s: float) -> None:
    jobs = plan(budget_s=1e5, most_s=most_s).jobs
    assert {job.budget_s for job in jobs if job.kind == "bench" and job.row == "a"} == {most_s}
