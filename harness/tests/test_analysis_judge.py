"""Verdicts of checks, probes and benches, and which of them a person must look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from pyrometer.analysis.checksums import judge_timed
from pyrometer.analysis.findings import Item
from pyrometer.analysis.gather import Gathered, Key, latest
from pyrometer.analysis.judge import judge_checks
from pyrometer.analysis.known import Judged
from pyrometer.model import (
    CheckResult,
    Job,
    KnownGap,
    MeasuredRow,
    Outcome,
    Run,
    Sample,
    Verdict,
)
from tests.synthetic import synthetic_run

REFERENCE = "cpython-3.14"
OTHER = "pypy-8.0"
LANGUAGE = "language/integers"
FEATURES = "features/concurrency"
BENCH = "micro/integer_loop"


def head(*rows: str, gaps: Sequence[KnownGap] = (), case: str = LANGUAGE) -> Run:
    run, _ = synthetic_run(rows=rows or (REFERENCE, OTHER), cases=(case,))
    return replace(run, known=tuple(gaps), job_ids=())


def gap(**fields: Any) -> KnownGap:
    usual: dict[str, Any] = {"rows": OTHER, "case": LANGUAGE, "verdict": Verdict.DIFFERS}
    return KnownGap(**{**usual, "reason": "understood", **fields})


def checked(row: str, *results: tuple[Any, ...], case: str = LANGUAGE, **fields: Any) -> Outcome:
    """Each result is (check, status) or (check, status, value or detail)."""
    suite = case.partition("/")[0]
    kind: Any = "feature" if suite == "features" else "check"
    found = []
    for check, status, *more in results:
        told: Any = {"value" if status == "pass" else "detail": more[0]} if more else {}
        found.append(CheckResult(case=case, check=check, status=status, **told))
    job = Job(row=row, suite=suite, kind=kind, cases=(case,))
    usual: dict[str, Any] = {"ending": Verdict.PASS}
    return Outcome(job=job, interpreter="", checks=tuple(found), **{**usual, **fields})


def items_of(run: Run, *outcomes: Outcome) -> dict[tuple[str, str], Item]:
    items, _ = judge_checks(Gathered.of(run, outcomes))
    return {(item.row, item.check): item for item in items}


def seen(item: Item) -> tuple[Verdict, bool]:
    return item.verdict, item.expected


@pytest.mark.parametrize(
    ("status", "verdict", "expected"),
    [
        ("pass", Verdict.PASS, True),
        ("fail", Verdict.DIFFERS, False),
        ("skip", Verdict.UNSUPPORTED, True),
        ("crashed", Verdict.CRASHED, False),
        ("timed_out", Verdict.TIMED_OUT, False),
        ("garbled", Verdict.GARBLED, False),
    ],
)
@pytest.mark.parametrize("case", [LANGUAGE, FEATURES])
def test_each_status_has_its_verdict(
    case: str, status: str, verdict: Verdict, expected: bool
) -> None:
    found = items_of(
        head(case=case), checked(REFERENCE, ("test_a", "pass"), case=case),
        checked(OTHER, ("test_a", status), case=case),
    )  # fmt: skip
    assert seen(found[OTHER, "test_a"]) == (verdict, expected)


def test_a_failure_keeps_its_detail_as_the_reason() -> None:
    found = items_of(head(), checked(OTHER, ("test_a", "fail", "line 3: assert 1 == 2")))
    assert found[OTHER, "test_a"].reason == "line 3: assert 1 == 2"


def test_a_value_must_be_the_reference_s() -> None:
    reference = checked(REFERENCE, ("test_a", "pass", "1"), ("test_b", "pass", "2"))
    found = items_of(
        head(), reference, checked(OTHER, ("test_a", "pass", "1"), ("test_b", "pass", "3"))
    )
    assert seen(found[OTHER, "test_a"]) == (Verdict.PASS, True)
    assert seen(found[OTHER, "test_b"]) == (Verdict.DIFFERS, False)
    assert found[OTHER, "test_b"].reason == "3 instead of 2"


def test_no_value_where_the_reference_has_one_differs_and_the_other_way_round() -> None:
    reference = checked(REFERENCE, ("test_a", "pass", "1"), ("test_b", "pass"))
    found = items_of(head(), reference, checked(OTHER, ("test_a", "pass"), ("test_b", "pass", "3")))
    assert found[OTHER, "test_a"].reason == "no value instead of 1"
    assert found[OTHER, "test_b"].reason == "3 instead of no value"


def test_a_long_value_is_shown_in_part() -> None:
    reference = checked(REFERENCE, ("test_a", "pass", "1"))
    found = items_of(head(), reference, checked(OTHER, ("test_a", "pass", "9" * 3000)))
    assert found[OTHER, "test_a"].verdict is Verdict.DIFFERS
    assert len(found[OTHER, "test_a"].reason) < 200


@pytest.mark.parametrize("reference", [[], [("test_a", "fail", "no")], [("test_a", "crashed")]])
def test_without_a_reference_value_it_passes_with_a_warning(reference: list[Any]) -> None:
    run = head()
    outcomes = [checked(REFERENCE, *reference), checked(OTHER, ("test_a", "pass", "1"))]
    items, warnings = judge_checks(Gathered.of(run, outcomes))
    other = next(item for item in items if item.row == OTHER)
    assert seen(other) == (Verdict.PASS, True)
    assert "not compared" in other.reason
    assert LANGUAGE in warnings[0]
    assert REFERENCE in warnings[0]


def test_probes_are_never_compared() -> None:
    reference = checked(REFERENCE, ("has_a", "pass", "1"), case=FEATURES)
    other = checked(OTHER, ("has_a", "pass", "2"), case=FEATURES)
    assert seen(items_of(head(case=FEATURES), reference, other)[OTHER, "has_a"]) == (
        Verdict.PASS,
        True,
    )


# --- known gaps ----------------------------------------------------------------------------


def test_a_known_gap_is_expected_and_attached() -> None:
    known = gap(check="test_a")
    found = items_of(head(gaps=[known]), checked(OTHER, ("test_a", "fail")))
    assert seen(found[OTHER, "test_a"]) == (Verdict.DIFFERS, True)
    assert found[OTHER, "test_a"].known is known


def test_a_known_gap_that_passes_is_unexpected() -> None:
    known = gap(check="test_a")
    found = items_of(
        head(gaps=[known]),
        checked(REFERENCE, ("test_a", "pass")),
        checked(OTHER, ("test_a", "pass")),
    )
    assert seen(found[OTHER, "test_a"]) == (Verdict.PASS, False)
    assert "known gap passes: remove it" in found[OTHER, "test_a"].reason
    assert found[OTHER, "test_a"].known is known
    assert found[REFERENCE, "test_a"].expected


@pytest.mark.parametrize(
    ("machine", "status", "verdict", "expected"),
    [
        ("aarch64", "fail", Verdict.DIFFERS, False),
        ("x86_64", "fail", Verdict.DIFFERS, True),
        ("aarch64", "pass", Verdict.PASS, True),
        ("x86_64", "pass", Verdict.PASS, False),
    ],
)
def test_a_gap_of_the_emulator_s_is_one_of_emulated_rows_alone(
    machine: str, status: str, verdict: Verdict, expected: bool
) -> None:
    run = head(gaps=[gap(emulated=True)])
    rows = [
        replace(row, facts=replace(row.facts, arch="aarch64")) if row.facts else row
        for row in run.rows
    ]
    run = replace(run, rows=tuple(rows), machine=replace(run.machine, arch=machine))
    found = items_of(run, checked(OTHER, ("test_a", status)))
    assert seen(found[OTHER, "test_a"]) == (verdict, expected)


def test_a_gap_over_a_case_lives_while_one_check_shows_it() -> None:
    known = gap()
    shown = items_of(head(gaps=[known]), checked(OTHER, ("test_a", "fail"), ("test_b", "pass")))
    assert shown[OTHER, "test_b"].expected
    assert shown[OTHER, "test_b"].known is None
    gone = items_of(head(gaps=[known]), checked(OTHER, ("test_a", "pass"), ("test_b", "pass")))
    assert not gone[OTHER, "test_b"].expected


def test_a_gap_of_another_verdict_excuses_nothing() -> None:
    found = items_of(
        head(gaps=[gap(check="test_a")]), checked(OTHER, ("test_a", "crashed", "SIGSEGV"))
    )
    assert seen(found[OTHER, "test_a"]) == (Verdict.CRASHED, False)
    assert found[OTHER, "test_a"].reason == "SIGSEGV (the known gap says differs)"


def test_of_several_gaps_the_fitting_one_counts() -> None:
    crash = gap(check="test_*", verdict=Verdict.CRASHED)
    found = items_of(head(gaps=[gap(), crash]), checked(OTHER, ("test_a", "crashed")))
    assert found[OTHER, "test_a"].known is crash
    assert found[OTHER, "test_a"].expected


def test_a_gap_says_nothing_of_a_value_that_was_not_compared() -> None:
    found = items_of(
        head(OTHER, gaps=[gap(check="test_a")]), checked(OTHER, ("test_a", "pass", "1"))
    )
    assert seen(found[OTHER, "test_a"]) == (Verdict.PASS, True)


@pytest.mark.parametrize(
    ("rows", "check", "fits"),
    [
        ("cpython-3.15+jit", "test_a[1]", True),
        ("cpython-*+jit", "test_a[?]", True),
        ("cpython-3.15", "*", False),
        ("CPYTHON-3.15+JIT", "*", False),
        ("*", "test_a1", False),
        ("*", "test_a[12]", False),
    ],
)
def test_only_star_and_question_mark_are_wild(rows: str, check: str, fits: bool) -> None:
    row = "cpython-3.15+jit"
    run = head(row, gaps=[gap(rows=rows, check=check)])
    found = items_of(run, checked(row, ("test_a[1]", "fail")))
    assert found[row, "test_a[1]"].expected is fits


# --- what is missing -----------------------------------------------------------------------


def test_every_check_seen_anywhere_is_asked_of_every_row() -> None:
    run = head(REFERENCE, OTHER, "cpython-3.13")
    found = items_of(
        run, checked(REFERENCE, ("test_a", "pass")), checked(OTHER, ("test_b", "pass"))
    )
    assert len(found) == 6
    assert seen(found[OTHER, "test_a"]) == (Verdict.NOT_RUN, False)
    assert "does not have this check" in found[OTHER, "test_a"].reason
    assert seen(found["cpython-3.13", "test_a"]) == (Verdict.NOT_RUN, True)
    assert found["cpython-3.13", "test_a"].reason.startswith("build failed")


def test_a_case_that_never_loaded_speaks_for_all_its_checks() -> None:
    reference = checked(REFERENCE, ("test_a", "pass"), ("test_b", "pass"))
    found = items_of(head(), reference, checked(OTHER, ("*", "skip", "no module named ctypes")))
    assert seen(found[OTHER, "test_a"]) == (Verdict.UNSUPPORTED, True)
    assert found[OTHER, "test_b"].reason == "no module named ctypes"
    assert (OTHER, "*") not in found


def test_a_case_that_loaded_nowhere_is_one_item() -> None:
    found = items_of(head(), checked(REFERENCE, ("*", "fail", "SyntaxError")))
    assert seen(found[REFERENCE, "*"]) == (Verdict.DIFFERS, False)


def test_checks_behind_the_death_of_a_process_are_not_run() -> None:
    dead = checked(OTHER, ("test_a", "pass"), ending=Verdict.TIMED_OUT, reason="no end after 60 s")
    found = items_of(head(), checked(REFERENCE, ("test_a", "pass"), ("test_b", "pass")), dead)
    assert seen(found[OTHER, "test_b"]) == (Verdict.NOT_RUN, False)
    assert found[OTHER, "test_b"].reason == "its process timed out before: no end after 60 s"


def test_a_process_that_dies_after_its_last_check_is_shown() -> None:
    dead = checked(OTHER, ("test_a", "pass"), ending=Verdict.CRASHED, reason="killed by SIGABRT")
    found = items_of(head(), checked(REFERENCE, ("test_a", "pass")), dead)
    assert seen(found[OTHER, "*"]) == (Verdict.CRASHED, False)
    assert found[OTHER, "*"].reason == "killed by SIGABRT"
    assert (REFERENCE, "*") not in found


def test_an_unfinished_run_is_no_surprise() -> None:
    run = replace(head(), job_ids=("one", "two"))
    found = items_of(run, checked(REFERENCE, ("test_a", "pass")))
    assert seen(found[OTHER, "test_a"]) == (Verdict.NOT_RUN, True)
    assert found[OTHER, "test_a"].reason == "the run was not finished"


def test_a_job_that_could_not_be_run_tells_its_reason() -> None:
    refused = checked(OTHER, ending=Verdict.NOT_RUN, reason="disk full")
    found = items_of(head(), checked(REFERENCE, ("test_a", "pass")), refused)
    assert seen(found[OTHER, "test_a"]) == (Verdict.NOT_RUN, False)
    assert found[OTHER, "test_a"].reason == "disk full"


def test_the_last_outcome_of_a_job_is_the_one_that_counts() -> None:
    first, second = checked(OTHER, ("test_a", "crashed")), checked(OTHER, ("test_a", "pass"))
    assert latest([first, second]) == (second,)
    other = checked(REFERENCE, ("test_a", "pass"))
    assert latest([first, other, second]) == (other, second)
    assert seen(items_of(head(), first, second)[OTHER, "test_a"]) == (Verdict.PASS, True)
    assert seen(items_of(head(), second, first)[OTHER, "test_a"]) == (Verdict.CRASHED, False)


def test_a_later_job_with_fewer_cases_has_the_last_word() -> None:
    whole = checked(OTHER, ("test_a", "crashed"))
    whole = replace(whole, job=replace(whole.job, cases=(LANGUAGE, "language/z")))
    assert seen(items_of(head(), whole, checked(OTHER, ("test_a", "pass")))[OTHER, "test_a"])[1]


# --- benches -------------------------------------------------------------------------------


def timed(row: str, number: int, *checksums: int, **fields: Any) -> Outcome:
    job = Job(row=row, suite="micro", kind="bench", cases=(BENCH,), size="small", round=number)
    samples = tuple(
        Sample(case=BENCH, loops=1, wall_ns=10, cpu_ns=10, checksum=value) for value in checksums
    )
    usual: dict[str, Any] = {"ending": Verdict.PASS}
    return Outcome(job=job, interpreter="", samples=samples, **{**usual, **fields})


def cell(run: Run, *outcomes: Outcome, row: str = OTHER) -> tuple[Judged, str]:
    judged, doubts = judge_timed(Gathered.of(run, outcomes))
    key = Key(row, BENCH, "small")
    return judged[key], doubts[key]


def test_every_sample_must_say_what_the_reference_says() -> None:
    run = head(case=BENCH)
    good, doubt = cell(run, timed(REFERENCE, -1, 7), timed(OTHER, -1, 7), timed(OTHER, 0, 7, 7))
    assert (good.verdict, good.expected, doubt) == (Verdict.PASS, True, "")
    bad, _ = cell(run, timed(REFERENCE, -1, 7), timed(OTHER, -1, 7), timed(OTHER, 0, 7, 8, 7))
    assert (bad.verdict, bad.expected) == (Verdict.DIFFERS, False)
    assert bad.reason == "checksum 8 instead of 7 in 1 of 4 samples"


def test_a_reference_that_contradicts_itself_differs_too() -> None:
    found, _ = cell(head(case=BENCH), timed(REFERENCE, 0, 7, 7, 3), row=REFERENCE)
    assert found.verdict is Verdict.DIFFERS
    assert found.reason == "checksum 3 instead of 7 in 1 of 3 samples"


def test_what_a_case_lacks_is_told_in_its_own_words() -> None:
    lacks = timed(OTHER, 0, ending=Verdict.UNSUPPORTED, reason="line 9: f(x): SkipTest: no HPy")
    found, _ = cell(head(case=BENCH), timed(REFERENCE, 0, 7), lacks)
    assert (found.verdict, found.reason) == (Verdict.UNSUPPORTED, "no HPy")


def test_sizes_are_not_compared_with_each_other() -> None:
    large = timed(REFERENCE, 0, 99)
    large = replace(large, job=replace(large.job, size="large"))
    found, _ = cell(head(case=BENCH), large, timed(REFERENCE, 0, 7), timed(OTHER, 0, 7))
    assert found.verdict is Verdict.PASS


def test_without_the_reference_the_most_common_checksum_counts() -> None:
    run = head(OTHER, "pypy-7.3", "cpython-3.9", case=BENCH)
    outcomes = [timed(OTHER, 0, 8, 8, 8), timed("pypy-7.3", 0, 7), timed("cpython-3.9", 0, 7)]
    found, _ = cell(run, *outcomes)
    assert found.verdict is Verdict.DIFFERS
    agreed, doubt = cell(run, *outcomes, row="pypy-7.3")
    assert agreed.verdict is Verdict.PASS
    assert doubt == f"no checksum of the reference {REFERENCE}: compared with that of 2 of 3 rows"


@pytest.mark.parametrize(
    ("endings", "verdict"),
    [
        ((Verdict.PASS, Verdict.CRASHED, Verdict.TIMED_OUT), Verdict.CRASHED),
        ((Verdict.GARBLED, Verdict.TIMED_OUT), Verdict.TIMED_OUT),
        ((Verdict.PASS, Verdict.GARBLED), Verdict.GARBLED),
        ((Verdict.UNSUPPORTED, Verdict.NOT_RUN), Verdict.UNSUPPORTED),
        ((Verdict.PASS, Verdict.NOT_RUN), Verdict.PASS),
        ((Verdict.NOT_RUN, Verdict.NOT_RUN), Verdict.NOT_RUN),
    ],
)
def test_the_worst_process_speaks_for_its_cell(
    endings: tuple[Verdict, ...], verdict: Verdict
) -> None:
    outcomes = [
        timed(OTHER, number, ending=ending, reason=f"because {ending.value}")
        for number, ending in enumerate(endings)
    ]
    found, _ = cell(head(case=BENCH), timed(REFERENCE, 0, 7), *outcomes)
    assert found.verdict is verdict
    assert found.expected is (verdict in (Verdict.PASS, Verdict.UNSUPPORTED))
    if verdict is not Verdict.PASS:
        assert f"because {verdict.value}" in found.reason


def test_how_many_processes_died_is_told() -> None:
    dead = timed(OTHER, 1, ending=Verdict.CRASHED, reason="SIGSEGV")
    found, _ = cell(head(case=BENCH), timed(REFERENCE, 0, 7), timed(OTHER, 0, 7), dead)
    assert found.reason == "1 of 2 processes: SIGSEGV"


def test_known_gaps_hold_for_benches() -> None:
    known = gap(case=BENCH)
    outcomes = [timed(REFERENCE, 0, 7), timed(OTHER, 0, 8)]
    found, _ = cell(head(gaps=[known], case=BENCH), *outcomes)
    assert (found.verdict, found.expected, found.known) == (Verdict.DIFFERS, True, known)
    passing, _ = cell(head(gaps=[known], case=BENCH), outcomes[0], timed(OTHER, 0, 7))
    assert not passing.expected


def test_a_missing_row_is_not_run_and_excused() -> None:
    run = head(REFERENCE, OTHER, case=BENCH)
    gone = replace(run, rows=(run.rows[0], MeasuredRow(row=OTHER, missing="no network")))
    found, _ = cell(gone, timed(REFERENCE, 0, 7))
    assert found == Judged(verdict=Verdict.NOT_RUN, expected=True, reason="no network")
