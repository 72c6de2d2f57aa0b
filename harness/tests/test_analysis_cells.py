"""Cells as measured, held against a baseline, and the figures of one cell."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from pyrometer.analysis.against import Against, against, figure, timing_of
from pyrometer.analysis.cells import Measured, measure
from pyrometer.analysis.findings import Claim, Course
from pyrometer.analysis.gather import Gathered, Key
from pyrometer.model import Job, Outcome, Run, Sample, Usage, Verdict
from tests.synthetic import synthetic_run

A = "cpython-3.11"
B = "cpython-3.14"
CASE = "micro/float_loop"
STEADY = [1.0] * 20
WARMING = list(1 + 3 * np.exp(-np.arange(20) / 8))
UNSTEADY = Course.UNSTEADY.value


def head(*cases: str) -> Run:
    run, _ = synthetic_run(rows=(A, B), cases=cases or (CASE,))
    return replace(run, job_ids=(), known=())


def process(
    row: str, number: int, per_run: Sequence[float], *, loops: int = 1, checksum: int = 7
) -> Outcome:
    """Times in microseconds, with a small spread over the rounds."""
    job = Job(row=row, suite="micro", kind="bench", cases=(CASE,), size="small", round=number)
    samples = tuple(
        Sample(
            case=CASE,
            loops=loops,
            wall_ns=int(time * 1e6 * loops * (1 + number / 1000)),
            cpu_ns=int(time * 2e6 * loops * (1 + number / 1000)),
            checksum=checksum,
        )
        for time in per_run
    )
    return Outcome(job=job, interpreter="", ending=Verdict.PASS, samples=samples)


def cells(*outcomes: Outcome, run: Run | None = None) -> dict[Key, Measured]:
    return measure(Gathered.of(run or head(), outcomes))


def side(row: str, *series: Sequence[float]) -> list[Outcome]:
    return [process(row, number, one) for number, one in enumerate(series)]


def held(a: list[Outcome], b: list[Outcome]) -> Against:
    found = cells(*a, *b)
    return against(found[Key(A, CASE, "small")], found[Key(B, CASE, "small")])


def test_half_the_time_is_twice_the_speed() -> None:
    found = held(side(A, STEADY, STEADY, STEADY), side(B, *([[0.5] * 20] * 3)))
    assert found.withheld == ""
    for ratio in (found.speed, found.first, found.total):
        assert ratio is not None
        assert ratio.ratio == pytest.approx(2, rel=1e-3)
        assert ratio.claim is Claim.FASTER
        assert (ratio.processes, ratio.baseline_processes) == (3, 3)


def test_more_than_a_third_without_a_steady_state_withhold_the_headline_only() -> None:
    two_of_three = side(B, WARMING, WARMING, STEADY)
    found = held(side(A, STEADY, STEADY, STEADY), two_of_three)
    assert found.withheld == UNSTEADY
    assert found.speed is None
    assert found.log is None
    assert found.first is not None
    assert found.first.ratio == pytest.approx(4 ** (-2 / 3), rel=1e-2)
    assert found.total is not None
    assert found.total.ratio < 1


def test_one_of_three_without_a_steady_state_is_a_warning() -> None:
    a, b = side(A, STEADY, STEADY, STEADY), side(B, WARMING, STEADY, STEADY)
    assert held(a, b).speed is not None
    cell = cells(*a, *b)[Key(B, CASE, "small")]
    assert cell.warnings == ("1 of 3 processes had no steady state",)


def test_without_a_steady_state_there_is_no_time_once_warm() -> None:
    cell = cells(*side(B, WARMING, WARMING))[Key(B, CASE, "small")]
    timing = timing_of(cell)
    assert timing is not None
    once_warm = (timing.value_ns, timing.low_ns, timing.high_ns, timing.cpu_ns, timing.cores)
    assert all(math.isnan(one) for one in once_warm)
    assert timing.first_ns == pytest.approx(4e6, rel=1e-2)
    assert timing.cores_whole == pytest.approx(2)
    assert timing.settling.courses == {Course.UNSTEADY: 2}


def test_too_few_samples_withhold_only_what_compiles_while_it_runs() -> None:
    run = head()
    rows = tuple(replace(row, facts=replace(row.facts, jit=True)) if row.facts else row
                 for row in run.rows)  # fmt: skip
    outcomes = side(B, STEADY, STEADY)
    plain = cells(*outcomes)[Key(B, CASE, "small")]
    compiling = cells(*outcomes, run=replace(run, rows=rows))[Key(B, CASE, "small")]
    assert plain.count(Course.TOO_FEW) == compiling.count(Course.TOO_FEW) == 2
    assert (plain.unsteady, compiling.unsteady) == ("", "too few samples")
    enough = cells(*side(B, STEADY * 2, STEADY * 2), run=replace(run, rows=rows))
    assert enough[Key(B, CASE, "small")].unsteady == ""


def test_a_baseline_without_a_steady_state_withholds_the_others() -> None:
    found = held(side(A, WARMING, WARMING), side(B, STEADY, STEADY))
    assert found.withheld == f"baseline {UNSTEADY}"
    assert found.speed is None
    assert found.total is not None


def test_no_speed_for_wrong_results() -> None:
    wrong = [process(B, number, STEADY, checksum=8) for number in range(3)]
    right = [process(A, number, STEADY) for number in range(3)]
    run = replace(head(), reference=A)
    found = cells(*right, *wrong, run=run)
    a, b = found[Key(A, CASE, "small")], found[Key(B, CASE, "small")]
    assert against(a, b) == Against(withheld="differs")
    assert against(b, a) == Against(withheld="baseline differs")


def test_one_process_has_no_interval_and_no_ratio() -> None:
    found = held(side(A, STEADY, STEADY), side(B, STEADY))
    assert (found.speed, found.withheld) == (None, "one process: no interval")


def test_not_timed_at_all_says_so() -> None:
    found = cells(*side(A, STEADY, STEADY), process(B, -1, [1.0]))
    assert against(found[Key(A, CASE, "small")], found[Key(B, CASE, "small")]) == Against(
        withheld="not timed"
    )


def test_without_a_baseline_there_is_nothing_to_hold_against() -> None:
    found = cells(*side(B, STEADY, STEADY))
    assert against(None, found[Key(B, CASE, "small")]).withheld == "no baseline"
    gone = against(found[Key(A, CASE, "small")], found[Key(B, CASE, "small")])
    assert gone.withheld == "baseline not run"


def test_the_baseline_is_one_by_definition() -> None:
    cell = cells(*side(A, STEADY, STEADY))[Key(A, CASE, "small")]
    found = against(cell, cell)
    assert found.speed is not None
    assert (found.speed.low, found.speed.ratio, found.speed.high) == (1, 1, 1)
    assert found.speed.claim is Claim.NO_DIFFERENCE


def test_verifying_processes_are_never_timed() -> None:
    found = cells(process(A, -1, [99.0]), *side(A, STEADY, STEADY))[Key(A, CASE, "small")]
    assert [one.round for one in found.processes] == [0, 1]


def test_total_is_over_equal_work() -> None:
    """Ten runs are what both sides completed: 10 against 3 + 9."""
    fast_later = [3.0] + [1.0] * 19
    a = [process(A, number, [1.0] * 10) for number in range(3)]
    b = [process(B, number, fast_later) for number in range(3)]
    found = held(a, b)
    assert found.total is not None
    assert found.total.ratio == pytest.approx(10 / 12, rel=1e-3)


def test_a_process_that_died_is_not_timed() -> None:
    dead = replace(process(B, 2, [50.0] * 20), ending=Verdict.CRASHED, reason="SIGSEGV")
    cell = cells(*side(B, STEADY, STEADY), dead)[Key(B, CASE, "small")]
    assert len(cell.processes) == 2
    assert cell.withheld == "crashed"


def test_processes_that_did_not_run_are_counted() -> None:
    absent = replace(process(B, 2, []), ending=Verdict.NOT_RUN, reason="out of time")
    cell = cells(*side(B, STEADY, STEADY), absent)[Key(B, CASE, "small")]
    assert "1 of 3 processes did not run" in cell.warnings
    assert cell.withheld == ""


def test_unusable_samples_are_told_with_their_round() -> None:
    broken = process(B, 1, [0.0, *STEADY])
    cell = cells(process(B, 0, STEADY), broken)[Key(B, CASE, "small")]
    assert "round 1: 1 of 21 samples had no usable time" in cell.warnings
    timing = timing_of(cell)
    assert timing is not None
    assert timing.first_ns == pytest.approx(1e6)
    assert timing.value_ns == pytest.approx(1e6, rel=1e-2)


@pytest.mark.parametrize(
    ("count", "words"), [(1, "1 sample a process"), (8, "8 samples a process")]
)
def test_too_few_samples_to_see_a_trend_are_told(count: int, words: str) -> None:
    cell = cells(*side(B, [1.0] * count, [1.0] * count))[Key(B, CASE, "small")]
    assert cell.warnings[0].startswith(words)


def test_figures_of_a_cell() -> None:
    cell = cells(*side(B, [4.0, *STEADY], [4.0, *STEADY]))[Key(B, CASE, "small")]
    timing = timing_of(cell)
    assert timing is not None
    assert timing.low_ns < timing.value_ns < timing.high_ns
    assert timing.value_ns == pytest.approx(1e6, rel=1e-2)
    assert timing.first_ns == pytest.approx(4e6, rel=1e-2)
    assert timing.total_ns == pytest.approx(24e6 / 21, rel=1e-2)
    assert timing.cores == pytest.approx(2)
    assert (timing.processes, timing.samples, timing.runs) == (2, 42, 21)
    assert timing.cpu_ns == pytest.approx(2e6, rel=1e-2)
    assert timing.cores_whole == pytest.approx(2)


def test_a_figure_is_a_geometric_mean_with_a_t_interval() -> None:
    found = figure([1.0, 4.0])
    assert found is not None
    assert found.value == pytest.approx(2)
    assert found.high / found.value == pytest.approx(found.value / found.low)
    half = 12.706205 * math.log(2)  # t(.975, 1) times the standard error
    assert math.log(found.high / found.value) == pytest.approx(half, rel=1e-6)


def test_a_figure_of_one_value_has_no_interval_and_of_none_is_none() -> None:
    found = figure([3.0, 0.0, math.inf])
    assert found is not None
    assert found.value == pytest.approx(3)
    assert found.count == 1
    assert math.isnan(found.low)
    assert figure([]) is None


def test_start_up_is_from_the_start_to_the_end_of_the_import() -> None:
    job = Job(row=A, suite="startup", kind="startup", cases=("startup/empty",), round=0)
    usage = Usage(wall_ns=100, user_ns=40, system_ns=10, peak_bytes=1, first_line_ns=30)
    started = Outcome(job=job, interpreter="", ending=Verdict.PASS, usage=usage,
                      facts={"import_ns": "12"})  # fmt: skip
    silent = replace(started, job=replace(job, round=1), facts={})
    cell = cells(started, silent, run=head("startup/empty"))[Key(A, "startup/empty")]
    assert [one.value_ns for one in cell.processes] == [42]
    assert cell.processes[0].cores == pytest.approx(0.5)
    assert cell.warnings == ("round 1: its start was not timed",)


@pytest.mark.parametrize("noise", [0.01, 0.05])
def test_flat_noise_is_hardly_ever_withheld(noise: float) -> None:
    rng = np.random.default_rng(11)
    alarms = 0
    for _ in range(60):
        series = [np.exp(rng.normal(0, noise, 60)).tolist() for _ in range(5)]
        alarms += bool(cells(*side(B, *series))[Key(B, CASE, "small")].unsteady)
    assert alarms == 0
