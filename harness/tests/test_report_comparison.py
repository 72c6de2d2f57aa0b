"""`pyrometer compare` as Markdown, on a terminal, and as an exit code."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from pyrometer.analysis.compare import Comparison, Side, compare
from pyrometer.cli import main
from pyrometer.records.write import Writer
from pyrometer.report.comparison import comparisons, comparisons_markdown, slowdown_lines
from tests.synthetic import synthetic_run

RUN, OUTCOMES = synthetic_run()


@pytest.fixture(scope="module")
def slower() -> Comparison:
    """Of the made-up rows, one that is slower everywhere."""
    return compare(*(Side(run=RUN, outcomes=OUTCOMES, row=row)
                     for row in ("cpython-3.11", "cpython-3.9")))  # fmt: skip


@pytest.fixture
def results(tmp_path: Path) -> Path:
    with Writer(tmp_path / "raw" / RUN.name, RUN) as writer:
        for outcome in OUTCOMES:
            writer.append(outcome)
    return tmp_path


def pyrometer(results: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["compare", *words, "--results", str(results)])


def test_a_terminal_shows_both_intervals_of_a_suite(slower: Comparison) -> None:
    console = Console(file=io.StringIO(), width=200, color_system=None)
    console.print(comparisons([slower]))
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()
    assert "micro, geometric mean of 6 cases" in text
    assert re.search(r"for programs like these +\[0\.\d+, 0\.\d+\]", text)
    assert "so that they hold together" in text


def test_markdown_has_suites_then_what_differs_then_every_case(slower: Comparison) -> None:
    text = comparisons_markdown([slower], share=0.05)
    tables = re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE)
    assert len(tables) == 3
    for table in tables:
        lines = table.splitlines()
        assert re.fullmatch(r"\|( -+:? \|)+", lines[1])
        assert len({line.replace("\\|", "").count("|") for line in lines}) == 1
    suites, differing, every = tables
    assert "| micro | 0.7" in suites
    assert differing.count("slower") == sum(
        pair.speed is not None and pair.speed.claim.value == "slower" for pair in slower.pairs
    )
    assert len(every.splitlines()) == len(slower.pairs) + 2
    assert "**Slower by more than 5 %:** micro/" in text
    assert "| programs/pattern\\_match | – | – | B: unsupported |" in every


def test_nothing_slower_is_said_too(slower: Comparison) -> None:
    text = comparisons_markdown([slower], share=9.0)
    assert "Nothing is slower by more than 900 %." in text
    assert "slower by more than" not in comparisons_markdown([slower]).lower()


def test_a_slowdown_has_a_line_of_its_own(slower: Comparison) -> None:
    lines = slowdown_lines([slower], 0.05)
    assert any(
        line.startswith("slower by more than 5 %: micro: cpython-3.9 is 0.7") for line in lines
    )
    assert slowdown_lines([slower], 9.0) == []


def test_the_command_fails_on_a_slowdown_beyond_the_threshold(results: Path) -> None:
    sides = ("cpython-3.11", "cpython-3.9")
    assert pyrometer(results, *sides).exit_code == 0
    failed = pyrometer(results, *sides, "--fail-slower", "5", "--markdown")
    assert failed.exit_code == 1
    assert "**Slower by more than 5 %:**" in failed.stdout
    assert "slower by more than 5 %: programs: cpython-3.9 is" in failed.stderr
    assert pyrometer(results, *sides, "--fail-slower", "900").exit_code == 0
    assert pyrometer(results, *reversed(sides), "--fail-slower", "0").exit_code == 0


def test_json_says_at_which_level_the_intervals_are(results: Path) -> None:
    (found,) = json.loads(pyrometer(results, "cpython-3.11", "pypy-8.0", "--json").stdout)
    levels = {pair["speed"]["level"] for pair in found["pairs"] if pair["speed"]}
    assert levels == {found["level"]}
    assert 0.95 <= found["level"] < 1
