"""The pace of the machine: the fixed work, what the host takes, and what is told of both."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pyrometer.analysis.decide import decide
from pyrometer.analysis.pace import LEAST, pace
from pyrometer.execute import spin
from pyrometer.model import Outcome, Run
from pyrometer.report.page import pace_facts
from tests.synthetic import Scale, synthetic_run

ROWS = ("cpython-3.11", "cpython-3.14")
CASES = tuple(f"micro/made_up_{number}" for number in range(6))
USUAL_NS = 1_000_000


def timed(slow: Callable[[int, Outcome], float]) -> tuple[Run, list[Outcome]]:
    """A run in whose n-th process the fixed work took so many times as long as usual."""
    rng = np.random.default_rng(3)
    run, outcomes = synthetic_run(ROWS, CASES, scale=Scale(processes=8, samples=30))
    order = [outcomes[at] for at in rng.permutation(len(outcomes))]
    return run, [
        replace(one, spin_ns=round(USUAL_NS * slow(at, one) * math.exp(rng.normal(0, 0.01))))
        if one.job.round >= 0
        else one
        for at, one in enumerate(order)
    ]


def test_an_even_machine_is_told_and_doubted_nowhere() -> None:
    run, outcomes = timed(lambda _at, _one: 1.0)
    report = decide(run, outcomes)
    assert report.pace is not None
    assert report.pace.changes == ()
    assert report.pace.low_ns < report.pace.median_ns < report.pace.high_ns
    assert report.pace.median_ns == pytest.approx(USUAL_NS, rel=0.01)
    assert not any("slower" in line for cell in report.cells for line in cell.warnings)
    facts = dict(pace_facts(report.pace))
    assert facts["changes of pace"] == "none"
    assert facts["taken by the host"] == "unknown"
    assert facts["slowed down for heat"] == "unknown"


def test_a_machine_that_slows_down_in_mid_run_is_noticed_once() -> None:
    run, outcomes = timed(lambda at, _one: 1.4 if at > 60 else 1.0)
    report = decide(run, outcomes)
    assert report.pace is not None
    ((_, times),) = report.pace.changes
    assert times == pytest.approx(1.4, rel=0.02)
    assert any("the machine changed its pace at" in line for line in report.warnings)


def test_the_doubt_is_at_the_cells_that_met_it() -> None:
    run, outcomes = timed(
        lambda _at, one: 1.3 if one.job.cases == (CASES[2],) and one.job.round < 4 else 1.0
    )
    told = {
        cell.case
        for cell in decide(run, outcomes).cells
        if any("began while the machine was more than 10% slower" in w for w in cell.warnings)
    }
    assert told == {CASES[2]}


def test_time_that_the_host_takes_is_told_too() -> None:
    run, outcomes = timed(lambda _at, _one: 1.0)
    robbed = [replace(one, steal=0.05 if one.job.cases == (CASES[0],) else 0.0) for one in outcomes]
    report = decide(run, robbed)
    assert report.pace is not None
    assert report.pace.steal == pytest.approx(0.05 / len(CASES), rel=0.2)
    told = {c.case for c in report.cells if any("to its host" in line for line in c.warnings)}
    assert told == {CASES[0]}


def test_heat_is_told_too() -> None:
    run, outcomes = timed(lambda _at, _one: 1.0)
    hot = [replace(one, throttled=3 * (one.job.cases == (CASES[1],))) for one in outcomes]
    report = decide(run, hot)
    told = {c.case for c in report.cells if any("for heat" in line for line in c.warnings)}
    assert told == {CASES[1]}
    assert dict(pace_facts(report.pace))["slowed down for heat"] == "during 16 processes"
    cool = decide(run, [replace(one, throttled=0) for one in outcomes])
    assert dict(pace_facts(cool.pace))["slowed down for heat"] == "never"


def test_a_run_without_it_says_nothing() -> None:
    run, outcomes = synthetic_run(ROWS, CASES, scale=Scale(processes=2, samples=30))
    assert decide(run, outcomes).pace is None
    assert pace([replace(one, spin_ns=1) for one in outcomes][: LEAST - 1]) is None
    assert pace_facts(None) == []


def test_the_work_takes_time_and_the_kernel_tells_what_was_taken(tmp_path: Path) -> None:
    assert spin.spin_ns() > 0
    stat = tmp_path / "stat"
    stat.write_text("cpu  100 0 50 800 0 0 0 10 0 0\ncpu0 1 1 1 1 1 1 1 1 1 1\n")
    steal = spin.Steal(stat)
    assert steal.share() is None  # no tick has passed
    stat.write_text("cpu  150 0 50 840 0 0 0 20 0 0\n")
    assert steal.share() == pytest.approx(0.1)
    assert spin.Steal(tmp_path / "none").share() is None


def test_the_kernel_counts_what_heat_does(tmp_path: Path) -> None:
    counters = [tmp_path / f"cpu{number}" / "thermal_throttle" for number in (0, 1)]
    for counter in counters:
        counter.mkdir(parents=True)
        (counter / "core_throttle_count").write_text("7\n")
        (counter / "core_throttle_total_time_ms").write_text("9\n")
    heat = spin.Throttling(tmp_path)
    assert heat.events() == 0
    (counters[1] / "core_throttle_count").write_text("9\n")
    assert heat.events() == 2
    (counters[0] / "core_throttle_count").write_text("?")
    assert heat.events() is None
    assert spin.Throttling(tmp_path / "none").events() is None


def test_timed_processes_run_where_the_machine_keeps_processors_free(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from pyrometer.execute import machine
    from pyrometer.execute import run as execution
    from pyrometer.model import Job, Verdict

    seen: list[tuple[str, tuple[int, ...]]] = []

    def run_job(job: Job, *_rest: object) -> Outcome:
        seen.append((job.suite, _rest[-1]))  # type: ignore[arg-type]
        return Outcome(job=job, interpreter="", ending=Verdict.PASS)

    monkeypatch.setattr(machine, "isolated_processors", lambda: (2, 3))
    monkeypatch.setattr(execution, "run_job", run_job)
    names = ("micro", "crowd", "checks")
    setting = execution.Setting(
        targets=dict.fromkeys("a"),  # type: ignore[arg-type]
        missing={},
        roots=dict.fromkeys(names, Path("/")),
        parallel=frozenset({"crowd"}),
    )
    kinds = {"micro": "bench", "crowd": "bench", "checks": "check"}
    for suite, kind in kinds.items():
        job = Job(row="a", suite=suite, kind=kind, cases=(f"{suite}/x",))  # type: ignore[arg-type]
        (found,) = execution._run_at_once([job], setting, 1, lambda: False)
        assert (found.spin_ns > 0) == (kind == "bench")
    assert seen == [("micro", (2, 3)), ("crowd", ()), ("checks", ())]
