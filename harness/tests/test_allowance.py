from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrometer.execute.allowance import INTENSITY, divide, evenly
from pyrometer.model import Case, Expectation, Recipe, Row, Suite, SuiteKind, Tier

QUICK = INTENSITY["quick"]


def row(name: str, **rest: float) -> Row:
    expect = Expectation(implementation=name, series="1")
    return Row(name=name, expect=expect, recipe=Recipe(kind="host"), **rest)  # type: ignore[arg-type]


def suite(name: str, kind: SuiteKind, count: int) -> Suite:
    cases = tuple(
        Case(suite=name, name=f"case{number}", path=Path("x.py")) for number in range(count)
    )
    return Suite(name=name, kind=kind, purpose="", tier="quick", origin="", licence="", cases=cases)


SUITES = (suite("checks", "check", 3), suite("micro", "bench", 30), suite("start", "startup", 7))
CHEAP = tuple(row(f"cheap{number}") for number in range(6))
JVM = row("jvm", start_s=8.0, warmup_s=20.0)


def test_a_cheap_row_is_timed_on_every_case() -> None:
    given_rows = divide(CHEAP, SUITES, QUICK, 1440).allowances
    for one in given_rows.values():
        assert len(one.benches) == 30
        assert {len(rounds) for rounds in one.benches.values()} == {QUICK.processes}
        assert {len(rounds) for rounds in one.startups.values()} == {QUICK.startups}


def test_an_expensive_row_gets_fewer_cases_and_its_whole_warm_up() -> None:
    one = divide((*CHEAP, JVM), SUITES, QUICK, 1440).allowances["jvm"]
    assert 0 < len(one.benches) < 30
    assert {len(rounds) for rounds in one.benches.values()} == {QUICK.least_processes}
    assert one.warmup_s == JVM.warmup_s
    spent_s = sum(len(rounds) for rounds in one.benches.values()) * (8.0 + 20.0)
    assert spent_s <= 1440 * QUICK.row_share


def test_an_expensive_row_does_not_take_from_the_others_when_alone() -> None:
    (alone,) = divide((JVM,), SUITES, QUICK, 1440).allowances.values()
    together = divide((*CHEAP, JVM), SUITES, QUICK, 1440).allowances["jvm"]
    assert len(alone.benches) > len(together.benches)


def test_a_small_budget_costs_processes_before_it_is_overrun() -> None:
    many = tuple(row(f"r{number}") for number in range(20))
    assert divide(many, SUITES, QUICK, 1e6).intensity.processes == QUICK.processes
    assert divide(many, SUITES, QUICK, 1.0).intensity.processes == QUICK.least_processes


@given(
    count=st.integers(1, 60),
    out_of=st.integers(1, 60),
)
def test_evenly_gives_so_many_different_numbers_in_order(count: int, out_of: int) -> None:
    found = evenly(count, out_of)
    assert len(found) == min(count, out_of)
    assert list(found) == sorted(set(found))
    assert all(0 <= number < out_of for number in found)


@pytest.mark.parametrize("tier", INTENSITY)
def test_warm_up_is_never_cut_below_what_a_row_says_it_needs(tier: Tier) -> None:
    (one,) = divide((JVM,), SUITES, INTENSITY[tier], 1440).allowances.values()
    assert one.warmup_s >= JVM.warmup_s
