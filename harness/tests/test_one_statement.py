"""`pyrometer timeit`, from words to a table, on this python and a twin of it."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pyrometer import campaign as campaigns
from pyrometer import conduct, one_statement
from pyrometer.cli import main
from pyrometer.cli.progress import Reporter
from pyrometer.model import Expectation, Outcome, Recipe, Row, Verdict
from pyrometer.one_statement import Statement, complaint_about
from pyrometer.records import read

SERIES = f"{sys.version_info[0]}.{sys.version_info[1]}"
HERE = f"cpython-{SERIES}"
TWIN = f"{HERE}+twin"
GONE = "cpython-3.8"
DEFINITION = f"""
implementation = "cpython"
title = "CPython"
[recipe.here]
kind = "host"
path = "{sys.executable}"
[recipe.nowhere]
kind = "debian"
suite = "bookworm"
packages = ["python3.11"]
executable = "usr/bin/python3.11"
[[row]]
series = "{SERIES}"
recipe = "here"
default = true
[[row]]
series = "{SERIES}"
variant = "twin"
recipe = "here"
default = true
environment = {{ TWIN = "1" }}
[[row]]
series = "3.8"
recipe = "nowhere"
"""
ON_TWIN = 'import os; twin = "TWIN" in os.environ'


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two rows that are this python and one that cannot be had; an empty folder to work in."""
    for folder in ("interpreters", "here", "temporary"):
        (tmp_path / folder).mkdir()
    (tmp_path / "interpreters" / "cpython.toml").write_text(DEFINITION)
    monkeypatch.setattr(campaigns, "definitions_root", lambda: tmp_path)
    monkeypatch.setenv("PYROMETER_HOME", str(tmp_path / "store"))
    monkeypatch.setenv("PYROMETER_DEBIAN_MIRROR", f"file:{tmp_path}/no-mirror")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path


def timeit(*words: str) -> Result:
    return CliRunner().invoke(main, ["timeit", "--processes", "2", "--budget", "1", *words])


def rows(result: Result) -> dict[str, Any]:
    return {row["row"]: row for row in json.loads(result.stdout)["rows"]}


# --- what is timed ------------------------------------------------------------------------


def test_every_row_has_a_time_with_its_interval(root: Path) -> None:
    result = timeit("sum(range(100))", "--json")
    assert result.exit_code == 0, result.output
    found = rows(result)
    assert list(found) == [HERE, TWIN]
    for row in found.values():
        timing = row["timing"]
        assert timing["processes"] == 2
        assert timing["samples"] >= 10
        if timing["value_ns"] is None:  # a busy machine may keep it from being steady
            assert "steady" in row["withheld"]
        else:
            assert 0 < timing["low_ns"] <= timing["value_ns"] <= timing["high_ns"]
        assert timing["first_ns"] > 0
        assert row["empty_loop_ns"]["count"] == 2
        assert row["peak_bytes"]["value"] > 2**20
    assert not list((root / "temporary").iterdir())
    assert not list((root / "here").iterdir())


def test_the_table_names_statement_rows_and_baseline() -> None:
    result = timeit("x = [1]", "x * 2")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0].strip() == "x = [1] …"
    assert f"times as fast as {HERE}" in lines[1]
    assert [line.split()[0] for line in lines[2:4]] == [HERE, TWIN]


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("-s", "x = 1", "-s", "y = x + 1", "assert y == 2", "x, y = x, y"),
        ("for i in range(3):", "  if i == 1: break"),
        ("--", "-1"),
        ('s = """a\n  b"""', r'assert s == "a\n  b"'),
    ],
)
def test_words_are_lines_and_setup_shares_its_names(words: tuple[str, ...]) -> None:
    result = timeit("-i", HERE, *words)
    assert result.exit_code == 0, result.output


def test_modules_beside_the_person_can_be_imported(root: Path) -> None:
    (root / "here" / "mine_alone.py").write_text("def answer(): return 42\n")
    (root / "here" / "random.py").write_text("raise RuntimeError('not the one of the library')\n")
    setup = "import random; from mine_alone import answer"
    result = timeit("-i", HERE, "-s", setup, "assert answer() == 42")
    assert result.exit_code == 0, result.output


def test_the_reference_is_as_asked_and_must_be_selected() -> None:
    result = timeit("pass", "--reference", TWIN, "--json")
    assert json.loads(result.stdout)["baseline"] == TWIN
    result = timeit("pass", "-i", HERE, "--reference", TWIN)
    assert result.exit_code == 2
    assert "no selected interpreter matches" in result.stderr


def test_a_result_set_can_be_kept_once(root: Path) -> None:
    out = root / "deep" / "kept"
    result = timeit("x = 5", "-i", f"{HERE},{sys.executable}", "--out", str(out))
    assert result.exit_code == 0, result.output
    found = read(out)
    assert found.complete
    assert found.run.cases[0].summary == "x = 5"
    assert str(root) not in found.run.command
    assert found.run.command.endswith("-- 'x = 5'")
    result = timeit("x = 5", "--out", str(out))
    assert result.exit_code == 2
    assert "it is there already" in result.stderr


