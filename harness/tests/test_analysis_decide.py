"""The whole of a run decided: the synthetic run has one of everything."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import pytest

from pyrometer.analysis.decide import Basis, choose_baseline, decide
from pyrometer.analysis.findings import Cell, Claim, Course, Report, Summary
from pyrometer.errors import Mistake
from pyrometer.model import Outcome, Run, Verdict
from tests.synthetic import CASES, KNOWN, MISSING, ROWS, synthetic_run

GONE = next(iter(MISSING))


@pytest.fixture(scope="module")
def made() -> tuple[Run, list[Outcome]]:
    return synthetic_run()


@pytest.fixture(scope="module")
def report(made: tuple[Run, list[Outcome]]) -> Report:
    return decide(*made, warnings=["the machine was busy"])


def cell(report: Report, row: str, case: str) -> Cell:
    return next(cell for cell in report.cells if (cell.row, cell.case) == (row, case))


def summary(report: Report, row: str, suite: str) -> Summary:
    return next(found for found in report.summaries if (found.row, found.suite) == (row, suite))


def test_every_row_has_every_timed_case(report: Report) -> None:
    timed = [case for case in CASES if case.startswith(("micro", "programs", "startup"))]
    assert {(one.row, one.case) for one in report.cells} == {(r, c) for r in ROWS for c in timed}
    assert len(report.cells) == len(ROWS) * len(timed)


def test_a_missing_row_is_told_and_is_no_surprise(report: Report) -> None:
    found = cell(report, GONE, "micro/float_loop")
    assert (found.verdict, found.expected) == (Verdict.NOT_RUN, True)
    assert found.reason == MISSING[GONE]
    assert all(one.row != GONE for one in report.summaries)
    assert f"{GONE} could not be had: {MISSING[GONE]}" in report.warnings
    assert not any(GONE in line for line in report.unexpected)


def test_the_one_without_a_steady_state(report: Report) -> None:
    found = cell(report, "pypy-8.0", "programs/slow_warmup")
    assert (found.verdict, found.withheld) == (Verdict.PASS, "no steady state")
    assert found.speed is None
    assert found.first is not None
    assert found.total is not None
    assert found.timing is not None
    assert found.timing.settling.courses == {Course.UNSTEADY: 8}
    assert math.isnan(found.timing.value_ns)
    assert found.timing.first_ns > 0
    assert [one.withheld for one in report.cells].count("no steady state") == 1
    assert summary(report, "pypy-8.0", "programs").missing == {
        "programs/slow_warmup": "no steady state"
    }


def test_the_one_unexpected(report: Report) -> None:
    check = "language/generators::test_close"
    assert report.unexpected == (
        f"cpython-3.15+jit: {check}: crashed: killed by SIGSEGV in {check}",
    )


def test_the_one_known_to_differ(report: Report) -> None:
    found = [item for item in report.items if item.verdict is Verdict.DIFFERS]
    assert [(item.row, item.check, item.expected, item.known) for item in found] == [
        ("pypy-8.0", "test_huge_text", True, KNOWN)
    ]


def test_an_unsupported_bench_is_missing_from_the_summary(report: Report) -> None:
    found = summary(report, "cpython-3.9", "programs")
    assert found.cases == 3
    assert list(found.missing) == ["programs/pattern_match"]
    assert found.missing["programs/pattern_match"].startswith("unsupported: SkipTest")


def test_speed_is_above_one_for_the_faster(report: Report) -> None:
    slow, fast = summary(report, "cpython-3.9", "micro"), summary(report, "pypy-8.0", "micro")
    assert slow.ratio.claim is Claim.SLOWER
    assert slow.ratio.ratio < 0.9
    assert fast.ratio.claim is Claim.FASTER
    assert fast.ratio.ratio > 2
    assert fast.like_low < fast.ratio.low
    assert fast.leave_one_out_low < fast.ratio.ratio < fast.leave_one_out_high
    assert fast.cores == pytest.approx(1.04, abs=1e-3)


def test_a_first_call_is_slower_on_a_jit_than_its_steady_state(report: Report) -> None:
    found = cell(report, "pypy-8.0", "programs/raytrace")
    assert found.first is not None
    assert found.total is not None
    assert found.speed is not None
    assert found.first.ratio < found.total.ratio < found.speed.ratio
    assert found.timing is not None
    assert found.timing.curve is not None
    assert found.timing.curve.median_ns[0] > 5 * found.timing.curve.median_ns[-1]


def test_what_compiles_overtakes_a_run_before_it_has_paid_back(report: Report) -> None:
    found = cell(report, "pypy-8.0", "programs/raytrace")
    assert found.faster_from is not None
    assert found.paid_back is not None
    assert 0 < found.faster_from.at_s < found.paid_back.at_s < found.paid_back.within_s
    assert found.faster_from.reached == found.faster_from.processes == 8
    plain = cell(report, "cpython-3.15", "programs/raytrace")
    assert plain.timing is not None
    assert (plain.timing.curve, plain.faster_from, plain.paid_back) == (None, None, None)


def test_the_baseline_overtakes_nobody_but_has_a_curve(made: tuple[Run, list[Outcome]]) -> None:
    found = cell(decide(*made, baseline="pypy-8.0"), "pypy-8.0", "micro/integer_loop")
    assert found.timing is not None
    assert found.timing.curve is not None
    assert (found.faster_from, found.paid_back) == (None, None)


def test_a_second_core_is_not_free_by_cpu_time(report: Report) -> None:
    found = summary(report, "pypy-8.0", "micro")
    assert found.cpu is not None
    assert found.cpu.ratio == pytest.approx(found.ratio.ratio * 0.998 / 1.04, rel=1e-3)
    one = cell(report, "pypy-8.0", "micro/integer_loop")
    assert one.cpu is not None
    assert one.speed is not None
    assert one.cpu.ratio < one.speed.ratio
    assert (one.cpu.processes, one.cpu.baseline_processes) == (8, 8)


def test_without_a_cpu_clock_on_one_side_there_is_no_ratio_of_cpu_times() -> None:
    run, outcomes = synthetic_run(("cpython-3.11", "pypy-8.0"), ("micro/integer_loop",))
    blind = [
        replace(outcome, facts={**outcome.facts, "cpu_clock": "time_ns"})
        if outcome.job.row == "pypy-8.0"
        else outcome
        for outcome in outcomes
    ]
    found = summary(decide(run, blind), "pypy-8.0", "micro")
    assert found.cpu is None
    assert math.isnan(found.cores)
    assert found.ratio.ratio > 1


def test_alternatives_are_the_summaries_of_the_report_that_they_would_head(
    made: tuple[Run, list[Outcome]],
) -> None:
    basis = Basis.of(*made)
    assert repr(basis.summaries("pypy-8.0")) == repr(basis.report(baseline="pypy-8.0").summaries)


def test_telling_cases_are_of_rows_that_compile(report: Report) -> None:
    assert set(report.telling) == {"micro", "programs"}
    assert len(report.telling["programs"]) == 4


def test_the_baseline_is_one(report: Report) -> None:
    assert report.baseline == "cpython-3.11"
    for suite in ("micro", "programs", "startup"):
        found = summary(report, "cpython-3.11", suite)
        assert (found.ratio.low, found.ratio.ratio, found.ratio.high) == (1, 1, 1)


def test_start_up_has_a_metric_of_its_own(report: Report) -> None:
    metrics = [found.metric for found in report.summaries]
    assert metrics == sorted(metrics, key=["wall", "start"].index)
    assert summary(report, "pypy-8.0", "startup").metric == "start"
    assert summary(report, "pypy-8.0", "startup").ratio.claim is Claim.SLOWER


def test_counts_add_up(report: Report) -> None:
    for found in report.conformance:
        assert set(found.counts) == set(Verdict)
    language = {one.row: one for one in report.conformance if one.suite == "language"}
    assert list(language) == list(ROWS)
    assert {sum(one.counts.values()) for one in language.values()} == {9}
    assert language["cpython-3.15+jit"].counts[Verdict.CRASHED] == 1
    assert language["cpython-3.15+jit"].unexpected == 1
    assert language["cpython-3.9"].counts[Verdict.UNSUPPORTED] == 1
    assert language[GONE].counts[Verdict.NOT_RUN] == 9


def test_costs(report: Report) -> None:
    costs = {cost.row: cost for cost in report.costs}
    assert list(costs) == list(ROWS)
    assert costs[GONE].start_ns is None
    assert costs[GONE].build_s is None
    assert costs[GONE].imports == {}
    pypy = costs["pypy-8.0"]
    assert pypy.fetch_s is not None
    assert pypy.build_s is not None
    assert pypy.size_bytes is not None
    assert pypy.start_ns is not None
    assert pypy.start_ns.value == pytest.approx(60e6, rel=0.05)
    assert pypy.start_ns.count == 24
    assert pypy.peak_bytes is not None
    assert pypy.peak_bytes.value == pytest.approx(70e6, rel=0.05)
    assert pypy.peak_bytes.count == 8
    assert set(pypy.imports) == {"startup/empty", "startup/import_cli", "startup/import_data"}
    assert "startup/empty" not in pypy.bytecode
    assert 0.9 < pypy.bytecode["startup/import_cli"] < 1


def test_verifying_processes_cost_nothing(made: tuple[Run, list[Outcome]], report: Report) -> None:
    run, outcomes = made
    start = next(one for one in outcomes if one.job.kind == "startup" and one.usage)
    assert start.usage is not None
    verifying = replace(
        start,
        job=replace(start.job, round=-1),
        usage=replace(start.usage, first_line_ns=10**12, peak_bytes=10**12),
    )
    assert decide(run, [*outcomes, verifying]).costs == report.costs


def test_warnings_of_the_caller_come_first(report: Report) -> None:
    assert report.warnings[0] == "the machine was busy"


def test_complete_when_every_job_has_an_outcome(made: tuple[Run, list[Outcome]]) -> None:
    run, outcomes = made
    whole, cut = decide(run, outcomes), decide(run, outcomes[:-3])
    assert (whole.complete, cut.complete) == (True, False)
    assert (whole.outcomes, cut.outcomes) == (len(outcomes), len(outcomes) - 3)
    assert whole.duration_s > cut.duration_s > 0


def test_same_inputs_equal_report(made: tuple[Run, list[Outcome]], report: Report) -> None:
    run, outcomes = made
    assert repr(decide(run, outcomes, warnings=["the machine was busy"])) == repr(report)


def test_the_order_of_recording_does_not_matter(
    made: tuple[Run, list[Outcome]], report: Report
) -> None:
    run, outcomes = made
    shuffled = random.Random(3).sample(outcomes, len(outcomes))
    assert repr(decide(run, shuffled).cells) == repr(report.cells)
    assert decide(run, shuffled).items == report.items


def test_a_resumed_run_repeats_jobs_and_the_last_word_counts(
    made: tuple[Run, list[Outcome]], report: Report
) -> None:
    run, outcomes = made
    crashed = [
        replace(one, ending=Verdict.CRASHED, reason="killed", samples=()) for one in outcomes[:40]
    ]
    again = decide(run, [*crashed, *outcomes])
    assert repr(again.cells) == repr(report.cells)
    assert again.outcomes == report.outcomes


def test_nan_and_zero_times_never_reach_a_figure(made: tuple[Run, list[Outcome]]) -> None:
    run, outcomes = made
    broken = [
        replace(
            one,
            samples=tuple(
                replace(sample, wall_ns=(0, -1, math.nan, math.inf)[number % 4])  # type: ignore[arg-type]
                if number % 5 == 0
                else sample
                for number, sample in enumerate(one.samples)
            ),
        )
        for one in outcomes
    ]
    found = cell(decide(run, broken), "pypy-8.0", "micro/float_loop")
    whole = cell(decide(run, outcomes), "pypy-8.0", "micro/float_loop")
    assert found.speed is not None
    assert whole.speed is not None
    assert found.speed.ratio == pytest.approx(whole.speed.ratio, rel=0.01)
    assert any("no usable time" in told for told in found.warnings)


def test_another_baseline_turns_the_ratios(made: tuple[Run, list[Outcome]], report: Report) -> None:
    other = decide(*made, baseline="pypy-8.0")
    one = cell(report, "pypy-8.0", "micro/float_loop").speed
    back = cell(other, "cpython-3.11", "micro/float_loop").speed
    assert one is not None
    assert back is not None
    assert back.ratio == pytest.approx(1 / one.ratio)
    assert back.low == pytest.approx(1 / one.high, rel=2e-3)  # its family has a level of its own
    assert back.welch_low == pytest.approx(1 / one.welch_high)


def test_a_baseline_that_is_not_there_is_a_mistake(made: tuple[Run, list[Outcome]]) -> None:
    with pytest.raises(Mistake, match=r"no row 'cpython-2\.7'.*pypy-8\.0"):
        decide(*made, baseline="cpython-2.7")


def test_a_missing_baseline_leaves_no_speed(made: tuple[Run, list[Outcome]]) -> None:
    found = decide(*made, baseline=GONE)
    assert all(one.speed is None for one in found.cells)
    assert all(math.isnan(one.ratio.ratio) for one in found.summaries)
    assert f"the baseline {GONE} could not be had: there is no speed to show" in found.warnings


@pytest.mark.parametrize(
    ("rows", "chosen"),
    [
        (("pypy-8.0", "cpython-3.14", "cpython-3.11"), "cpython-3.11"),
        (("pypy-8.0", "cpython-3.14"), "cpython-3.14"),
        (("cpython-3.13", "pypy-8.0"), "pypy-8.0"),
        (("cpython-3.13",), "cpython-3.13"),
    ],
)
def test_the_usual_baseline(rows: tuple[str, ...], chosen: str) -> None:
    run, _ = synthetic_run(rows=rows, cases=("micro/float_loop",))
    assert choose_baseline(run, None) == chosen


def test_without_the_reference_values_are_not_compared_and_that_is_told() -> None:
    found = decide(*synthetic_run(rows=("cpython-3.11", "pypy-8.0")))
    assert found.unexpected == ()
    assert any("reference cpython-3.14 was not measured" in told for told in found.warnings)
    assert any("no checksum of the reference" in told for told in found.cells[0].warnings)


def test_an_empty_run_is_an_empty_report() -> None:
    run, _ = synthetic_run(rows=("cpython-3.11",), cases=())
    found = decide(run, [])
    assert (found.cells, found.items, found.summaries) == ((), (), ())
