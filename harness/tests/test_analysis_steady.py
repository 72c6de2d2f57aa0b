"""The course of one series: worked examples, traces whose truth is known, and false alarms."""

from __future__ import annotations

import math
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrometer.analysis.findings import Course
from pyrometer.analysis.series import Floats
from pyrometer.analysis.steady import LEAST_SAMPLES, Steadiness, steadiness
from tests.traces import KINDS, normal, slow_example, swift_example

METHODOLOGY = Path(__file__).parents[2] / "docs" / "METHODOLOGY.md"
SERIES = 200  # of each kind and length, where false alarms are counted

seeds = st.integers(min_value=0, max_value=2**32 - 1)


@pytest.mark.parametrize(
    ("parts", "course", "begins"),
    [
        ((slow_example(20), swift_example(60)), Course.WARM_UP, 20),
        ((swift_example(20), slow_example(60)), Course.SLOW_DOWN, 20),
        ((swift_example(65), slow_example(15)), Course.UNSTEADY, 39),
        ((swift_example(80),), Course.FLAT, 0),
    ],
)
def test_the_worked_examples(parts: tuple[Floats, ...], course: Course, begins: int) -> None:
    """The third changes at 65 > 75 % of 80: too late for a steady state."""
    for unit in (1.0, 1e-3, 1e6):
        found = steadiness(unit * np.concatenate(parts))
        assert (found.course, found.begins) == (course, begins)
        assert not found.outliers.any()
        assert found.changes == ((parts[0].size,) if len(parts) > 1 else ())


def either_way(rng: np.random.Generator, low: float, high: float) -> float:
    ratio = float(rng.uniform(low, high))
    return ratio if rng.random() < 0.5 else 1 / ratio


@given(seeds)
def test_a_step_is_found_where_it_is(seed: int) -> None:
    rng = np.random.default_rng(seed)
    size = int(rng.integers(60, 200))
    at, ratio = int(size * rng.uniform(0.15, 0.7)), either_way(rng, 1.1, 5)
    values = normal(0.01)(rng, size)
    values[:at] *= ratio
    found = steadiness(values)
    assert found.course is (Course.WARM_UP if ratio > 1 else Course.SLOW_DOWN)
    assert abs(found.begins - at) <= 1
    assert values[found.begins :].mean() == pytest.approx(1, abs=0.02)


@given(seeds)
def test_a_late_step_is_no_steady_state(seed: int) -> None:
    rng = np.random.default_rng(seed)
    size = int(rng.integers(60, 200))
    at = min(int(size * rng.uniform(0.77, 1)), size - max(6, int(0.07 * size)))
    values = normal(0.01)(rng, size)
    values[:at] *= either_way(rng, 1.1, 5)
    assert steadiness(values).course is Course.UNSTEADY


