"""Planning from a pilot: worked numbers, and the stopping rule held to its promise."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest

from pyrometer.analysis.planning import (
    ENOUGH_TO_PLAN,
    expected_spread,
    half_width_of,
    least_count,
    levels,
    next_count,
    repetitions,
    stein,
)
from pyrometer.analysis.ratio import t_quantile

TWO = np.array(
    [
        [10.0, 10.2, 9.9, 10.1],
        [10.6, 10.4, 10.5, 10.7],
        [9.8, 9.9, 10.1, 10.0],
        [10.3, 10.2, 10.4, 10.1],
    ]
)
THREE = np.array(
    [
        [[10, 12, 11], [13, 12, 14]],
        [[15, 16, 14], [15, 17, 16]],
        [[9, 10, 11], [12, 13, 11]],
    ]
)


def test_two_levels() -> None:
    iterations, processes = levels(TWO)
    assert iterations.own == iterations.spread == pytest.approx(0.01666667, abs=1e-8)
    assert processes.spread == pytest.approx(0.07)
    assert processes.own == pytest.approx(0.06583333, abs=1e-8)
    assert half_width_of(processes.spread, 4) == pytest.approx(0.420998, abs=1e-6)


def test_three_levels_in_the_corrected_form() -> None:
    found = levels(THREE)
    assert [one.spread for one in found] == pytest.approx([1.0, 1.5, 5.583333], abs=1e-6)
    assert [one.own for one in found] == pytest.approx([1.0, 1.166667, 4.833333], abs=1e-6)


@pytest.mark.parametrize(("inner", "outer", "count"), [(0.1, 2.0, 3), (1, 5.0, 2), (0.05, 10.0, 8)])
def test_repetitions_by_their_costs(inner: float, outer: float, count: int) -> None:
    one, other = levels(TWO)
    found = repetitions(one, other, inner_cost=inner, outer_cost=outer, most=100)
    assert found == count


def test_repetitions_where_processes_add_nothing_of_their_own() -> None:
    same = np.array([[1.0, 2.0, 3.0], [3.0, 1.0, 2.0]])
    for data, inner_cost, most in ((same, 1, 40), (TWO, 1e-9, 7)):
        inner, outer = levels(data)
        assert (outer.own < 0) == (data is same)
        assert repetitions(inner, outer, inner_cost=inner_cost, outer_cost=1, most=most) == most


@pytest.mark.parametrize(("iterations", "processes"), [(4, 29), (5, 28)])
def test_processes_for_a_width(iterations: int, processes: int) -> None:
    inner, outer = levels(TWO)
    spread = expected_spread(inner, outer, iterations)
    assert least_count(spread, 0.102) == processes


def test_stein_counts_the_pilot_too() -> None:
    pilot = np.array([-1, -1, 0, 1, 1]) * 0.012
    assert pilot.std(ddof=1) == pytest.approx(0.012)
    assert stein(pilot, 0.01) == 12
    assert stein(pilot, 0.01, inflation=2.0) == 23
    assert stein(pilot, 0.1) == 5


@pytest.mark.parametrize("count", [0, 1])
def test_too_few_for_a_plan(count: int) -> None:
    with pytest.raises(ValueError, match="nothing of the others"):
        stein([1.0] * count, 0.01)
    with pytest.raises(ValueError, match="two repetitions"):
        levels(np.ones((3, count)))


@pytest.mark.slow
@pytest.mark.parametrize("noise", ["normal", "skewed", "drifting"])
@pytest.mark.parametrize("pilot", [4, 5, 8])
def test_the_interval_of_two_stages_covers(noise: str, pilot: int) -> None:
    """2,000 comparisons each: the mean of all values, ± the width that was asked for."""
    rng = np.random.default_rng(7)
    wanted, truth, covered, spent = 0.01, 0.03, 0, 0.0
    for _ in range(2000):
        spread = rng.uniform(0.004, 0.02)
        first = truth + _noise(rng, noise, pilot, spread)
        count = stein(first, wanted)
        more = truth + _noise(rng, noise, count - pilot, spread)
        spent += count * (wanted / spread) ** 2 / 2000
        covered += abs(np.concatenate((first, more)).mean() - truth) <= wanted
    assert covered / 2000 >= (0.95 if noise == "normal" else 0.93)
    if noise == "normal":  # no more than the quantile of the pilot and its own size cost
        quantile = t_quantile(0.95, pilot - 1)
        assert spent <= quantile**2 + pilot * (0.01 / 0.004) ** 2


@pytest.mark.slow
@pytest.mark.parametrize("noise", ["normal", "skewed", "drifting"])
@pytest.mark.parametrize("pilot", [4, 5])
@pytest.mark.parametrize("spreads", [(0.004, 0.02), (0.02, 0.04)])
def test_a_stage_between_covers_as_often_for_less(
    noise: str, pilot: int, spreads: tuple[float, float]
) -> None:
    """2,000 comparisons by two stages and by three: as many covered, give or take their error."""
    wanted, covered, spent = 0.01, Counter[int](), Counter[int]()
    for stages in (2, 3):
        rng = np.random.default_rng(7)
        for _ in range(2000):
            spread = rng.uniform(*spreads)
            values = _noise(rng, noise, pilot, spread)
            for stage in range(1, stages):
                more = (stein if stages == 2 else next_count)(values, wanted) - len(values)
                assert stage == 1 or more == 0 or len(values) == ENOUGH_TO_PLAN
                values = np.concatenate((values, _noise(rng, noise, more, spread)))
            covered[stages] += abs(values.mean()) <= wanted
            spent[stages] += len(values)
    assert covered[3] >= covered[2] - 40  # of 2,000
    assert spent[3] < 0.85 * spent[2]


def _noise(
    rng: np.random.Generator, kind: str, count: int, spread: float
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    if kind == "skewed":  # as times are: now and then much longer
        found = rng.lognormal(0, 0.6, count)
        return spread * (found - math.exp(0.18)) / 0.78
    if kind == "drifting":  # what is left of a drift in differences within blocks
        return rng.normal(0, spread, count) + rng.normal(0, spread / 3) * np.linspace(-1, 1, count)
    return rng.normal(0, spread, count)
