"""The search for changepoints: worked numbers, and equality with full dynamic programming."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrometer.analysis.changepoints import (
    BLOCK,
    LOG_TWO_PI,
    SHORT,
    TOGETHER,
    Question,
    Segmentation,
    segmented,
    segmented_each,
)
from pyrometer.analysis.series import Floats
from tests.traces import slow_example, swift_example

PENALTY = 15 * math.log(80)
EVER = 1e9  # a penalty that no changepoint is worth


def found(values: Floats, penalty: float = PENALTY, *, floor: float = 1e-6) -> Segmentation:
    return segmented(values, least=2, floor=floor, penalty=penalty)


def slowest(values: Floats, least: int, floor: float, penalty: float) -> float:
    """F(n) by dynamic programming over every start, straight from the formula."""
    best = [-penalty] + [math.inf] * values.size
    for end in range(least, values.size + 1):
        best[end] = min(
            best[start] + segment_cost(values[start:end], floor) + penalty
            for start in range(end - least + 1)
        )
    return best[-1]


def segment_cost(segment: Floats, floor: float) -> float:
    variance = max(float(segment.var()), floor)
    return float(segment.size * (LOG_TWO_PI + math.log(variance) + segment.var() / variance))


def cost_of(values: Floats, points: tuple[int, ...], floor: float, penalty: float) -> float:
    costs = [segment_cost(segment, floor) for segment in np.split(values, points)]
    return sum(costs) + penalty * len(points)


def test_the_worked_example() -> None:
    values = np.concatenate((slow_example(20), swift_example(60)))
    assert pytest.approx(65.730400, abs=1e-6) == PENALTY
    assert found(values[:20], EVER).cost == pytest.approx(-21.482919, abs=1e-6)
    assert found(values[20:], EVER).cost == pytest.approx(-105.296351, abs=1e-6)
    assert found(values, EVER).points == ()
    assert found(values, EVER).cost == pytest.approx(205.413277, abs=1e-6)


@pytest.mark.parametrize(
    ("values", "points", "cost"),
    [
        (np.concatenate((slow_example(20), swift_example(60))), (20,), -61.048871),
        (np.concatenate((swift_example(20), slow_example(60))), (20,), -33.339992),
        (np.concatenate((swift_example(65), slow_example(15))), (65,), -65.040814),
        (swift_example(80), (), -139.897339),
    ],
)
def test_its_variants(values: Floats, points: tuple[int, ...], cost: float) -> None:
    assert found(values).points == points
    assert found(values).cost == pytest.approx(cost, abs=1e-6)


@pytest.mark.parametrize("unit", [1e-3, 1e9])
def test_the_unit_does_not_matter(unit: float) -> None:
    """Where a constant is added to the variance, an example in other units has no changepoint."""
    values = unit * np.concatenate((slow_example(20), swift_example(60)))
    points, cost = found(values, floor=1e-6 * unit**2)
    assert points == (20,)
    assert cost == pytest.approx(-61.048871 + 80 * 2 * math.log(unit), abs=1e-5)


def test_a_step_of_a_clock_that_shows_no_spread_is_found() -> None:
    values = np.repeat([3.0, 2.0], (30, 50))
    assert found(values, floor=1e-4).points == (30,)
    assert found(np.full(80, 3.0), floor=1e-4).points == ()


series = st.lists(st.integers(min_value=-3, max_value=3), min_size=8, max_size=40)


@given(
    series,
    st.integers(min_value=1, max_value=8),
    st.sampled_from((1e-3, 0.3, 2.0)),
    st.floats(min_value=0, max_value=30),
    st.integers(min_value=0, max_value=40),
)
def test_it_is_full_dynamic_programming(
    values: list[int], least: int, floor: float, penalty: float, step: int
) -> None:
    """With ties, floors that hold, least lengths that matter, and a step somewhere."""
    trace = np.array(values, float)
    trace[step:] += 4
    points, cost = segmented(trace, least=least, floor=floor, penalty=penalty)
    assert cost == pytest.approx(slowest(trace, least, floor, penalty), abs=1e-6)
    assert cost_of(trace, points, floor, penalty) == pytest.approx(cost, abs=1e-6)
    assert all(segment.size >= least for segment in np.split(trace, points))


@pytest.mark.parametrize("seed", range(8))
def test_so_it_is_over_several_blocks(seed: int) -> None:
    rng = np.random.default_rng(seed)
    trace = rng.normal(0, 1, 2 * BLOCK + 20 + seed)
    for at in rng.integers(0, trace.size, 4):
        trace[at:] += rng.normal(0, 3)
    least, penalty = 1 + seed, float(rng.uniform(2, 20))
    points, cost = segmented(trace, least=least, floor=1e-4, penalty=penalty)
    assert cost == pytest.approx(slowest(trace, least, 1e-4, penalty), abs=1e-6)
    assert cost_of(trace, points, 1e-4, penalty) == pytest.approx(cost, abs=1e-6)


def test_a_cold_first_call_costs_the_rest_no_digits() -> None:
    rng = np.random.default_rng(3)
    warm = np.concatenate((rng.normal(1, 1e-3, 40), rng.normal(1.01, 1e-3, 40)))
    cold = np.concatenate((np.full(5, 1e5), warm))
    assert segmented(cold, least=5, floor=1e-8, penalty=PENALTY).points == (5, 45)


def test_less_than_a_segment_is_refused() -> None:
    with pytest.raises(ValueError, match="4 values"):
        segmented(np.ones(4), least=5, floor=1e-8, penalty=1.0)


def test_series_searched_together_end_as_each_does_alone() -> None:
    """More than are searched at once, of different lengths, with a long one among them."""
    rng = np.random.default_rng(5)
    asked = []
    for size in [*rng.integers(8, 130, TOGETHER + 20), SHORT + 50, 8]:
        values = rng.normal(1, 0.01, size)
        values[size // 2 :] *= rng.choice((1.0, 0.8, 1.05))
        values[0] *= 10
        asked.append(Question(values, 8, float(rng.uniform(1e-8, 1e-4)), 10 * math.log(size)))
    alone = [segmented(**one._asdict()) for one in asked]
    together = segmented_each(asked)
    assert [one.points for one in together] == [one.points for one in alone]
    assert [one.cost for one in together] == pytest.approx([one.cost for one in alone])
    assert any(one.points for one in alone)


def test_too_short_a_series_among_others_is_refused_as_alone() -> None:
    asked = [Question(np.ones(size), 5, 1e-8, 1.0) for size in (20, 4)]
    with pytest.raises(ValueError, match="4 values"):
        segmented_each(asked)
