from __future__ import annotations

import math

import numpy as np
import pytest

from pyrometer.analysis.findings.counts import Relation
from pyrometer.analysis.relation import predicted, relation, with_times
from tests.test_analysis_counted import HERE, THERE, count, name, outcomes


def points(slope: float, intercept: float, noise: float = 0.0) -> list[tuple[str, float, float]]:
    draw = np.random.default_rng(1)
    counts = np.linspace(0.5, 3, 30)
    logs = intercept + slope * np.log(counts) + noise * draw.standard_normal(30)
    pairs = zip(counts, logs, strict=True)
    return [(f"s/{at}", float(c), math.exp(t)) for at, (c, t) in enumerate(pairs)]


def line(slope: float, intercept: float, noise: float = 0.0) -> Relation:
    found = relation("r", points(slope, intercept, noise))
    assert found is not None
    return found


def test_a_line_that_is_there_is_found() -> None:
    found = line(0.7, 0.1)
    assert found.slope == pytest.approx(0.7)
    assert found.intercept == pytest.approx(0.1)
    assert found.deviation == pytest.approx(0, abs=1e-9)


def test_the_fit_is_that_of_numpy() -> None:
    given = points(0.7, 0.1, 0.2)
    counts, times = (np.log([one[at] for one in given]) for at in (1, 2))
    slope, intercept = np.polyfit(counts, times, 1)
    found = line(0.7, 0.1, 0.2)
    assert (found.slope, found.intercept) == pytest.approx((slope, intercept))


def test_a_prediction_holds_for_as_many_new_cases_as_it_says() -> None:
    draw = np.random.default_rng(7)
    held = 0
    for _ in range(2000):
        known, new = (np.exp(draw.normal(0, 0.5, size)) for size in (30, 8))
        times, after = (
            np.exp(0.1 + 0.7 * np.log(counts) + 0.2 * draw.standard_normal(counts.size))
            for counts in (known, new)
        )
        pairs = zip(known.tolist(), times.tolist(), strict=True)
        fitted = relation("r", [("c", count, time) for count, time in pairs])
        assert fitted is not None
        found = predicted(fitted, new.tolist())
        truth = float(np.exp(np.log(after).mean()))
        held += found.low <= truth <= found.high
    assert 0.93 < held / 2000 < 0.97


def test_few_cases_or_no_difference_make_no_line() -> None:
    assert relation("r", points(1, 0)[:4]) is None
    assert relation("r", [("c", 1.0, 1.1)] * 9) is None


def test_only_an_architecture_without_times_is_predicted() -> None:
    made = count(outcomes())
    own, other = name("3.15", HERE), name("3.15", THERE)
    siblings = {own: own, other: own}
    speeds = {(own, "s/a"): 1.8, (own, "s/b"): 1.0}
    assert with_times(made, speeds, siblings).relations == ()  # two cases are too few
