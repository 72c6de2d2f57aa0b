"""The geometric mean of a suite: worked example 6, and what is said of missing cases."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from pyrometer.analysis.findings import Claim, Ratio
from pyrometer.analysis.ratio import LogDifference, ratio_of, t_quantile
from pyrometer.analysis.summarise import Entry, Title, geometric_mean, summarise
from pyrometer.model import MeasuredRow

LOGS = (-0.10, -0.02, 0.03, 0.00, -0.06)
ERRORS = (0.010, 0.005, 0.020, 0.004, 0.012)
FREEDOMS = (8.0, 7.5, 9.0, 6.0, 8.0)
PARTS = tuple(
    LogDifference(difference=log, se=se, df=df)
    for log, se, df in zip(LOGS, ERRORS, FREEDOMS, strict=True)
)
TITLE = Title(
    row=MeasuredRow(row="pypy-8.0", interpreter="pypy-8.0.1-linux-aarch64"),
    suite="micro",
    metric="wall",
    baseline="cpython-3.11",
)


def entry(name: str, log: LogDifference, cores: float = 1.0) -> Entry:
    return Entry(case=f"micro/{name}", ratio=ratio_of(log), log=log, cores=cores)


def test_example_6() -> None:
    found = geometric_mean(PARTS)
    these = found.these
    assert math.exp(these.difference) == pytest.approx(0.970446, abs=5e-7)
    assert these.se == pytest.approx(0.005234501, abs=5e-10)
    assert these.df == pytest.approx(21.577752, abs=5e-7)
    assert math.exp(these.low) == pytest.approx(0.959956, abs=5e-7)
    assert math.exp(these.high) == pytest.approx(0.981050, abs=5e-7)
    assert (found.like_low, found.like_high) == pytest.approx((0.910909, 1.033874), abs=5e-7)
    assert found.leave_one_out == pytest.approx(
        (0.987578, 0.968022, 0.955997, 0.963194, 0.977751), abs=5e-7
    )


def test_one_case_says_nothing_of_programs_like_it() -> None:
    found = geometric_mean(PARTS[:1])
    assert found.these.half_width == pytest.approx(t_quantile(0.95, 8.0) * 0.010)
    assert math.isnan(found.like_low)
    assert found.leave_one_out == ()


def test_a_case_without_spread_adds_none() -> None:
    exact = LogDifference(difference=0.1, se=0.0, df=math.nan)
    found = geometric_mean((PARTS[0], exact))
    assert found.these.se == pytest.approx(0.005)
    assert found.these.df == pytest.approx(8.0)


def test_many_large_ratios_do_not_overflow() -> None:
    huge = LogDifference(difference=300.0, se=0.01, df=8)
    assert geometric_mean((huge,) * 200).these.difference == pytest.approx(300)


def test_a_missing_case_is_named_and_not_counted() -> None:
    entries = [entry(str(number), part) for number, part in enumerate(PARTS)]
    gone = Entry(case="micro/gone", ratio=None, missing="crashed: SIGSEGV", cores=9.0)
    found = summarise(TITLE, [*entries, gone])
    assert found.cases == 5
    assert found.missing == {"micro/gone": "crashed: SIGSEGV"}
    assert found.ratio.ratio == pytest.approx(0.970446, abs=5e-7)
    assert found.ratio.claim is Claim.SLOWER
    assert found.ratio.warnings == ("1 of 6 cases left out",)
    assert found.leave_one_out_low == pytest.approx(0.955997, abs=5e-7)
    assert found.leave_one_out_high == pytest.approx(0.987578, abs=5e-7)
    assert found.arch == "aarch64"
    assert found.cores == pytest.approx(1.0)


def test_cores_are_a_geometric_mean() -> None:
    found = summarise(TITLE, [entry("a", PARTS[0], 1.0), entry("b", PARTS[1], 4.0)])
    assert found.cores == pytest.approx(2.0)


def test_processes_are_those_of_the_weakest_case() -> None:
    few = Ratio(ratio=1.0, low=0.9, high=1.1, claim=Claim.UNDECIDED, processes=2,
                baseline_processes=7, warnings=("only 2 processes",))  # fmt: skip
    many = Ratio(ratio=1.0, low=0.9, high=1.1, claim=Claim.UNDECIDED, processes=9,
                 baseline_processes=9)  # fmt: skip
    entries = [
        Entry(case="micro/a", ratio=few, log=PARTS[0]),
        Entry(case="micro/b", ratio=many, log=PARTS[1]),
    ]
    found = summarise(TITLE, entries)
    assert (found.ratio.processes, found.ratio.baseline_processes) == (2, 7)
    assert found.ratio.warnings == ("1 of its cases carries a warning",)


def test_nothing_in_common_is_no_figure_but_says_why() -> None:
    found = summarise(TITLE, [Entry(case="micro/a", ratio=None, missing="differs")])
    assert math.isnan(found.ratio.ratio)
    assert found.cases == 0
    assert found.missing == {"micro/a": "differs"}


def test_equal_work_is_over_all_cases_that_have_it() -> None:
    """Also over those without a steady state, which the mean once warm leaves out."""
    whole = [replace(entry(f"c{at}", part), total=ratio_of(part), total_log=part)
             for at, part in enumerate(PARTS)]  # fmt: skip
    held = [replace(one, ratio=None, log=None, missing="no steady state") for one in whole[3:]]
    found = summarise(TITLE, [*whole[:3], *held])
    assert (found.cases, found.total_cases) == (3, 5)
    assert found.total is not None
    assert found.total.ratio == pytest.approx(0.970446, abs=5e-7)
    assert (found.total.low, found.total.high) == pytest.approx((0.959956, 0.981050), abs=5e-7)
    none = summarise(TITLE, held)
    assert math.isnan(none.ratio.ratio)
    assert none.total is not None
    assert summarise(TITLE, [entry("c", PARTS[0])]).total is None
