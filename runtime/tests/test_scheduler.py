"""Resources in exact fractions, and how many calls a worker is given."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from polyray.scheduler import BATCH, MOST_IN_FLIGHT, Resources, share, units, window_for

AMOUNTS = st.dictionaries(st.sampled_from(["CPU", "GPU", "x"]), st.integers(0, 40_000))


@given(st.lists(AMOUNTS, max_size=12))
def test_what_is_taken_and_given_back_leaves_everything_as_it_was(
    wanted: list[dict[str, int]],
) -> None:
    resources = Resources({"CPU": 4, "GPU": 1, "x": 0.5})
    before = dict(resources.free)
    taken = [one for one in wanted if resources.fits(one)]
    for one in taken:
        resources.take(one)
    for one in taken:
        resources.give(one)
    assert {name: amount for name, amount in resources.free.items() if amount} == before


@given(st.lists(AMOUNTS, max_size=12))
def test_what_fits_never_overdraws(wanted: list[dict[str, int]]) -> None:
    resources = Resources({"CPU": 4, "GPU": 1, "x": 0.5})
    for one in wanted:
        if resources.fits(one):
            resources.take(one)
    assert all(amount >= 0 for amount in resources.free.values())


def test_ten_tenths_are_one() -> None:
    resources = Resources({"CPU": 1})
    for _ in range(10):
        assert resources.fits({"CPU": units(0.1)})
        resources.take({"CPU": units(0.1)})
    assert not resources.fits({"CPU": units(0.0001)})


@given(st.floats(0, 10), st.integers(1, 10_000), st.integers(1, 512), st.integers(1, 64))
def test_windows_and_shares_stay_in_their_bounds(
    mean_s: float, waiting: int, room: int, workers: int
) -> None:
    assert 1 <= window_for(mean_s) <= MOST_IN_FLIGHT
    assert 1 <= share(waiting, room, workers) <= min(waiting, room, BATCH)
