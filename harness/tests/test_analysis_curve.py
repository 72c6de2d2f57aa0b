"""The curve of several processes at common moments, and which cases show warm-up best."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from pyrometer.analysis.curve import POINTS, telling, warmup_curve
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
