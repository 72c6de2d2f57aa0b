"""The core survives random schedules: nothing is lost, nothing is held for ever.

POLYRAY_SCHEDULES is how many (500); `nox -s simulate` takes a million.
"""

from __future__ import annotations

import os

import pytest
import schedules

SCHEDULES = int(os.environ.get("POLYRAY_SCHEDULES", "500"))
PARTS = 8


@pytest.mark.parametrize("part", range(PARTS))
def test_random_schedules(part: int) -> None:
    kills = 0
    for seed in range(part, SCHEDULES, PARTS):
        try:
            kills += schedules.run(seed).kills
        except Exception as error:
            raise AssertionError(f"schedule {seed} fails: {error!r}") from error
    assert kills


# What schedules out of a million once failed at: a cancelled call for whose end others of the same
# line waited (the first two); a value that came for a task of a worker's own just before others
# asked for it.
@pytest.mark.parametrize("seed", [1789, 4479, 51430, 112673, 152295])
def test_schedules_that_failed_once(seed: int) -> None:
    schedules.run(seed)
