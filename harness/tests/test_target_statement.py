"""The loop around a statement, in this python."""

from __future__ import annotations

import importlib
import itertools
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import pyrometer

MODULES = ("statement", "bench", "clock", "loading")


@pytest.fixture
def statement(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """target/statement.py, imported as a case imports it."""
    monkeypatch.syspath_prepend(str(Path(pyrometer.__file__).parent / "target"))
    yield importlib.import_module("statement")
    for name in MODULES:
        sys.modules.pop(name, None)


def run(statement: ModuleType, setup: str, text: str, loops: int = 3) -> tuple[int, int]:
    wall = itertools.count(100, 7)
    cpu = itertools.count(5, 2)
    timed: tuple[int, int] = statement.compiled(setup, text)(
        itertools.repeat(None, loops), wall.__next__, cpu.__next__
    )
    return timed


def test_the_clocks_are_read_once_before_and_once_behind_the_loop(statement: ModuleType) -> None:
    assert run(statement, "", "pass", loops=1000) == (7, 2)


def test_the_statement_runs_as_often_as_it_is_told(statement: ModuleType) -> None:
    run(statement, "left = 3", "left -= 1\nassert left >= 0", loops=3)
    with pytest.raises(AssertionError):
        run(statement, "left = 3", "left -= 1\nassert left >= 0", loops=4)


def test_setup_runs_anew_for_every_sample(statement: ModuleType) -> None:
    loop = statement.compiled("left = 2", "left -= 1\nassert left >= 0")
    for _ in range(3):
        statement.sample(loop, None, 2, None)


def test_a_string_over_several_lines_stays_what_it_is(statement: ModuleType) -> None:
    run(statement, 's = """a\n  b"""', 'assert s == "a\\n  b" == """a\n  b"""')


def test_without_syntax_trees_the_text_is_indented(
    statement: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on MicroPython."""
    monkeypatch.setattr(statement, "PyCF_ONLY_AST", None)
    run(statement, "left = 3", "if left:\n  left -= 1\nelse:\n  1 / 0", loops=3)
    with pytest.raises(ZeroDivisionError):
        run(statement, "left = 3", "if left:\n  left -= 1\nelse:\n  1 / 0", loops=4)
    run(statement, "", "# nothing")
    with pytest.raises(SyntaxError):
        statement.compiled("", "return 1")


@pytest.mark.parametrize("text", ["", "# nothing", "pass", "if 1:\n  pass\nelse:\n  pass"])
def test_a_statement_may_do_nothing(statement: ModuleType, text: str) -> None:
    run(statement, text, text)


@pytest.mark.parametrize("text", ["return 1", "break", "continue", "yield 1", "1 +", "  x"])
def test_what_is_no_statement_is_refused_though_it_would_pass_in_a_loop(
    statement: ModuleType, text: str
) -> None:
    with pytest.raises(SyntaxError):
        statement.compiled("", text)


def test_setup_is_complete_in_itself(statement: ModuleType) -> None:
    with pytest.raises(SyntaxError):
        statement.compiled("x = (1,", "2)")


def test_facts_tell_what_an_empty_loop_took(statement: ModuleType) -> None:
    facts = statement.facts({"sample_ns": ["1000"], "budget_ns": ["10000000"]})
    assert facts["empty_loops"] >= 1
    assert facts["empty_ns"] > 0
    assert statement.facts({"sample_ns": ["0"], "budget_ns": ["0"]}) == {}


def test_loops_stay_countable_where_nothing_takes_time(statement: ModuleType) -> None:
    loops = 1
    for _ in range(500):
        loops = sys.modules["bench"].next_loops(loops, 0, 10_000_000)
    itertools.repeat(None, loops)  # raises OverflowError beyond what a C integer holds
    assert loops <= 10**12
