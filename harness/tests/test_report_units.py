from __future__ import annotations

import math

import pytest

from pyrometer.report import units


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0421, "0.042×"),
        (0.25, "0.25×"),
        (1, "1.00×"),
        (3.1249, "3.12×"),
        (9.996, "10.0×"),
        (99.97, "100×"),
        (12345.6, "12,346×"),
        (0.0001, "<0.001×"),
        (math.nan, "–"),
        (math.inf, "–"),
        (None, "–"),
    ],
)
def test_ratio(value: float | None, text: str) -> None:
    assert units.ratio(value) == text


def test_interval_without_bounds_is_a_dash() -> None:
    assert units.interval(math.nan, math.nan) == "–"
    assert units.interval(2.9, 3.4) == "[2.90, 3.40]"


@pytest.mark.parametrize(
    ("value_ns", "text"),
    [(12, "12.0 ns"), (1.5e3, "1.50 µs"), (42e6, "42.0 ms"), (6e9, "6.00 s"), (0, "0 ns")],
)
def test_time(value_ns: float, text: str) -> None:
    assert units.time(value_ns) == text


def test_seconds_and_sizes() -> None:
    assert [units.seconds(one) for one in (4.2, 61.6, 5230.0)] == [
        "4.2 s",
        "1 min 2 s",
        "1 h 27 min",
    ]
    assert [units.size(one) for one in (512, 44 * 2**20)] == ["512 B", "44.0 MiB"]
    assert units.percent(0.98) == "98 %"


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.95, "95 %"), (0.9574, "95.7 %"), (0.9984, "99.8 %"), (0.9997, "99.97 %")],
)
def test_a_level_is_told_from_certainty(share: float, text: str) -> None:
    assert units.level(share) == text


def test_counts_may_have_been_interpolated() -> None:
    assert [units.count(one) for one in (90.0, 1203.6, math.nan, None)] == ["90", "1,204", "–", "–"]


def test_plural() -> None:
    assert units.plural(1, "case") == "1 case"
    assert units.plural(2310, "process", "processes") == "2,310 processes"
