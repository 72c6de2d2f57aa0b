"""Which differences of emulated rows are seen again, and what is told of them afterwards."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pyrometer.analysis.controls import native_of, open_questions
from pyrometer.analysis.gather import Gathered
from pyrometer.analysis.judge import judge_checks
from pyrometer.model import CheckResult, Facts, Job, KnownGap, Outcome, Run, Verdict
from tests.synthetic import synthetic_run

NATIVE, FOREIGN, CASE, CHECK = "cpython-3.14", "cpython-3.14-aarch64", "language/integers", "test_a"


def head(*gaps: KnownGap) -> Run:
    run, _ = synthetic_run(rows=(NATIVE, FOREIGN), cases=(CASE,))
    rows = tuple(
        replace(row, series="3.14", variant="", facts=facts_of(arch))
        for row, arch in zip(run.rows, ("x86_64", "aarch64"), strict=True)
    )
    machine = replace(run.machine, arch="x86_64")
    return replace(run, rows=rows, machine=machine, known=gaps, job_ids=(), reference=NATIVE)


def facts_of(arch: str) -> Facts:
    return Facts(
        implementation="cpython",
        version="3.14.0",
        language="3.14.0",
        arch=arch,
        platform="linux",
        jit=False,
        gil=True,
    )


def seen(row: str, status: Any, value: str | None = None, *, control: bool = False) -> Outcome:
    job = Job(row=row, suite="language", kind="check", cases=(CASE,), control=control)
    result = CheckResult(case=CASE, check=CHECK, status=status, value=value, detail="no")
    return Outcome(job=job, interpreter="", ending=Verdict.PASS, checks=(result,))


def reason(*outcomes: Outcome) -> str:
    items, _ = judge_checks(Gathered.of(head(), outcomes))
    return next(item.reason for item in items if item.row == FOREIGN)


def test_a_difference_that_the_native_row_has_not_is_an_open_question() -> None:
    assert native_of(head(), FOREIGN) == NATIVE
    outcomes = [seen(NATIVE, "pass"), seen(FOREIGN, "fail")]
    assert open_questions(head(), outcomes) == {FOREIGN: (CASE,)}
    values = [seen(NATIVE, "pass", "1"), seen(FOREIGN, "pass", "2")]
    assert open_questions(head(), values) == {FOREIGN: (CASE,)}


def test_without_the_native_row_every_difference_is_one() -> None:
    alone = replace(head(), rows=head().rows[1:], reference=FOREIGN)
    assert native_of(alone, FOREIGN) == ""
    assert open_questions(alone, [seen(FOREIGN, "crashed")]) == {FOREIGN: (CASE,)}


@pytest.mark.parametrize("status", ["pass", "skip"])
def test_what_passes_or_cannot_be_done_is_none(status: str) -> None:
    assert open_questions(head(), [seen(NATIVE, "pass"), seen(FOREIGN, status)]) == {}


def test_what_the_native_row_shows_too_and_what_is_known_is_none() -> None:
    both = [seen(NATIVE, "fail"), seen(FOREIGN, "fail")]
    assert open_questions(head(), both) == {}
    gap = KnownGap(rows=FOREIGN, case=CASE, verdict=Verdict.DIFFERS, reason="understood")
    assert open_questions(head(gap), [seen(NATIVE, "pass"), seen(FOREIGN, "fail")]) == {}


def test_natively_nothing_is_asked() -> None:
    native = replace(head(), rows=head().rows[:1])
    assert open_questions(native, [seen(NATIVE, "fail")]) == {}


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("fail", "no; the x86_64 build, emulated too, shows it as well: the emulator's"),
        ("pass", "no; the x86_64 build, emulated too, does not: aarch64's own"),
        ("timed_out", "no; the x86_64 build, emulated too, is timed out"),
    ],
)
def test_a_control_says_whose_it_is(status: str, told: str) -> None:
    control = seen(FOREIGN, status, control=True)
    assert reason(seen(NATIVE, "pass"), seen(FOREIGN, "fail"), control) == told


def test_a_control_is_held_against_the_reference_as_the_row_is() -> None:
    native, foreign = seen(NATIVE, "pass", "1"), seen(FOREIGN, "pass", "2")
    same = reason(native, foreign, seen(FOREIGN, "pass", "1", control=True))
    assert same == "2 instead of 1; the x86_64 build, emulated too, does not: aarch64's own"
    other = reason(native, foreign, seen(FOREIGN, "pass", "2", control=True))
    assert other.endswith("the emulator's")


def test_a_control_changes_nothing_where_there_is_no_difference() -> None:
    assert reason(seen(NATIVE, "pass"), seen(FOREIGN, "skip")) == "no"
    control = seen(FOREIGN, "fail", control=True)
    assert "emulat" not in reason(seen(NATIVE, "pass"), seen(FOREIGN, "pass"), control)
