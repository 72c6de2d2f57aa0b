"""The numbers kept of one process, and what they are made from."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from pyrometer.analysis.findings import Course
from pyrometer.analysis.process_value import Process, process_of
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


def test_value_is_the_mean_of_the_steady_part_pauses_included() -> None:
    warm = [1.0, 1.01] * 30
    warm[21] = 9.0
    found = process([50.0] + [4.0, 4.1] * 5 + warm)
    assert found.course is Course.WARM_UP
    assert (found.cold, found.warm) == (1, 11)
    assert found.steadiness.outliers.sum() == 1
    assert found.value_ns == pytest.approx(np.mean(warm))


def test_of_few_samples_it_is_that_of_the_last_half() -> None:
    assert process([100, 50, 9, 7, 8, 30]).value_ns == pytest.approx((7 + 8 + 30) / 3)
    assert process([100, 50, 10, 20, 30]).value_ns == 20  # the middle one belongs to it
    assert process([99, 42]).value_ns == 42
    assert process([42]).value_ns == 42
    assert process([42, 42, 42]).course is Course.TOO_FEW


def test_without_a_steady_state_too_and_it_says_so() -> None:
    found = process(list(np.linspace(3, 1, 41)))
    assert found.course is Course.UNSTEADY
    assert found.warm == 20
    assert found.value_ns == pytest.approx(1.5)


def test_the_cold_first_call_is_never_part_of_it() -> None:
    found = process([1.5] + [1.0, 1.01] * 20)
    assert (found.course, found.warm) == (Course.FLAT, 1)
    lost = replace(found, begins=False)  # the very first sample is not there
    assert lost.cold == 0


def test_a_clock_that_is_too_coarse_shows_no_change() -> None:
    per_run = np.where(np.arange(80) < 40, 100.0, 102.0)
    fine = Process(round=0, loops=np.ones(80), wall_ns=per_run, cpu_ns=per_run)
    assert fine.steadiness.changes == (39,)
    assert replace(fine, resolution_ns=20).steadiness.changes == ()


def test_times_are_those_of_one_run() -> None:
    found = process([10, 4, 4, 4], loops=[1, 5, 5, 5])
    assert found.value_ns == 4
    assert found.first_ns == 10
    assert found.cores == pytest.approx(1.5)
    assert found.cpu_value_ns == pytest.approx(6)


def test_a_sample_counts_as_often_as_it_has_runs() -> None:
    assert process([9, 9, 1, 4], loops=[1, 1, 30, 10]).value_ns == pytest.approx(70 / 40)


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


def test_a_cpu_clock_that_the_kernel_contradicts_is_not_believed() -> None:
    """GraalPy's follows the wall clock: its compiler's thread, on a second core, is not in it."""
    told = outcome((1, 60), (1, 40))
    usage = Usage(wall_ns=105, user_ns=120, system_ns=10, peak_bytes=1, first_line_ns=3)
    contradicted, _ = process_of(replace(told, usage=usage), cores=2)
    possible, _ = process_of(replace(told, usage=replace(usage, user_ns=99)), cores=2)
    unknown, _ = process_of(replace(told, usage=usage))
    assert contradicted is not None
    assert possible is not None
    assert unknown is not None
    assert math.isnan(contradicted.cores)
    assert contradicted.cores_whole == pytest.approx(130 / 105)
    assert possible.cores == unknown.cores == 1


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
