"""The numbers kept of one process, and its trend."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrometer.analysis.process_value import Process, mann_kendall_p, process_of
from pyrometer.model import Job, Outcome, Sample, Usage, Verdict


def process(per_run: list[float], loops: list[int] | None = None) -> Process:
    counts = np.array(loops or [1] * len(per_run), float)
    wall = np.array(per_run, float) * counts
    return Process(round=0, loops=counts, wall_ns=wall, cpu_ns=wall * 1.5)


def outcome(*samples: tuple[int, int], facts: dict[str, str] | None = None) -> Outcome:
    job = Job(row="r", suite="s", kind="bench", cases=("s/c",), round=3)
    return Outcome(
        job=job,
        interpreter="",
        ending=Verdict.PASS,
        facts=facts or {},
        samples=tuple(
            Sample(case="s/c", loops=loops, wall_ns=wall, cpu_ns=wall, checksum=1)
            for loops, wall in samples
        ),
    )


def test_value_is_the_median_of_the_last_half() -> None:
    assert process([100, 50, 9, 7, 8, 30]).value_ns == 8
    assert process([100, 50, 10, 20, 30]).value_ns == 20  # the middle one belongs to it
    assert process([42]).value_ns == 42


def test_times_are_those_of_one_run() -> None:
    found = process([10, 4, 4, 4], loops=[1, 5, 5, 5])
    assert found.value_ns == 4
    assert found.first_ns == 10
    assert found.cores == pytest.approx(1.5)
    assert found.cpu_value_ns == pytest.approx(6)


def test_what_compiles_beside_it_early_on_shows_in_the_whole_only() -> None:
    wall = np.array([10.0, 10.0, 1.0, 1.0])
    ones = np.ones(4)
    found = Process(round=0, loops=ones, wall_ns=wall, cpu_ns=np.array([20.0, 20.0, 1.0, 1.0]))
    assert found.cores == pytest.approx(1.0)
    assert found.cores_whole == pytest.approx(42 / 22)


def test_another_clock_than_the_one_for_cpu_time_tells_no_cpu_time() -> None:
    ours, _ = process_of(outcome((1, 100), facts={"cpu_clock": "process_time_ns"}))
    other, _ = process_of(outcome((1, 100), facts={"cpu_clock": "perf_counter_ns"}))
    assert ours is not None
    assert other is not None
    assert ours.cpu_value_ns == 100
    assert math.isnan(other.cpu_value_ns)
    assert math.isnan(other.cores)


def test_the_start_of_a_process_ends_with_its_first_line() -> None:
    usage = Usage(wall_ns=9, user_ns=1, system_ns=1, peak_bytes=1, first_line_ns=7)
    known, _ = process_of(replace(outcome((1, 100)), usage=usage))
    unknown, _ = process_of(outcome((1, 100)))
    assert known is not None
    assert unknown is not None
    assert known.start_ns == 7
    assert math.isnan(unknown.start_ns)


def test_total_is_the_time_for_that_many_runs_within_a_sample_by_share() -> None:
    found = process([10, 4, 2], loops=[1, 5, 10])
    assert found.total_ns(1) == 10
    assert found.total_ns(6) == 30
    assert found.total_ns(11) == 40
    assert found.total_ns(16) == 50
    assert process([10], loops=[5]).total_ns(2) == 20  # within the very first sample


@pytest.mark.parametrize("wall", [0, -5, math.inf, math.nan])
def test_impossible_times_are_left_out_and_told(wall: float) -> None:
    found, told = process_of(outcome((1, 100), (2, wall), (2, 60)))  # type: ignore[arg-type]
    assert found is not None
    assert found.per_run_ns.tolist() == [100, 30]
    assert not found.whole
    assert found.begins
    assert told == "1 of 3 samples had no usable time"


def test_without_its_first_sample_a_process_has_no_first_time() -> None:
    found, _ = process_of(outcome((1, 0), (1, 50)))
    assert found is not None
    assert math.isnan(found.first_ns)


def test_no_usable_sample_is_no_process() -> None:
    assert process_of(outcome((0, 5)))[0] is None
    assert process_of(outcome()) == (None, "")


def test_samples_too_short_for_the_clock() -> None:
    coarse, _ = process_of(outcome((1, 50_000), facts={"clock_resolution_ns": "100"}))
    fine, _ = process_of(outcome((1, 50_000), facts={"clock_resolution_ns": "40"}))
    assert coarse is not None
    assert fine is not None
    assert coarse.coarse
    assert not fine.coarse


def test_mann_kendall_against_worked_values() -> None:
    """S and its variance by hand: 15 and 85/3 in order; ties take away 1 from 50/3."""
    assert mann_kendall_p(np.arange(6.0)) == pytest.approx(0.00853, abs=5e-6)
    tied = math.erfc((9 - 1) / math.sqrt(2 * (50 / 3 - 1)))
    assert mann_kendall_p(np.array([1.0, 1, 2, 3, 4])) == pytest.approx(tied)
    assert mann_kendall_p(np.ones(20)) == 1.0
    assert mann_kendall_p(np.array([1.0])) == 1.0


@given(st.lists(st.floats(min_value=1, max_value=1e6), min_size=2, max_size=40))
def test_mann_kendall_does_not_mind_the_direction(values: list[float]) -> None:
    series = np.array(values)
    assert mann_kendall_p(series) == pytest.approx(mann_kendall_p(series[::-1]))
    assert 0 < mann_kendall_p(series) <= 1


def test_a_decaying_series_trends_and_says_how_far() -> None:
    found = process(list(1 + 3 * np.exp(-np.arange(100) / 40)))
    assert found.trends
    assert found.drift < -0.1


def test_a_slowing_series_trends_upwards() -> None:
    found = process(list(1 + np.arange(100) / 200))
    assert found.trends
    assert found.drift > 0.1


def test_a_significant_but_small_drift_is_no_trend() -> None:
    found = process(list(1 - np.arange(100) / 5000))
    assert mann_kendall_p(found.per_run_ns[50:]) < 1e-6
    assert not found.trends


def test_warm_after_the_first_half_is_steady() -> None:
    assert not process([50, 20, 10, 5] + [1.0, 1.01] * 8).trends


def test_a_step_within_the_half_trends_although_its_order_does_not_tell() -> None:
    late = process([100.0] * 12 + [5.0, 5.1] * 4)
    assert late.trends


@pytest.mark.parametrize("noise", [0.005, 0.02, 0.1])
def test_flat_noise_seldom_trends(noise: float) -> None:
    rng = np.random.default_rng(5)
    alarms = sum(process(list(np.exp(rng.normal(0, noise, 100)))).trends for _ in range(400))
    assert alarms <= 8
