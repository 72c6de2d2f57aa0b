"""When a row that warms up overtakes the baseline, on series that can be worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrometer.analysis.crossover import faster_from, paid_back
from pyrometer.analysis.process_value import Process

S = 1e9


def process(
    per_run_s: Sequence[float], *, start_s: float = 0.0, loops: list[int] | None = None
) -> Process:
    counts = np.array(loops or [1] * len(per_run_s), float)
    wall = np.array(per_run_s) * S * counts
    return Process(round=0, loops=counts, wall_ns=wall, cpu_ns=wall, start_ns=start_s * S)


def test_a_run_is_faster_from_the_end_of_the_last_one_that_was_not() -> None:
    found = faster_from([process([9, 8, 1, 1, 1, 1, 1], start_s=2)], 5 * S)
    assert found is not None
    assert found.at_s == pytest.approx(2 + 9 + 8)
    assert found.runs == 2
    assert (found.reached, found.processes) == (1, 1)
    assert found.within_s == pytest.approx(2 + 22)


def test_one_pause_is_no_relapse_but_two_in_three_are() -> None:
    paused = faster_from([process([9, 1, 1, 1, 40, 1, 1, 1])], 5 * S)
    relapsed = faster_from([process([9, 1, 1, 1, 40, 1, 40, 40, 1, 1, 1])], 5 * S)
    assert paused is not None
    assert relapsed is not None
    assert paused.runs == 1
    assert relapsed.runs > 5


def test_ahead_from_the_beginning_and_never_ahead() -> None:
    ahead = faster_from([process([1] * 6, start_s=0.5)], 5 * S)
    behind = faster_from([process([9, 9, 9, 9, 9, 9])], 5 * S)
    assert ahead is not None
    assert (ahead.runs, ahead.at_s) == (0, 0.5)
    assert behind is not None
    assert behind.at_s == math.inf
    assert behind.reached == 0


def test_what_is_said_of_several_is_their_median_and_range() -> None:
    early, late = process([9] + [1] * 8), process([9] * 4 + [1] * 8)
    never = process([9] * 12)
    found = faster_from([early, early, late, late, late], 5 * S)
    assert found is not None
    assert (found.low_s, found.at_s, found.high_s) == (9, 36, 36)
    half = faster_from([early, never], 5 * S)
    assert half is not None
    assert (half.at_s, half.reached, half.processes) == (math.inf, 1, 2)
    most = faster_from([early, early, never], 5 * S)
    assert most is not None
    assert (most.at_s, most.high_s) == (9, math.inf)


def test_paid_back_counts_start_up_and_every_run_before() -> None:
    # Its runs take 1 s after one of 10 s and a start of 2 s; the baseline's 3 s after 1 s.
    # 2 + 10 + (n - 1) = 1 + 3 n at n = 5, after 16 s.
    found = paid_back([process([10] + [1] * 9, start_s=2)], [process([3] * 10, start_s=1)])
    assert found is not None
    assert found.runs == pytest.approx(5)
    assert found.at_s == pytest.approx(16)


def test_since_the_first_call_both_starts_are_left_out() -> None:
    # 10 + (n - 1) = 3 n at n = 4.5, after 13.5 s; the starts would have made it 5 runs.
    its, baseline = process([10] + [1] * 9, start_s=2), process([3] * 10, start_s=1)
    found = paid_back([its], [baseline], called=True)
    assert found is not None
    assert found.runs == pytest.approx(4.5)
    assert found.at_s == pytest.approx(13.5)
    assert found.within_s == pytest.approx(19)
    first = paid_back([process([1] * 3, start_s=9)], [process([3] * 3)], called=True)
    assert first is not None
    assert (first.runs, first.at_s) == (0, 0)


def test_within_a_sample_it_is_taken_by_share() -> None:
    its = process([10, 1], start_s=2, loops=[1, 20])
    found = paid_back([its], [process([3] * 30, start_s=1)])
    assert found is not None
    assert found.runs == pytest.approx(5)
    assert found.at_s == pytest.approx(16)


def test_the_baseline_goes_on_at_its_steady_time() -> None:
    # Three runs were measured; from the fourth on each is taken to last 3 s.
    found = paid_back([process([10] + [1] * 9, start_s=2)], [process([3] * 3, start_s=1)])
    assert found is not None
    assert found.runs == pytest.approx(5)


def test_it_is_not_paid_back_before_it_was() -> None:
    never = paid_back([process([10] + [1] * 2)], [process([3] * 3)])
    assert never is not None
    assert never.reached == 0
    first = paid_back([process([1] * 3, start_s=1)], [process([3] * 3, start_s=2)])
    assert first is not None
    assert (first.runs, first.at_s) == (0, 1)
    # Ahead for a while, and behind again in the end.
    lost = paid_back([process([1, 1, 9, 9, 9], start_s=1)], [process([3] * 5, start_s=2)])
    assert lost is not None
    assert lost.at_s == math.inf


def test_nothing_is_said_without_whole_processes_of_known_start() -> None:
    there = process([1.0] * 5)
    unknown = process([1.0] * 5, start_s=math.nan)
    assert faster_from([unknown], S) is None
    assert faster_from([there], math.nan) is None
    assert paid_back([unknown], [there]) is None
    assert paid_back([there], [unknown]) is None
    assert paid_back([], [there]) is None


@given(
    st.lists(st.floats(0.1, 50), min_size=6, max_size=30),
    st.floats(0.1, 50),
    st.floats(0.01, 10),
)
def test_after_paying_back_it_stays_ahead(
    runs_s: list[float], level_s: float, start_s: float
) -> None:
    its = process(runs_s, start_s=start_s)
    baseline = process([level_s] * 8, start_s=0.01)
    found = paid_back([its], [baseline])
    assert found is not None
    spent = start_s + np.cumsum(runs_s)
    theirs = 0.01 + level_s * np.arange(1, len(runs_s) + 1)
    ahead = spent <= theirs + 1e-6
    later = np.arange(1, len(runs_s) + 1) >= found.runs
    assert ahead[later].all()
    assert math.isfinite(found.at_s) == bool(ahead[-1] and found.reached)