@given(seeds)
def test_a_cycle_is_no_steady_state(seed: int) -> None:
    rng = np.random.default_rng(seed)
    phase = int(rng.integers(15, 40))
    size = phase * int(rng.integers(5, 9))
    slower = (np.arange(size) // phase) % 2
    values = normal(0.01)(rng, size) * (1 + rng.uniform(0.2, 1) * slower)
    found = steadiness(values)
    assert found.course is Course.UNSTEADY
    assert found.begins == (size - 1) // 2


@given(seeds)
def test_a_drift_to_the_end_is_no_steady_state(seed: int) -> None:
    """Its last quarter has no changepoint that would tell: the trend does."""
    rng = np.random.default_rng(seed)
    size = int(rng.integers(40, 300))
    values = normal(0.01)(rng, size) * np.linspace(rng.uniform(1.3, 3), 1, size)
    assert steadiness(values).course is Course.UNSTEADY
    assert steadiness(values[::-1].copy()).course is Course.UNSTEADY


@given(seeds)
def test_what_warms_up_by_and_by_is_steady_once_it_has(seed: int) -> None:
    rng = np.random.default_rng(seed)
    size = int(rng.integers(60, 300))
    warming = rng.uniform(0.5, 5) * np.exp(-np.arange(size) / (size * rng.uniform(0.02, 0.06)))
    values = normal(0.01)(rng, size) * (1 + warming)
    found = steadiness(values)
    assert found.course is Course.WARM_UP
    assert values[found.begins :].mean() == pytest.approx(1, abs=0.03)


@given(seeds)
def test_spikes_are_marked_and_change_nothing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    size = int(rng.integers(60, 300))
    at = np.arange(3 + rng.integers(5), size - 2, rng.integers(25, 40))
    values = normal(0.01)(rng, size)
    values[at] *= rng.uniform(1.5, 10)
    found = steadiness(values)
    assert (found.course, found.begins, found.changes) == (Course.FLAT, 0, ())
    assert np.flatnonzero(found.outliers).tolist() == at.tolist()


@given(seeds, st.floats(min_value=1e-6, max_value=1e6))
def test_the_unit_does_not_matter(seed: int, unit: float) -> None:
    rng = np.random.default_rng(seed)
    values = np.exp(rng.normal(0, 0.1, 60).cumsum())
    one, other = steadiness(values), steadiness(unit * values)
    assert (one.course, one.begins, one.changes) == (other.course, other.begins, other.changes)


def test_warming_up_is_no_outlier_though_it_is_short() -> None:
    rng = np.random.default_rng(1)
    values = normal(0.01)(rng, 200)
    values[:8] = 5
    found = steadiness(values)
    assert not found.outliers[:8].any()
    assert (found.course, found.begins) == (Course.WARM_UP, 8)


def test_a_difference_below_a_hundredth_is_none() -> None:
    """A thousandth of noise shows a step of 0.8 %, which nobody would call a warm-up."""
    values = normal(0.001)(np.random.default_rng(1), 100)
    values[:40] *= 1.008
    found = steadiness(values)
    assert found.changes == (40,)
    assert (found.course, found.begins) == (Course.FLAT, 0)


def test_a_few_samples_of_which_little_is_known_are_not_the_same_as_anything() -> None:
    """One of five compiles: their mean is twice as large, and so is its error."""
    values = normal(0.01)(np.random.default_rng(1), 200)
    values[:5] = (1.5, 1.2, 6.0, 1.2, 1.1)
    found = steadiness(values)
    assert (found.course, found.begins) == (Course.WARM_UP, 5)


def test_the_step_of_a_clock_hides_what_is_below_it() -> None:
    values = np.where(np.arange(80) < 40, 1.0, 1.02)
    assert steadiness(values).changes == (40,)
    assert steadiness(values, resolution=0.2).changes == ()


def test_too_few_samples_say_so_unless_they_plainly_move() -> None:
    rng = np.random.default_rng(2)
    for size in range(1, LEAST_SAMPLES):
        found = steadiness(normal(0.01)(rng, size))
        assert (found.course, found.begins) == (Course.TOO_FEW, (size - 1) // 2)
    assert steadiness(np.linspace(2, 1, 16)).course is Course.UNSTEADY
    assert steadiness(np.array([9.0, 9, 9, 9, 9, 9, 1, 1, 1, 1])).course is Course.UNSTEADY
    assert steadiness(np.linspace(2, 1, 8)).course is Course.TOO_FEW  # five values prove nothing


def test_the_least_number_of_samples_shows_a_tenth_in_noise_of_a_hundredth() -> None:
    """As docs/METHODOLOGY.md says, wherever the step is; with five samples less it may not."""
    rng = np.random.default_rng(5)

    def missed(size: int) -> int:
        return sum(
            steadiness(np.where(np.arange(size) < at * size, 1.1, 1) * normal(0.01)(rng, size))
            .course in (Course.FLAT, Course.TOO_FEW)
            for at in (0.2, 0.5, 0.8)
            for _ in range(50)
        )  # fmt: skip

    assert missed(LEAST_SAMPLES) == 0
    assert missed(LEAST_SAMPLES - 5) > 20


def test_what_resembles_its_neighbours_is_told() -> None:
    rng = np.random.default_rng(4)
    assert steadiness(KINDS["independent, 1 %"](rng, 300)).autocorrelation == pytest.approx(
        0, abs=0.15
    )
    assert steadiness(KINDS["autocorrelation 0.8, 1 %"](rng, 300)).autocorrelation > 0.6
    assert math.isnan(steadiness(np.ones(30)).autocorrelation)
    assert math.isnan(steadiness(np.ones(1)).autocorrelation)


def shares(found: list[Steadiness]) -> list[float]:
    """Per cent with a changepoint, other than flat, and without a steady state."""
    alarms = (
        sum(bool(one.changes) for one in found),
        sum(one.course is not Course.FLAT for one in found),
        sum(one.course is Course.UNSTEADY for one in found),
    )
    return [100 * count / len(found) for count in alarms]


def documented() -> dict[str, list[float]]:
    """Kind → the six figures of its row in the table of false alarms."""
    rows = re.findall(r"^\| ([^|]+) ((?:\| *[\d.]+ ){6})\|$", METHODOLOGY.read_text(), re.MULTILINE)
    return {name.strip(): [float(one) for one in re.findall(r"[\d.]+", row)] for name, row in rows}


@pytest.mark.parametrize("kind", KINDS)
def test_false_alarms_are_as_documented(kind: str) -> None:
    """Noise in which nothing changes: a tenth of the series that the table is made from."""
    found = []
    for size in (50, 300):
        rng = np.random.default_rng(size)
        found += shares([steadiness(KINDS[kind](rng, size)) for _ in range(SERIES)])
    for share, expected in zip(found, documented()[kind], strict=True):
        error = 100 * math.sqrt(expected / 100 * (1 - expected / 100) / SERIES)
        assert share == pytest.approx(expected, abs=0.6 + 3 * error)
