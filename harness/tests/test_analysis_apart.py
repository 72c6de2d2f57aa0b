"""Two ratios of one case beside each other, and whose counts stand in one column."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from pyrometer.analysis.apart import Found, apart
from pyrometer.analysis.joining import Basis, joined
from pyrometer.model import Source

HERE, THERE = "x86_64", "aarch64"
MADE_OF = (Source(name="python3", version="3.11.2", sha256="a" * 64),)


def test_the_widest_apart_come_first() -> None:
    found = [
        Found("pypy", "s/a", "small", HERE, 8.0),
        Found("pypy", "s/a", "small", THERE, 4.0),
        Found("pypy", "s/b", "small", HERE, 1.0),
        Found("pypy", "s/b", "small", THERE, 1.25),
    ]
    halved, more = apart(found, (HERE, THERE))
    assert (halved.case, halved.suite, halved.ratios, halved.further) == ("s/a", "s", (8, 4), 0.5)
    assert (more.case, more.further) == ("s/b", 1.25)


@pytest.mark.parametrize("other", [math.nan, 0.0, math.inf])
def test_what_is_not_known_on_both_is_left_out(other: float) -> None:
    found = [Found("pypy", "s/a", "small", HERE, 8.0), Found("pypy", "s/a", "small", THERE, other)]
    assert apart(found, (HERE, THERE)) == ()
    assert apart(found, (HERE,)) == ()
    assert apart(found, ()) == ()


def basis(arch: str, *holds: tuple[object, str]) -> Basis:
    return Basis(
        arch=arch,
        metric="instructions",
        instrument="a counter",
        baseline="cpython-3.11",
        sources=MADE_OF,
        cases={"s/a": "0" * 64},
        holds=frozenset(holds),
    )


def test_counts_of_one_baseline_and_instrument_stand_in_one_column() -> None:
    sets = [basis(HERE, ("pypy", "s")), basis(THERE), basis(HERE, ("pypy", "t"), ("rust", "s"))]
    assert joined(sets) == ((0, 2), (1,))


@pytest.mark.parametrize(
    "otherwise",
    [
        {"metric": "time"},
        {"instrument": "another counter"},
        {"baseline": "cpython-3.15"},
        {"sources": (replace(MADE_OF[0], sha256="b" * 64),)},
        {"sources": ()},
        {"cases": {"s/a": "1" * 64}},
        {"holds": frozenset({("pypy", "s")})},
    ],
)
def test_others_do_not(otherwise: dict[str, object]) -> None:
    one = basis(HERE, ("pypy", "s"))
    other = replace(basis(HERE, ("rust", "s")), **otherwise)  # type: ignore[arg-type]
    assert joined([one, other]) == ((0,), (1,))


def test_times_are_never_joined() -> None:
    timed = [replace(basis(HERE, (who, "s")), metric="time") for who in ("pypy", "rust")]
    assert joined(timed) == ((0,), (1,))
