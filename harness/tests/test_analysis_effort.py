from __future__ import annotations

from dataclasses import replace

from pyrometer.analysis.effort import efforts_of, seconds
from pyrometer.analysis.gather import Gathered
from pyrometer.model import Usage, Verdict
from tests.synthetic import Scale, synthetic_run

SECOND = Usage(wall_ns=10**9, user_ns=0, system_ns=0, peak_bytes=0)


def test_seconds_are_summed_per_row_suite_and_timed_case() -> None:
    run, outcomes = synthetic_run(
        ("cpython-3.11", "pypy-8.0"), ("micro/float_loop", "language/strings"),
        scale=Scale(processes=3, samples=5),
    )  # fmt: skip
    outcomes = [replace(outcome, usage=SECOND) for outcome in outcomes]
    efforts = efforts_of(Gathered.of(run, outcomes))
    assert [(one.row, one.suite, one.wall_s, dict(one.cell_s)) for one in efforts] == [
        (row, suite, wall_s, cell_s)
        for row in ("cpython-3.11", "pypy-8.0")
        for suite, wall_s, cell_s in (
            ("micro", 4.0, {("micro/float_loop", "medium"): 4.0}),
            ("language", 1.0, {}),
        )
    ]
    assert seconds(outcomes) == 10.0


def test_a_job_that_was_repeated_counts_once_and_one_that_did_not_run_not_at_all() -> None:
    run, outcomes = synthetic_run(("cpython-3.11", "cpython-3.13"), ("language/strings",))
    again = replace(outcomes[0], usage=SECOND)
    efforts = efforts_of(Gathered.of(run, [*outcomes, again]))
    assert {one.row: one.wall_s for one in efforts} == {"cpython-3.11": 1.0, "cpython-3.13": 0.0}


def test_last_words_are_of_those_that_left_any() -> None:
    run, (outcome,) = synthetic_run(("cpython-3.11",), ("language/strings",))
    died = replace(outcome, ending=Verdict.CRASHED, stderr_tail="Fatal")
    (effort,) = efforts_of(Gathered.of(run, [died]))
    assert effort.last_words == {outcome.job.id: "Fatal"}
    (effort,) = efforts_of(Gathered.of(run, [outcome]))
    assert effort.last_words == {}
