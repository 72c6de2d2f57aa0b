"""Many cells at once: intervals and claims agree, and few are wrong."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrometer.analysis.against import Against
from pyrometer.analysis.family import corrected, family_level
from pyrometer.analysis.findings import Claim, Ratio
from pyrometer.analysis.ratio import LEVEL, LogDifference, speed_difference, speed_ratio, t_quantile

EXAMPLE_7 = (0.001, 0.012, 0.014, 0.035, 0.20)
CASES, BLOCKS, TABLES = 20, 5, 400
SOME = (Claim.FASTER, Claim.SLOWER)


def of_p(p: float) -> LogDifference:
    """A difference with that two-sided p."""
    return LogDifference(difference=t_quantile(1 - p, 9.0), se=1.0, df=9.0)


def test_the_level_of_example_7() -> None:
    """Benjamini and Hochberg adjust to .005 .0233 .0233 .04375 .200: four of five at 5 %."""
    logs = [of_p(p) for p in EXAMPLE_7]
    assert [one.p for one in logs] == pytest.approx(EXAMPLE_7)
    assert family_level(logs) == pytest.approx(1 - 4 / 5 * 0.05)
    assert family_level(logs[3:]) == pytest.approx(1 - 0.05 / 2)  # .035 > .025: none of two


def test_one_alone_and_all_discovered_are_not_corrected() -> None:
    assert family_level([of_p(0.7), None]) == family_level([]) == LEVEL
    assert family_level([of_p(1e-9)] * 50) == pytest.approx(LEVEL)
    assert family_level([of_p(0.9)] * 50) == pytest.approx(1 - 0.05 / 50)


def table(true: np.ndarray, rng: np.random.Generator, noise: float = 0.02) -> dict[int, Against]:
    """A cell for each true log difference: blocks of processes with that noise, no margin."""
    found = {}
    for case, log in enumerate(true):
        baseline = dict(enumerate(np.exp(rng.normal(0.0, noise, BLOCKS))))
        its = dict(enumerate(np.exp(rng.normal(-log, noise, BLOCKS))))
        speed, found_log = speed_ratio(baseline, its, 0.0), speed_difference(baseline, its)
        found[case] = Against(speed=speed, log=found_log)
    return found


def leaves_out(ratio: Ratio | None, value: float) -> bool:
    return ratio is not None and not ratio.low <= value <= ratio.high


@given(st.integers(min_value=0, max_value=2**32 - 1))
def test_claims_and_intervals_agree_and_the_estimate_stays(seed: int) -> None:
    rng = np.random.default_rng(seed)
    plain = table(rng.normal(0, 0.03, CASES), rng)
    for case, one in corrected(plain, margin=0.0).items():
        before, after, log = plain[case].speed, one.speed, one.log
        assert before is not None
        assert after is not None
        assert log is not None
        assert after.ratio == before.ratio
        assert after.low <= before.low
        assert after.high >= before.high
        assert (after.claim in SOME) == leaves_out(after, 1.0) == (log.p <= 1 - after.level)


def test_what_has_no_spread_is_no_member() -> None:
    exact = {0: 2.0, 1: 2.0, 2: 2.0}, {0: 1.0, 1: 1.0, 2: 1.0}
    held = {"exact": Against(speed=speed_ratio(*exact), log=speed_difference(*exact)),
            "none": Against(withheld="differs")}  # fmt: skip
    assert corrected(held) == held


def test_tables_without_a_difference_seldom_claim_one() -> None:
    """At most 5 % of tables, up to 32 of 400 by chance; uncorrected, two of three would."""
    rng = np.random.default_rng(7)
    claiming = uncorrected = 0
    for _ in range(TABLES):
        plain = table(np.zeros(CASES), rng)
        held = corrected(plain, margin=0.0)
        uncorrected += any(leaves_out(one.speed, 1.0) for one in plain.values())
        claiming += any(leaves_out(one.speed, 1.0) for one in held.values())
    assert claiming <= 32
    assert uncorrected > 200


def test_one_in_twenty_of_the_claimed_intervals_misses_its_ratio_on_average() -> None:
    """The mean over tables of that share, 0 where nothing is claimed; at 95 % each, one in five."""
    rng = np.random.default_rng(8)
    true = np.where(np.arange(CASES) < 4, 0.03, 0.0)
    plain_share = share = 0.0
    for _ in range(TABLES):
        plain = table(true, rng, 0.013)
        plain_share += missing_share(plain, true) / TABLES
        share += missing_share(corrected(plain, margin=0.0), true) / TABLES
    assert share <= 0.06
    assert plain_share > 0.2


def missing_share(held: dict[int, Against], true: np.ndarray) -> float:
    """Of the intervals that leave out no difference, those that leave out the true one too."""
    claimed = [case for case, one in held.items() if leaves_out(one.speed, 1.0)]
    missed = sum(leaves_out(held[case].speed, float(np.exp(true[case]))) for case in claimed)
    return missed / len(claimed) if claimed else 0.0
