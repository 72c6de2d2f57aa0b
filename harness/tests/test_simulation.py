"""Simulated comparisons: what is promised holds under the noise that machines make."""

from __future__ import annotations

import pytest

from benchmarks.noise import KINDS
from benchmarks.simulate import chart, missed

BY_NAME = {noise.name: noise for noise in KINDS}


@pytest.mark.slow
@pytest.mark.parametrize(("true", "least", "most"), [(1.0, 0.04, 0.06), (1.02, 0.03, 0.07)])
def test_under_all_kinds_of_noise_one_in_twenty_misses(
    true: float, least: float, most: float
) -> None:
    """2,000 comparisons each: false alarms 5 ± 1 %, coverage of a true 2 % from 93 to 97 %.

    From series of samples to the interval; processes and iterations vary, with heavy tails,
    autocorrelation and a drifting machine.
    """
    found = missed(BY_NAME["all of it"], true=true, seed=7 if true > 1 else 20261126)
    assert found.ours.value is not None
    assert found.pooled.value is not None
    assert least <= found.ours.value <= most
    assert found.pooled.value > 0.4


def test_the_chart_has_every_kind_of_noise() -> None:
    found = [missed(noise, comparisons=3) for noise in KINDS]
    drawing = chart(found)
    assert all(noise.name in drawing.svg for noise in KINDS)
    assert [missed(noise, comparisons=3) for noise in KINDS[:1]] == found[:1]
