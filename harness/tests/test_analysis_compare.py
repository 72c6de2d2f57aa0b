"""A against B: two rows of a run, or a row in two runs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pyrometer.analysis.compare import Comparison, Pair, Side, compare, compare_all
from pyrometer.analysis.decide import decide
from pyrometer.analysis.findings import Claim
from pyrometer.errors import Mistake
from pyrometer.model import Verdict
from tests.synthetic import MACHINE, synthetic_run

RUN, OUTCOMES = synthetic_run()
LATER, LATER_OUTCOMES = synthetic_run(seed=2)
LATER = replace(LATER, name="2026-06-08-synthetic")


def side(row: str, *, later: bool = False) -> Side:
    if later:
        return Side(run=LATER, outcomes=LATER_OUTCOMES, row=row)
    return Side(run=RUN, outcomes=OUTCOMES, row=row)


def pair(found: Comparison, case: str) -> Pair:
    return next(pair for pair in found.pairs if pair.case == case)


def test_two_rows_of_a_run_are_what_the_report_says() -> None:
    found = compare(side("cpython-3.11"), side("pypy-8.0"))
    report = decide(RUN, OUTCOMES, baseline="cpython-3.11")
    for cell in (cell for cell in report.cells if cell.row == "pypy-8.0"):
        its = pair(found, cell.case)
        assert (its.cpu, its.withheld != "") == (cell.cpu, cell.speed is None)
        for one, other in ((its.speed, cell.speed), (its.total, cell.total)):
            assert (one is None) == (other is None)
            if one and other:  # another family: only the level of the interval may differ
                told = {"level": one.level, "low": one.low, "high": one.high}
                assert replace(other, **told) == one  # type: ignore[arg-type]
    assert (found.a, found.b, found.same_run) == ("cpython-3.11", "pypy-8.0", True)
    assert found.warnings == ()
    ratios = {summary.suite: summary.ratio.ratio for summary in found.summaries}
    assert ratios == {
        summary.suite: summary.ratio.ratio
        for summary in report.summaries
        if summary.row == "pypy-8.0"
    }


def test_above_one_is_where_b_is_faster() -> None:
    there = pair(compare(side("cpython-3.11"), side("pypy-8.0")), "micro/float_loop").speed
    back = pair(compare(side("pypy-8.0"), side("cpython-3.11")), "micro/float_loop").speed
    assert there is not None
    assert back is not None
    assert there.ratio > 1
    assert there.claim is Claim.FASTER
    assert back.ratio == pytest.approx(1 / there.ratio)


def test_a_withheld_headline_says_on_which_side() -> None:
    case = "programs/slow_warmup"
    forth = pair(compare(side("cpython-3.11"), side("pypy-8.0")), case)
    back = pair(compare(side("pypy-8.0"), side("cpython-3.11")), case)
    assert forth.withheld == "B: no steady state"
    assert back.withheld == "A: no steady state"
    assert forth.total is not None


def test_changed_verdicts_are_listed() -> None:
    found = compare(side("cpython-3.15"), side("cpython-3.15+jit")).changes
    assert [(one.case, one.check, one.a_verdict, one.b_verdict) for one in found] == [
        ("language/generators", "test_close", Verdict.PASS, Verdict.CRASHED)
    ]
    assert "SIGSEGV" in found[0].b_reason


def test_a_row_in_two_runs_pairs_no_blocks_and_warns_of_drift() -> None:
    found = compare(side("cpython-3.15"), side("cpython-3.15", later=True))
    assert found.a == "cpython-3.15 in 2026-06-01-synthetic"
    assert found.b == "cpython-3.15 in 2026-06-08-synthetic"
    speed = pair(found, "micro/float_loop").speed
    assert speed is not None
    assert speed.ratio == pytest.approx(1, abs=0.02)
    assert not speed.paired
    assert (speed.welch_low, speed.welch_high) == pytest.approx((speed.low, speed.high), rel=0.05)
    assert len(found.warnings) == 1
    assert "two runs" in found.warnings[0]


def test_what_differs_between_two_runs_is_told() -> None:
    case = LATER.cases[0]
    other = replace(
        LATER,
        machine=replace(MACHINE, kernel="6.9.0", name="other"),
        revision="f" * 40,
        reference="cpython-3.11",
        tier="full",
        cases=(replace(case, sha256="changed"), *LATER.cases[1:]),
    )
    found = compare(
        side("cpython-3.15"), Side(run=other, outcomes=LATER_OUTCOMES, row="cpython-3.15")
    )
    told = "\n".join(found.warnings)
    assert "kernel of the machine: 6.1.0, then 6.9.0" in told
    assert "two machines: synthetic and other" in told
    assert "revision 0123456789ab, then ffffffffffff" in told
    assert "reference cpython-3.14, then cpython-3.11" in told
    assert "tier quick, then full" in told
    assert f"changed cases: {case.id}" in told
    assert "the case itself changed between the runs" in pair(found, case.id).warnings


def test_a_case_of_one_side_only_is_named() -> None:
    cases = ("micro/float_loop", "programs/raytrace")
    small, outcomes = synthetic_run(cases=cases)
    few = Side(run=small, outcomes=outcomes, row="pypy-8.0")
    found = compare(side("pypy-8.0"), few)
    assert pair(found, "micro/integer_loop").withheld == "only in A"
    assert pair(found, "micro/integer_loop").b_verdict is Verdict.NOT_RUN
    assert pair(compare(few, side("pypy-8.0")), "micro/integer_loop").withheld == "only in B"
    micro = next(summary for summary in found.summaries if summary.suite == "micro")
    assert micro.cases == 1
    assert micro.missing["micro/integer_loop"] == "only in A"


def test_a_row_that_is_not_there_is_a_mistake() -> None:
    with pytest.raises(Mistake, match="no row 'pypy-1'"):
        compare(side("pypy-1"), side("pypy-8.0"))


def test_the_same_row_twice_is_a_mistake() -> None:
    with pytest.raises(Mistake, match="on both sides"):
        compare(side("pypy-8.0"), side("pypy-8.0"))


def test_cases_of_all_comparisons_are_one_family() -> None:
    rows = ("cpython-3.14", "cpython-3.15")
    alone = [compare(side(row), side(row, later=True)) for row in rows]
    found = compare_all([(side(row), side(row, later=True)) for row in rows])
    levels = {pair.speed.level for one in found for pair in one.pairs if pair.speed}
    assert levels == {found[0].level} == {found[1].level}
    assert found[0].level >= max(one.level for one in alone)  # nothing differs but the seed
    assert [one.a for one in found] == [one.a for one in alone]


def test_a_slowdown_is_certain_and_larger_than_asked() -> None:
    there = compare(side("cpython-3.11"), side("cpython-3.9"))
    every = dict(there.slowdowns(0.0))
    assert {"micro", "programs", "micro/integer_loop"} <= set(every)
    assert all(one.claim is Claim.SLOWER for one in every.values())
    ratio = every["micro/integer_loop"].ratio
    just = 1 / ratio - 1
    assert "micro/integer_loop" in dict(there.slowdowns(just * 0.99))
    assert "micro/integer_loop" not in dict(there.slowdowns(just * 1.01))
    assert compare(side("cpython-3.9"), side("cpython-3.11")).slowdowns(0.05) == ()


def test_another_build_of_the_same_row_is_told() -> None:
    rows = tuple(
        replace(row, facts=replace(row.facts, jit=True, compiler="GCC 99")) if row.facts else row
        for row in LATER.rows
    )
    other = Side(run=replace(LATER, rows=rows), outcomes=LATER_OUTCOMES, row="cpython-3.15")
    told = "\n".join(compare(side("cpython-3.15"), other).warnings)
    assert "compiler of cpython-3.15: " in told
    assert "jit of cpython-3.15: False, then True" in told
