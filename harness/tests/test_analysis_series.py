"""Small measures of a series."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrometer.analysis.series import (
    WINDOW,
    autocorrelation,
    drift,
    mann_kendall_p,
    moves,
    steadied,
    trend_p,
    trends,
)
from tests.traces import resembling


def test_mann_kendall_against_worked_values() -> None:
    """S and its variance by hand: 15 and 85/3 in order; ties take away 1 from 50/3."""
    assert mann_kendall_p(np.arange(6.0)) == pytest.approx(0.00853, abs=5e-6)
    tied = math.erfc((9 - 1) / math.sqrt(2 * (50 / 3 - 1)))
    assert mann_kendall_p(np.array([1.0, 1, 2, 3, 4])) == pytest.approx(tied)
    assert mann_kendall_p(np.ones(20)) == 1.0
    assert mann_kendall_p(np.array([1.0])) == 1.0


@given(st.lists(st.floats(min_value=1, max_value=1e6), min_size=2, max_size=40))
def test_mann_kendall_does_not_mind_the_direction(values: list[float]) -> None:
    series = np.array(values)
    assert mann_kendall_p(series) == pytest.approx(mann_kendall_p(series[::-1]))
    assert 0 < mann_kendall_p(series) <= 1


@given(st.lists(st.floats(min_value=1, max_value=1e6), min_size=2, max_size=40))
def test_values_that_resemble_each_other_never_prove_more(values: list[float]) -> None:
    series = np.array(values)
    assert mann_kendall_p(series) <= trend_p(series) <= 1


def test_resembling_noise_seldom_trends() -> None:
    """As many independent values would trend in one of a hundred."""
    rng = np.random.default_rng(5)
    traces = [resembling(0.05, 0.5)(rng, 60) for _ in range(400)]
    assert sum(mann_kendall_p(one) < 0.01 for one in traces) > 20
    assert sum(trend_p(one) < 0.01 for one in traces) <= 12
    short = np.linspace(2, 1, 12)
    assert trend_p(short) == mann_kendall_p(short)  # too few to tell a drift from resemblance


def test_a_significant_but_small_drift_is_no_trend() -> None:
    values = 1 - np.arange(100) / 5000
    assert mann_kendall_p(values) < 1e-6
    assert drift(values) == pytest.approx(-0.015, abs=1e-3)
    assert not trends(values)
    assert trends(1 - np.arange(100) / 1000)


def test_moving_is_by_a_ratio_in_either_direction() -> None:
    doubled = np.array([1.0, 1, 2, 2])
    assert drift(doubled) == 1
    assert moves(doubled, 0.9)
    assert moves(doubled[::-1], 0.9)
    assert not moves(doubled, 1.1)
    assert drift(np.array([3.0])) == 0


def test_autocorrelation_against_worked_values() -> None:
    assert autocorrelation(np.array([1.0, -1, 1, -1])) == pytest.approx(-0.75)
    assert autocorrelation(np.array([1.0, 2, 3, 4])) == pytest.approx(0.25)
    assert math.isnan(autocorrelation(np.ones(4)))


@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=40))
def test_a_steadied_series_keeps_its_length_range_and_beginning(values: list[float]) -> None:
    found = steadied(np.array(values))
    assert found.size == len(values)
    assert found.min() >= min(values)
    assert found.max() <= max(values)
    assert found[0] == values[0] or len(values) >= WINDOW
    assert found[0] >= min(values[0], *values[: WINDOW // 2 + 1])
