from __future__ import annotations

import pytest

from pyrometer import campaign
from pyrometer.integrations.names import language_of, plain_name, row_named, row_within
from pyrometer.model import Expectation, Recipe, Row


def row(name: str, language: str = "", *, gil: bool | None = True) -> Row:
    implementation, _, rest = name.partition("-")
    series, _, variant = rest.partition("+")
    expect = Expectation(implementation=implementation, series=series, language=language, gil=gil)
    return Row(name=name, expect=expect, variant=variant, recipe=Recipe(kind="host"))


ROWS = (
    row("cpython-3.9"),
    row("cpython-3.13"),
    row("cpython-3.13+ft", gil=False),
    row("cpython-3.15+jit"),
    row("cpython-3.15"),
    row("graalpy-25.0+jit", "3.12"),
    row("graalpy-25.0+interp", "3.12"),
    row("pypy-7.3", "3.11"),
    row("pypy-8.0", "3.11"),
    row("rustpython-0.6", "3.14", gil=False),
)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("py39", "cpython-3.9"),
        ("py3.9", "cpython-3.9"),
        ("python3.13", "cpython-3.13"),
        ("py313t", "cpython-3.13+ft"),
        ("cpython-3.13t", "cpython-3.13+ft"),
        ("py315", "cpython-3.15"),
        ("cpython-3.15+jit", "cpython-3.15+jit"),
        ("pypy", "pypy-8.0"),
        ("pypy311", "pypy-8.0"),
        ("pypy-7.3", "pypy-7.3"),
        ("graalpy", "graalpy-25.0+jit"),
        ("graalpy312", "graalpy-25.0+jit"),
        ("graalpy-25.0", "graalpy-25.0+jit"),
        ("rustpython", "rustpython-0.6"),
        ("rustpython314", "rustpython-0.6"),
    ],
)
def test_a_name_means_a_row(name: str, meant: str) -> None:
    found = row_named(name, ROWS)
    assert found is not None
    assert found.name == meant


@pytest.mark.parametrize(
    "name",
    ["py", "py3", "python", "python3", "py27", "py399", "pypy310", "lint", "", "jython", "t"],
)
def test_what_means_no_row_is_left_to_the_tool(name: str) -> None:
    assert row_named(name, ROWS) is None


def test_a_row_within_the_name_of_an_environment() -> None:
    found = row_within("tests-cpython-3.15+jit-slow", ROWS)
    assert found is not None
    assert found.name == "cpython-3.15+jit"
    assert row_within("tests-py315", ROWS) is None


def test_the_names_of_this_repository_s_rows_lead_back_to_them() -> None:
    rows, _ = campaign.all_rows()
    for one in rows:
        assert row_named(one.name, rows) == one
        if language_of(one):
            again = row_named(plain_name(one), rows)
            assert again is not None
            assert again.expect.implementation == one.expect.implementation
            assert language_of(again) == language_of(one)
