"""Which sessions are left behind by a driver that is gone."""

from __future__ import annotations

import os

import pytest

from polyray import node


@pytest.mark.parametrize(("ticks", "lives"), [(0, True), (50, True), (-50, True), (10**9, False)])
def test_a_process_is_known_by_its_id_and_roughly_by_its_start(ticks: int, lives: bool) -> None:
    pid, started = node._mark(os.getpid()).decode().split()
    assert node._lives(f"{pid} {int(started) + ticks}".encode()) is lives


def test_an_id_that_nobody_has_is_gone() -> None:
    assert not node._lives(b"999999999 1")
