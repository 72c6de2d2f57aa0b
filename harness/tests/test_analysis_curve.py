"""The curve of several processes at common moments, and which cases show warm-up best."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from pyrometer.analysis.curve import POINTS, TRACED, telling, typical, warmup_curve
from pyrometer.analysis.findings import Cell
from pyrometer.analysis.process_value import Process
from tests.report_samples import cell


def process(per_run_ns: list[float], start_ns: float = 0.0) -> Process:
    wall = np.array(per_run_ns, float)
    ones = np.ones(wall.size)
    return Process(round=0, loops=ones, wall_ns=wall, cpu_ns=wall, start_ns=start_ns)


def test_between_samples_it_is_a_step_and_over_processes_a_median_with_their_range() -> None:
    three = [process([4e9, 1e9, 1e9]), process([1e9] * 6), process([2e9] * 3)]
    curve = warmup_curve(three)
    assert curve is not None
    assert curve.at_s[0] == pytest.approx(1.0)
    assert (curve.low_ns[0], curve.median_ns[0], curve.high_ns[0]) == (1e9, 2e9, 4e9)
    assert curve.at_s[-1] == pytest.approx(6.0)
    assert (curve.low_ns[-1], curve.median_ns[-1], curve.high_ns[-1]) == (1e9, 1e9, 2e9)
    assert list(curve.at_s) == sorted(curve.at_s)


def test_time_runs_from_the_start_of_the_process() -> None:
    curve = warmup_curve([process([2e9, 1e9], start_ns=5e9)])
    assert curve is not None
    assert curve.at_s == pytest.approx((7.0, 8.0))
    assert curve.median_ns == (2e9, 1e9)


def test_it_ends_with_the_shortest_process_and_has_few_points() -> None:
    curve = warmup_curve([process([1e6] * 400), process([1e6] * 300)])
    assert curve is not None
    lengths = {len(curve.at_s), len(curve.median_ns), len(curve.low_ns), len(curve.high_ns)}
    assert lengths == {POINTS}
    assert curve.at_s[-1] == pytest.approx(0.3)


def test_there_is_none_of_processes_with_a_hole_or_an_unknown_start() -> None:
    assert warmup_curve([]) is None
    assert warmup_curve([process([1e6] * 4, start_ns=math.nan)]) is None


def test_the_process_in_full_is_the_one_with_the_median_value() -> None:
    warm = [3e6] * 10 + [1e6] * 30
    swift, middle, slow = (
        process([5e6, *(factor * one for one in warm)], start_ns=2e6) for factor in (0.9, 1, 1.2)
    )
    found = typical([slow, swift, middle])
    assert found is not None
    assert found.levels_ns == pytest.approx((3e6, 1e6))
    assert found.edges_s == pytest.approx((0.007, 0.037, 0.067))  # the cold call is in none
    assert found.steady_s == pytest.approx(0.037)
    assert found.at_s[0] == pytest.approx(0.007)
    assert found.run_ns[0] == 5e6
    assert found.at_s[-1] == pytest.approx(0.067)


def test_outliers_are_in_no_level_but_drawn() -> None:
    spiked = [1e6, 1.01e6] * 20
    spiked[30] = 9e6
    found = typical([process([5e6, *spiked])])
    assert found is not None
    assert found.levels_ns == pytest.approx((1.005e6,), rel=1e-3)
    assert 9e6 in found.run_ns


def test_a_long_process_is_drawn_by_some_of_its_samples() -> None:
    found = typical([process([1e6, 1.01e6] * 200)])
    assert found is not None
    assert len(found.at_s) <= TRACED
    assert list(found.at_s) == sorted(set(found.at_s))


def test_without_a_steady_state_nothing_is_marked() -> None:
    found = typical([process(np.linspace(3e6, 1e6, 60).tolist())])
    assert found is not None
    assert math.isnan(found.steady_s)
    assert typical([]) is None
    assert typical([process([1e6] * 4, start_ns=math.nan)]) is None


def moved(name: str, first_ns: float) -> Cell:
    made = cell("pypy-8.0", f"micro/{name}", "small", 2.0)
    assert made.timing is not None
    assert made.timing.curve is not None
    curve = replace(made.timing.curve, median_ns=(first_ns, 1e6))
    return replace(made, timing=replace(made.timing, first_ns=first_ns, curve=curve))


def test_the_most_telling_case_comes_first_in_either_direction() -> None:
    cells = [moved("calm", 1.1e6), moved("slows", 0.05e6), moved("warms", 9e6)]
    assert telling(cells) == {
        "micro": (("micro/slows", "small"), ("micro/warms", "small"), ("micro/calm", "small"))
    }
    assert telling([]) == {}
