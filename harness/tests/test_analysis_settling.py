"""The course of a cell, and when its processes became steady."""

from __future__ import annotations

import math

import numpy as np
import pytest

from pyrometer.analysis.findings import Course
from pyrometer.analysis.process_value import Process
from pyrometer.analysis.settling import course_of, settling

FLAT = [1.0, 1.01] * 20
WARMING = [3.0, 3.02] * 6 + [1.0, 1.01] * 20
SLOWING = [1.0, 1.01] * 10 + [2.0, 2.02] * 20
FALLING = list(np.linspace(3, 1, 40))
SHORT = [1.0] * 6


def process(per_run_s: list[float], *, start_s: float = 0.5, loops: int = 1) -> Process:
    """A cold call of 5 s, then these."""
    wall = np.array([5.0, *per_run_s]) * 1e9 * loops
    counts = np.full(wall.size, float(loops))
    return Process(round=0, loops=counts, wall_ns=wall, cpu_ns=wall, start_ns=start_s * 1e9)


@pytest.mark.parametrize(
    ("traces", "course"),
    [
        ((FLAT, FLAT), Course.FLAT),
        ((WARMING, WARMING), Course.WARM_UP),
        ((SLOWING,), Course.SLOW_DOWN),
        ((FALLING, FALLING), Course.UNSTEADY),
        ((FLAT, WARMING, FLAT), Course.GOOD_INCONSISTENT),
        ((FLAT, SLOWING), Course.BAD_INCONSISTENT),
        ((WARMING, FALLING), Course.BAD_INCONSISTENT),
        ((SHORT,), Course.TOO_FEW),
        ((FLAT, FLAT, SHORT), Course.FLAT),
        ((FLAT, SHORT), Course.TOO_FEW),
        ((FALLING, SHORT, SHORT), Course.TOO_FEW),
    ],
)
def test_the_course_of_several(traces: tuple[list[float], ...], course: Course) -> None:
    found = settling([process(one) for one in traces])
    assert found.course is course
    assert sum(found.courses.values()) == found.processes == len(traces)


def test_a_cell_of_no_process_has_too_few_samples() -> None:
    assert course_of({}) is Course.TOO_FEW


def test_time_to_the_steady_state_is_from_the_start_of_the_process() -> None:
    found = settling([process(WARMING, start_s=2, loops=3)])
    assert found.at_s == found.low_s == found.high_s == pytest.approx(2 + 3 * (5 + 6 * 6.02))
    assert found.runs == 13 * 3
    assert (found.reached, found.processes) == (1, 1)
    assert found.within_s == pytest.approx(2 + 3 * (5 + 6 * 6.02 + 20 * 2.01))


def test_flat_is_steady_from_its_second_sample_on() -> None:
    found = settling([process(FLAT)])
    assert (found.at_s, found.runs) == (5.5, 1)


def test_it_is_told_by_the_median_and_the_percentiles_5_and_95() -> None:
    found = settling([process(WARMING[: 2 * late] + FLAT) for late in (3, 4, 5, 5, 5)])
    assert (found.low_runs, found.runs, found.high_runs) == (7, 11, 11)
    many = settling([process(WARMING[:6] + FLAT)] + [process(FLAT)] * 39)
    assert (many.low_runs, many.runs, many.high_runs) == (1, 1, 1)  # one of forty is beyond


def test_a_process_that_never_settles_is_at_infinity() -> None:
    found = settling([process(FLAT), process(FLAT), process(FALLING)])
    assert (found.runs, found.high_runs, found.high_s) == (1, math.inf, math.inf)
    assert (found.reached, found.processes) == (2, 3)
    never = settling([process(FLAT), process(FALLING)])
    assert (never.at_s, never.runs) == (math.inf, math.inf)


def test_of_too_few_samples_no_time_is_told() -> None:
    found = settling([process(SHORT)])
    assert math.isnan(found.at_s)
    assert math.isnan(found.runs)
    assert found.reached == 0


def test_an_unknown_start_leaves_the_number_of_runs() -> None:
    found = settling([process(WARMING, start_s=math.nan)])
    assert math.isnan(found.at_s)
    assert found.runs == 13


def test_outliers_are_counted_among_the_samples() -> None:
    spiked = [*FLAT]
    spiked[30] = 4.0
    found = settling([process(spiked), process(FLAT)])
    assert (found.outliers, found.samples) == (1, 82)
    assert found.course is Course.FLAT


def test_autocorrelation_is_the_median_over_the_processes() -> None:
    found = settling([process(FLAT), process(FLAT), process([1.0] * 40)])
    assert found.autocorrelation == pytest.approx(-1, abs=0.05)
    assert math.isnan(settling([process([1.0] * 40)]).autocorrelation)
