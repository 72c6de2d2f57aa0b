"""What is said of one statement, decided from made-up outcomes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from pyrometer.analysis.statement import StatementReport, StatementRow, decide_statement
from pyrometer.errors import Mistake
from pyrometer.model import Outcome, Run, Verdict
from tests.synthetic import REFERENCE, synthetic_run

ROWS = ("cpython-3.9", "cpython-3.11", REFERENCE, "pypy-8.0")
Change = Callable[[Outcome], Outcome]


def made(*changes: Change, rows: tuple[str, ...] = ROWS) -> tuple[Run, list[Outcome]]:
    """A run of one case; each change is applied to every outcome."""
    run, outcomes = synthetic_run(rows=rows, cases=("micro/integer_loop",))
    for change in changes:
        outcomes = [change(outcome) for outcome in outcomes]
    return run, outcomes


def on(row: str, change: Change) -> Change:
    return lambda outcome: change(outcome) if outcome.job.row == row else outcome


def crash(outcome: Outcome) -> Outcome:
    reason = "exit status 1 in timeit/statement: ValueError: no"
    return replace(outcome, ending=Verdict.CRASHED, reason=reason, samples=())


def lasting(ns: float, empty_ns: float) -> Change:
    """Every loop takes as long, and an empty one what is said."""

    def change(outcome: Outcome) -> Outcome:
        loops = 10**8
        samples = [replace(one, loops=loops, wall_ns=int(ns * loops)) for one in outcome.samples]
        facts = {"empty_loops": str(loops), "empty_ns": str(int(empty_ns * loops))}
        return replace(outcome, samples=tuple(samples), facts=facts)

    return change


def row_of(report: StatementReport, name: str) -> StatementRow:
    return next(row for row in report.rows if row.row == name)


def test_the_reference_is_the_baseline_while_it_has_a_time() -> None:
    assert decide_statement(*made()).baseline == REFERENCE
    report = decide_statement(*made(on(REFERENCE, crash)))
    assert report.baseline == "cpython-3.9"
    assert row_of(report, "cpython-3.11").speed is not None
    assert not any("reference" in told for row in report.rows for told in row.warnings)


def test_a_baseline_that_was_asked_for_is_kept_though_it_has_no_time() -> None:
    report = decide_statement(*made(on(REFERENCE, crash)), baseline=REFERENCE)
    assert report.baseline == REFERENCE
    assert row_of(report, "cpython-3.11").withheld == "baseline crashed"
    with pytest.raises(Mistake, match="no row 'jython'"):
        decide_statement(*made(), baseline="jython")


def test_a_statement_that_fails_on_one_row_is_told_there_alone() -> None:
    report = decide_statement(*made(on("cpython-3.9", crash)))
    assert report.failed
    assert row_of(report, "cpython-3.9").reason.endswith("ValueError: no")
    assert [row.row for row in report.rows if row.speed] == list(ROWS[1:])


def test_a_row_that_failed_in_one_process_has_no_time() -> None:
    def once(outcome: Outcome) -> Outcome:
        return crash(outcome) if outcome.job.round == 7 else outcome

    row = row_of(decide_statement(*made(on("cpython-3.9", once))), "cpython-3.9")
    assert row.reason.startswith("1 of 9 processes: ")
    assert row.timing is not None
    assert row.steady is None


def test_a_row_that_could_not_be_had_is_no_failure() -> None:
    report = decide_statement(*made(rows=("cpython-3.11", "cpython-3.13")))
    assert row_of(report, "cpython-3.13").verdict is Verdict.NOT_RUN
    assert not report.failed


@pytest.mark.parametrize(
    ("ns", "empty_ns", "told"),
    [
        (0.01, 0.01, "less than a clock cycle"),
        (1.0, 0.9, "hardly more than an empty loop"),
        (1.0, 1.1, "hardly more than an empty loop"),
        (1.0, 0.7, ""),
        (1.0, 0.0, ""),
    ],
)
def test_a_time_in_which_nothing_is_left_carries_a_warning(
    ns: float, empty_ns: float, told: str
) -> None:
    report = decide_statement(*made(on("pypy-8.0", lasting(ns, empty_ns))))
    warnings = row_of(report, "pypy-8.0").warnings
    assert any(told in one for one in warnings) if told else not warnings
    assert not row_of(report, "cpython-3.11").warnings


def test_the_empty_loop_and_the_peak_are_those_of_the_processes() -> None:
    row = row_of(decide_statement(*made(on("pypy-8.0", lasting(5, 2)))), "pypy-8.0")
    assert row.empty_loop_ns is not None
    assert row.empty_loop_ns.value == pytest.approx(2)
    assert row.peak_bytes is not None
    assert row.peak_bytes.value == pytest.approx(70e6, rel=0.1)


def test_what_still_warms_up_has_no_time_but_a_first_call() -> None:
    run, outcomes = synthetic_run(rows=ROWS, cases=("programs/slow_warmup",))
    row = row_of(decide_statement(run, outcomes), "pypy-8.0")
    assert row.withheld == "no steady state"
    assert row.steady is None
    assert row.timing is not None
    assert row.timing.first_ns > 0
