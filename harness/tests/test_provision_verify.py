"""A build is measured under a row's name only if it is what the row promises."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pyrometer.errors import WorldFailure
from pyrometer.model import Expectation, Row
from pyrometer.provision.verify import in_series, verify
from tests.provision_rows import facts, pretended

MACHINE = facts().arch


def row(**promises: object) -> Row:
    expect = {"implementation": "cpython", "series": "3.15", "jit": True, "gil": True, **promises}
    return Row(
        name="cpython-3.15+jit",
        expect=Expectation(**expect),  # type: ignore[arg-type]
        recipe=pretended().recipe,
    )


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"jit": False}, "cpython-3.15+jit: jit is off, the row promises on"),
        ({"gil": False}, "gil is off, the row promises on"),
        ({"version": "3.14.8"}, "it is version 3.14.8, the row promises 3.15"),
        ({"version": "3.150.0"}, "it is version 3.150.0, the row promises 3.15"),
        ({"implementation": "pypy"}, "it is pypy, the row promises cpython"),
        ({"arch": "riscv64"}, "it runs on riscv64, the build was made for"),
        ({"version": "3.1.0", "jit": False}, "3.1.0, the row promises 3.15; jit is off"),
    ],
)
def test_a_broken_promise_is_refused_with_both_values(
    changes: dict[str, object], line: str
) -> None:
    with pytest.raises(WorldFailure) as caught:
        verify(row(), facts(**{"jit": True, **changes}), machine=MACHINE)
    assert line in caught.value.line


def test_the_language_is_promised_where_the_series_is_not_python_s() -> None:
    pypy = row(implementation="pypy", series="8.0", language="3.11", jit=None)
    told = facts(implementation="pypy", version="8.0.1", language="3.11.17")
    verify(pypy, told, machine=MACHINE)
    with pytest.raises(WorldFailure, match=r"it speaks Python 3\.10\.5, the row promises 3\.11"):
        verify(pypy, replace(told, language="3.10.5"), machine=MACHINE)


def test_kept_promises_pass() -> None:
    verify(row(), facts(jit=True), machine=MACHINE)


def test_a_row_may_promise_an_architecture_that_is_not_the_machines() -> None:
    elsewhere = row(arch="wasm32")
    verify(elsewhere, facts(jit=True, arch="wasm32"), machine=MACHINE)
    with pytest.raises(WorldFailure, match=f"it runs on {MACHINE}, the row promises wasm32"):
        verify(elsewhere, facts(jit=True), machine=MACHINE)


def test_what_is_not_promised_may_be_anything() -> None:
    silent = row(implementation="", series="", jit=None, gil=None)
    verify(silent, facts(implementation="rustpython", version="0.6", gil=False), machine=MACHINE)


@pytest.mark.parametrize(
    ("version", "series", "inside"),
    [
        ("3.15.0", "3.15", True),
        ("3.15.0rc1", "3.15", True),
        ("3.15", "3.15", True),
        ("3.15.10", "3.15.1", False),
        ("3.15.1", "3.15.1", True),
        ("3.9.2", "3", True),
        ("3.1.0", "3.15", False),
        ("7.3.19", "7.3", True),
    ],
)
def test_series_are_prefixes_of_whole_numbers(version: str, series: str, inside: bool) -> None:
    assert in_series(version, series) is inside
