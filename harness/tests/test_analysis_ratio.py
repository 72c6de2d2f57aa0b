"""Worked examples to the printed digits, properties, and the order of verdicts."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrometer.analysis.findings import Claim
from pyrometer.analysis.ratio import (
    LogDifference,
    needed_processes,
    paired,
    speed_claim,
    speed_ratio,
    t_quantile,
    time_claim,
    welch,
)

EXAMPLE_1A = (10.20, 10.10, 10.40, 10.15, 10.30)
EXAMPLE_1B = (10.00, 9.80, 10.10, 9.95, 10.05, 9.90)
EXAMPLE_4A = (1.000, 1.021, 1.052, 1.029, 1.084, 1.103)
EXAMPLE_4B = (0.990, 1.012, 1.039, 1.021, 1.071, 1.092)

times = st.floats(min_value=1e3, max_value=1e12)
sides = st.lists(times, min_size=2, max_size=12)


def by_round(values: tuple[float, ...] | list[float]) -> dict[int, float]:
    return dict(enumerate(values))


@pytest.mark.parametrize(
    ("df", "printed"),
    [
        (2, 4.302653),
        (3, 3.182446),
        (4, 2.776445),
        (5, 2.570582),
        (7.5, 2.333040),
        (9, 2.262157),
        (19, 2.093024),
        (29, 2.045230),
    ],
)
def test_t_table(df: float, printed: float) -> None:
    assert t_quantile(0.95, df) == pytest.approx(printed, abs=5e-7)


def test_example_1_welch() -> None:
    found = welch(np.log(EXAMPLE_1A), np.log(EXAMPLE_1B))
    assert found.difference == pytest.approx(0.026072169, abs=5e-10)
    assert found.a_part == pytest.approx(1.379856231e-4, abs=5e-14)
    assert found.b_part == pytest.approx(1.178599094e-4, abs=5e-14)
    assert found.se == pytest.approx(0.006873168, abs=5e-10)
    assert found.df == pytest.approx(8.340397, abs=5e-7)
    assert t_quantile(0.95, found.df) == pytest.approx(2.289724, abs=5e-7)
    assert math.exp(found.difference) == pytest.approx(1.026415, abs=5e-7)
    assert math.exp(found.low) == pytest.approx(1.010388, abs=5e-7)
    assert math.exp(found.high) == pytest.approx(1.042696, abs=5e-7)
    assert found.t == pytest.approx(3.793326, abs=5e-7)
    assert found.p == pytest.approx(0.00489643, abs=5e-9)


def test_example_1_verdicts() -> None:
    found = welch(np.log(EXAMPLE_1A), np.log(EXAMPLE_1B))
    assert time_claim(found, 0.01) is Claim.SLOWER
    assert found.low > math.log1p(0.01)
    assert found.equivalence_p(0.01) == pytest.approx(0.977, abs=5e-4)
    assert time_claim(found, 0.05) is Claim.NO_DIFFERENCE
    assert found.low > 0
    assert found.equivalence_p(0.05) == pytest.approx(0.005082, abs=5e-7)


def test_example_4_paired_sees_through_drift() -> None:
    found = paired(np.log(EXAMPLE_4A), np.log(EXAMPLE_4B))
    assert found.difference == pytest.approx(0.010205266, abs=5e-10)
    assert found.se == pytest.approx(0.000731961, abs=5e-10)
    assert found.df == 5
    assert math.exp(found.difference) == pytest.approx(1.010258, abs=5e-7)
    assert math.exp(found.low) == pytest.approx(1.008358, abs=5e-7)
    assert math.exp(found.high) == pytest.approx(1.012160, abs=5e-7)
    assert time_claim(found, 0.01) is Claim.SLOWER


def test_example_4_welch_is_hidden_by_drift() -> None:
    found = welch(np.log(EXAMPLE_4A), np.log(EXAMPLE_4B))
    assert found.se == pytest.approx(0.021360659, abs=5e-10)
    assert found.df == pytest.approx(9.995794, abs=5e-7)
    assert math.exp(found.low) == pytest.approx(0.963298, abs=5e-7)
    assert math.exp(found.high) == pytest.approx(1.059506, abs=5e-7)
    assert time_claim(found, 0.01) is Claim.UNDECIDED


def interval(low: float, high: float) -> LogDifference:
    """A finding whose interval is [low, high]."""
    df = 10.0
    half = (high - low) / 2
    return LogDifference(difference=low + half, se=half / t_quantile(0.95, df), df=df)


@pytest.mark.parametrize(
    ("low", "high", "claim"),
    [
        (-0.009, 0.009, Claim.NO_DIFFERENCE),
        (0.001, 0.009, Claim.NO_DIFFERENCE),  # equivalence goes before the sign
        (-0.009, -0.001, Claim.NO_DIFFERENCE),
        (0.001, 0.011, Claim.SLOWER),
        (0.5, 0.7, Claim.SLOWER),
        (-0.011, -0.001, Claim.FASTER),
        (-0.011, 0.009, Claim.UNDECIDED),
        (-0.009, 0.011, Claim.UNDECIDED),
    ],
)
def test_verdicts_in_their_order(low: float, high: float, claim: Claim) -> None:
    assert time_claim(interval(low, high), 0.01) is claim


def test_speed_and_time_claims_are_opposite() -> None:
    assert speed_claim(interval(0.5, 0.7)) is Claim.FASTER
    assert speed_claim(interval(-0.7, -0.5)) is Claim.SLOWER
    assert speed_claim(interval(-0.001, 0.001)) is Claim.NO_DIFFERENCE
    assert speed_claim(interval(-0.5, 0.5)) is Claim.UNDECIDED


def test_four_times_slower_is_a_quarter_and_never_folded() -> None:
    found = speed_ratio(by_round([1.0, 1.01, 0.99]), by_round([4.0, 4.04, 3.96]))
    assert found is not None
    assert found.ratio == pytest.approx(0.25)
    assert found.claim is Claim.SLOWER
    assert found.high < 0.27


def test_faster_is_above_one() -> None:
    found = speed_ratio(by_round([4.0, 4.04, 3.96]), by_round([1.0, 1.01, 0.99]))
    assert found is not None
    assert found.ratio == pytest.approx(4)
    assert found.claim is Claim.FASTER


@pytest.mark.parametrize("its", [[], [1.0]])
def test_below_two_processes_there_is_no_ratio(its: list[float]) -> None:
    assert speed_ratio(by_round([1.0, 1.1]), by_round(its)) is None
    assert speed_ratio(by_round(its), by_round([1.0, 1.1])) is None
    with pytest.raises(ValueError, match="two processes"):
        welch(its, [1.0, 1.1])
    with pytest.raises(ValueError, match="two blocks"):
        paired(its, its)


def test_two_processes_carry_a_warning_and_three_do_not() -> None:
    two = speed_ratio(by_round([1.0, 1.1, 1.2]), by_round([1.0, 1.1]))
    three = speed_ratio(by_round([1.0, 1.1, 1.2]), by_round([1.0, 1.1, 1.3]))
    assert two is not None
    assert three is not None
    assert "only 2 processes" in two.warnings[0]
    assert three.warnings == ()


def test_no_spread_at_all_decides_nothing() -> None:
    found = speed_ratio(by_round([2.0, 2.0, 2.0]), by_round([1.0, 1.0, 1.0]))
    assert found is not None
    assert found.claim is Claim.UNDECIDED
    assert (found.low, found.ratio, found.high) == pytest.approx((2, 2, 2))
    assert found.needed_processes is None
    assert "clock" in found.warnings[0]


def test_blocks_bound_the_ratio_where_they_are_complete() -> None:
    whole = speed_ratio(by_round(EXAMPLE_4A), by_round(EXAMPLE_4B))
    holed = speed_ratio(by_round(EXAMPLE_4A), by_round(EXAMPLE_4B[:-1]))
    assert whole is not None
    assert holed is not None
    assert (whole.paired, holed.paired) == (True, False)
    assert (whole.low, whole.high) == pytest.approx((1.008358, 1.012160), abs=5e-7)
    assert (whole.welch_low, whole.welch_high) == pytest.approx((0.963298, 1.059506), abs=5e-7)
    assert (holed.low, holed.high) == (holed.welch_low, holed.welch_high)


def test_rounds_of_two_runs_pair_nothing_and_two_are_too_few() -> None:
    apart = speed_ratio(by_round(EXAMPLE_4A), by_round(EXAMPLE_4B), blocks=False)
    two = speed_ratio(by_round(EXAMPLE_4A[:2]), by_round(EXAMPLE_4B[:2]))
    assert apart is not None
    assert two is not None
    assert (apart.low, apart.high) == pytest.approx((0.963298, 1.059506), abs=5e-7)
    assert (apart.paired, two.paired) == (False, False)


def test_pairs_are_rounds_and_not_positions() -> None:
    upside_down = dict(reversed(by_round(EXAMPLE_4B).items()))
    found = speed_ratio(by_round(EXAMPLE_4A), upside_down)
    assert found is not None
    assert found.low == pytest.approx(1.008358, abs=5e-7)


def test_differences_without_any_spread_are_a_clock_and_not_blocks() -> None:
    found = speed_ratio(by_round([2.0, 4.0, 8.0]), by_round([1.0, 2.0, 4.0]))
    assert found is not None
    assert not found.paired
    assert found.low < 1 < found.high


@pytest.mark.parametrize("drift", [0.0, 0.05])
def test_blocks_claim_a_difference_in_one_of_twenty_whatever_drifts(drift: float) -> None:
    """A/A: 2,000 comparisons, six processes a side; the 99 % band around 5 % is 76-126.

    A drift of the machine over the blocks makes independent processes claim next to nothing, with
    intervals several times as wide.
    """
    rng = np.random.default_rng(20261126)
    blocks = independent = 0
    for _ in range(2000):
        machine = drift * np.arange(6)
        a, b = (np.exp(machine + rng.normal(0, 0.01, 6)) for _ in "ab")
        found = speed_ratio(by_round(a.tolist()), by_round(b.tolist()), margin=0)
        assert found is not None
        blocks += found.claim is not Claim.UNDECIDED
        independent += not found.welch_low <= 1 <= found.welch_high
    assert 76 <= blocks <= 126
    assert (76 <= independent <= 126) if drift == 0 else independent <= 5


def test_needed_processes_decide_and_one_fewer_do_not() -> None:
    found = welch(np.log(EXAMPLE_4A), np.log(EXAMPLE_4B))
    needed = needed_processes(found, 0.01)
    assert needed is not None

    def claim(count: int) -> Claim:
        part = found.a_part + found.b_part
        shape = part**2 / (found.a_part**2 + found.b_part**2)
        more = LogDifference(
            difference=found.difference, se=math.sqrt(part / count), df=(count - 1) * shape
        )
        return time_claim(more, 0.01)

    assert claim(needed) is not Claim.UNDECIDED
    assert claim(needed - 1) is Claim.UNDECIDED


def test_needed_is_told_only_of_undecided_ratios() -> None:
    undecided = speed_ratio(by_round(EXAMPLE_4A), by_round(EXAMPLE_4B), blocks=False)
    decided = speed_ratio(by_round(EXAMPLE_1A), by_round(EXAMPLE_1B))
    assert undecided is not None
    assert decided is not None
    assert undecided.needed_processes is not None
    assert undecided.needed_processes > 6
    assert decided.needed_processes is None


def test_needed_is_none_where_nothing_would_decide() -> None:
    hopeless = LogDifference(difference=0.0, se=1e3, df=8, a_part=5e6, b_part=5e6)
    assert needed_processes(hopeless, 0.01) is None
    assert needed_processes(hopeless, 0.0) is None


@given(a=sides, b=sides)
def test_swapping_sides_turns_the_ratio_round(a: list[float], b: list[float]) -> None:
    one, other = welch(np.log(a), np.log(b)), welch(np.log(b), np.log(a))
    assert one.difference == pytest.approx(-other.difference, abs=1e-9)
    assert one.low == pytest.approx(-other.high, abs=1e-9)
    assert one.high == pytest.approx(-other.low, abs=1e-9)


@given(a=sides, b=sides, unit=st.floats(min_value=1e-3, max_value=1e3))
def test_the_unit_of_time_does_not_matter(a: list[float], b: list[float], unit: float) -> None:
    plain = welch(np.log(a), np.log(b))
    scaled = welch(np.log(np.array(a) * unit), np.log(np.array(b) * unit))
    assert scaled.difference == pytest.approx(plain.difference, abs=1e-9)
    assert scaled.se == pytest.approx(plain.se, abs=1e-9)


@given(a=sides, b=sides)
def test_the_interval_contains_the_estimate(a: list[float], b: list[float]) -> None:
    found = speed_ratio(by_round(a), by_round(b))
    assert found is not None
    assert found.low <= found.ratio <= found.high


@given(a=sides, b=sides, noise=st.floats(min_value=1.1, max_value=5))
def test_more_noise_is_a_wider_interval(a: list[float], b: list[float], noise: float) -> None:
    log_a, log_b = np.log(a), np.log(b)
    calm = welch(log_a, log_b)
    noisy = welch(
        log_a.mean() + noise * (log_a - log_a.mean()), log_b.mean() + noise * (log_b - log_b.mean())
    )
    assert noisy.half_width == pytest.approx(noise * calm.half_width, rel=1e-4, abs=1e-12)


@pytest.mark.parametrize("count", [3, 5, 10])
def test_coverage_of_a_known_ratio(count: int) -> None:
    """99 % band of 1000 trials around 95 % is 931-967; Welch is conservative at few processes."""
    rng = np.random.default_rng(20260601)
    hits = 0
    for _ in range(1000):
        a = np.log(1.02) + rng.normal(0, 0.01, count)
        b = rng.normal(0, 0.02, count)
        found = welch(a, b)
        hits += found.low <= math.log(1.02) <= found.high
    assert 931 <= hits <= 985


def test_false_alarms_of_one_build_under_two_labels() -> None:
    """At margin 0, 33-69 of 1000 are the 99 % band around 5 %."""
    rng = np.random.default_rng(7)
    claims = [
        time_claim(welch(rng.normal(0, 0.01, 8), rng.normal(0, 0.01, 8)), 0.0) for _ in range(1000)
    ]
    alarms = sum(claim in (Claim.FASTER, Claim.SLOWER) for claim in claims)
    assert 33 <= alarms <= 69