def test_a_host_interpreter_is_named_as_path_would_start_it(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = root / "bin" / "python3"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    (row,) = campaigns.select_rows(("host:python3",))
    assert row.name == "host:python3"
    assert row.recipe.options["path"] == str(program)


# --- what goes wrong ----------------------------------------------------------------------


def test_what_raises_on_one_row_is_told_there_and_harms_nobody(root: Path) -> None:
    out = root / "kept"
    result = timeit("-s", ON_TWIN, "1 / (not twin)", "--out", str(out))
    assert result.exit_code == 1, result.output
    (line,) = [line for line in result.stdout.splitlines() if line.startswith(TWIN)]
    assert line.rstrip().split(maxsplit=3) == [
        TWIN,
        "–",
        "–",
        "crashed: ZeroDivisionError: division by zero",
    ]
    found = read(out)
    endings = [(one.job.row, one.ending) for one in found.outcomes]
    assert endings.count((HERE, Verdict.PASS)) == 2
    assert endings.count((TWIN, Verdict.CRASHED)) == 1, "a row that failed is not started again"
    assert found.complete


def test_a_row_that_cannot_be_had_is_said_and_harms_nobody() -> None:
    result = timeit("pass", "-i", f"{HERE},{GONE}", "--json")
    assert result.exit_code == 3
    assert f"{GONE} was not run" in result.stderr
    assert rows(result)[HERE]["timing"]["processes"] == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("1 +",), "statement, line 1: invalid syntax: '1 +'"),
        (("x", "y = = 2"), "statement, line 2: invalid syntax: 'y = = 2'"),
        (("-s", "x = 1", "-s", "if", "x"), "setup, line 2: invalid syntax: 'if'"),
        (("-s", "x = 1", "-s", "y = 1", "z ="), "statement, line 1: invalid syntax: 'z ='"),
        (("return 1",), "statement, line 1: 'return' outside function"),
        (("\udc80",), "statement: not Python source"),
    ],
)
def test_a_syntax_error_is_one_line_and_starts_nothing(
    words: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch, root: Path
) -> None:
    monkeypatch.setattr(one_statement, "carry_out", lambda *_: pytest.fail("something was started"))
    result = timeit(*words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert not list((root / "temporary").iterdir())


def test_who_may_know_more_is_asked_before_a_statement_is_refused() -> None:
    """A python by path has no version before it is asked."""
    result = timeit("1 +", "-i", sys.executable)
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1] == "pyrometer: statement, line 1: invalid syntax: '1 +'"
    assert "crashed" not in result.output


def test_newer_syntax_is_for_the_targets_to_judge(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_statement, "complaint_about", lambda _: "I cannot parse this")
    assert timeit("pass", "-i", sys.executable).exit_code == 0
    result = timeit("pass", "-i", HERE)
    assert result.exit_code == 2
    assert "I cannot parse this" in result.stderr


@pytest.mark.parametrize(
    ("series", "implementation", "may"),
    [
        ("3.9", "cpython", False),
        (SERIES, "cpython", False),
        (f"3.{sys.version_info[1] + 1}", "cpython", True),
        (f"3.{sys.version_info[1] + 1}t", "cpython", True),
        ("8.0", "pypy", True),
        ("", "", True),
    ],
)
def test_only_a_cpython_shows_its_language_by_its_name(
    series: str, implementation: str, may: bool
) -> None:
    expect = Expectation(implementation=implementation, series=series)
    row = Row(name="r", expect=expect, recipe=Recipe(kind="host"))
    assert one_statement._may_know_more(row) is may


def test_a_doubtful_statement_is_parsed_without_a_word(tmp_path: Path) -> None:
    assert complaint_about(Statement(text="1 is 1", setup=r"'\d'", folder=tmp_path)) == ""


def test_an_interrupt_gives_what_there_is(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[Outcome] = []

    def interrupt(_self: Reporter, outcome: Outcome) -> None:
        counted.append(outcome)
        if len(counted) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(Reporter, "finished", interrupt)
    result = timeit("pass", "--json")
    assert result.exit_code == 130
    assert "interrupted" in result.stderr
    facts = json.loads(result.stdout)
    assert facts["complete"] is False
    assert sum(row["timing"]["processes"] for row in facts["rows"]) == 3
    assert not list((root / "temporary").iterdir())


def test_an_interrupt_before_anything_ended_is_only_that(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(conduct, "_each_built", interrupt)
    result = timeit("pass")
    assert result.exit_code == 130
    assert result.stdout == ""
    assert not list((root / "temporary").iterdir())
