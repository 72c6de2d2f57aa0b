from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from pyrometer.analysis.compare import Side
from pyrometer.analysis.count_changes import CountClaim, CountComparison, count_changes
from pyrometer.errors import Mistake
from pyrometer.model import Outcome
from tests.test_analysis_counted import HERE, THERE, name, outcomes, run_of

ROW = name("3.11", HERE)


def side(
    change: Callable[[Outcome], Outcome] = lambda one: one, *, label: str = "a", row: str = ROW
) -> Side:
    found = [change(one) for one in outcomes()]
    return Side(run=replace(run_of(found), name=label), outcomes=found, row=row)


def grown(share: float, case: str = "s/a") -> Callable[[Outcome], Outcome]:
    def change(one: Outcome) -> Outcome:
        if one.job.cases != (case,):
            return one
        more = tuple(
            replace(s, instructions=round(s.instructions * 1000 * (1 + share))) for s in one.samples
        )
        return replace(one, samples=more)

    return change


def compared(share: float) -> CountComparison:
    return count_changes(side(grown(0)), side(grown(share), label="b"))


@pytest.mark.parametrize(
    ("share", "claim"),
    [
        (0.0, CountClaim.SAME),
        (0.0004, CountClaim.SAME),
        (0.002, CountClaim.MORE),
        (-0.002, CountClaim.FEWER),
        (0.5, CountClaim.MORE),
    ],
)
def test_a_change_beyond_what_repeats_is_claimed(share: float, claim: CountClaim) -> None:
    found = {one.case: one for one in compared(share).changes}
    assert found["s/a@small"].claim is claim
    assert found["s/a@small"].change == pytest.approx(share, abs=1e-6)
    assert found["s/b@small"].claim is CountClaim.SAME
    assert found["s/b@small"].change == 0


def test_only_what_has_grown_beyond_the_limit_fails() -> None:
    assert [one.case for one in compared(0.002).above(0.002)] == ["s/a@small"]
    assert not compared(0.002).above(0.005)
    assert not compared(-0.002).above(0)
    assert not compared(0).above(0)


def test_what_does_not_repeat_widens_the_band() -> None:
    def restless(one: Outcome) -> Outcome:
        number = one.job.round
        return replace(one, samples=tuple(
            replace(s, instructions=s.instructions * 100 + number) for s in one.samples
        ))  # fmt: skip

    found = count_changes(side(restless), side(restless, label="b"))
    assert {one.claim for one in found.changes} == {CountClaim.SAME}


def test_the_geometric_mean_of_a_suite() -> None:
    assert compared(0.0201).suites["s"] == pytest.approx(0.01, abs=1e-4)


def test_counts_of_other_instruments_are_not_held_against_each_other() -> None:
    with pytest.raises(Mistake, match="counted by different instruments"):
        count_changes(side(), side(row=name("3.11", THERE)))
    renewed = side(lambda one: replace(one, facts={"instrument": "another"}), label="b")
    with pytest.raises(Mistake, match="counted by different instruments"):
        count_changes(side(), renewed)


def test_a_run_that_measured_time_is_refused() -> None:
    timed = side()
    with pytest.raises(Mistake, match="measured time, not instructions"):
        count_changes(side(), replace(timed, run=replace(timed.run, metric="time")))
