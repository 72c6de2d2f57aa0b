from __future__ import annotations

import io
import json
from dataclasses import replace

from rich.console import Console

from pyrometer.analysis.statement import StatementReport, decide_statement
from pyrometer.model import Outcome, Verdict
from pyrometer.report.statement import statement_json, statement_tables
from tests.synthetic import REFERENCE
from tests.test_analysis_statement import crash, lasting, made, on


def shown(report: StatementReport, width: int = 160) -> str:
    console = Console(file=io.StringIO(), width=width, color_system=None)
    console.print(statement_tables(report))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def lines_of(text: str, start: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines() if line.startswith(start)]


def test_a_row_has_its_time_with_interval_and_the_ratio_with_its_claim() -> None:
    text = shown(decide_statement(*made(on("pypy-8.0", lasting(5, 2)))))
    assert f"times as fast as {REFERENCE}" in text
    assert lines_of(text, REFERENCE)[0].endswith("1×")
    time, beside = lines_of(text, "pypy-8.0")
    assert "5.00 ns [5.00, 5.00]" in time
    assert time.endswith("faster")
    assert beside.split()[1:] == ["5.00", "ns", "2.00", "ns", "66.5", "MiB", "8", "×", "60"]
    assert lines_of(text, "cpython-3.9")[0].endswith("slower")


def test_a_row_that_failed_says_so_in_its_own_words() -> None:
    text = shown(decide_statement(*made(on("cpython-3.9", crash))))
    (line,) = lines_of(text, "cpython-3.9")
    assert line.endswith("crashed: ValueError: no")


def test_what_did_not_end_is_told_how_to_get_more_time() -> None:
    run, outcomes = made()
    outcomes = [replace(one, ending=Verdict.TIMED_OUT, samples=()) for one in outcomes]
    assert "--budget" in shown(decide_statement(run, outcomes))
    assert "--budget" not in shown(decide_statement(*made()))


def test_too_few_samples_of_a_compiler_are_told_how_to_get_more_time() -> None:
    def cut(outcome: Outcome) -> Outcome:
        return replace(outcome, samples=outcome.samples[30:42])

    text = shown(decide_statement(*made(on("pypy-8.0", cut))))
    assert lines_of(text, "pypy-8.0")[0].endswith("too few samples")
    assert "--budget" in text


def test_doubts_are_printed_under_the_table() -> None:
    report = decide_statement(*made(on("pypy-8.0", lasting(1, 1))), warnings=("a torn line",))
    text = shown(report)
    assert "doubt: pypy-8.0: hardly more than an empty loop" in text
    assert "doubt: a torn line" in text


def test_only_the_first_line_of_a_statement_is_its_title() -> None:
    report = decide_statement(*made())
    text = shown(replace(report, statement="for x in y:\n  [red]z[/red]"))
    assert text.startswith("for x in y: …")
    assert shown(replace(report, statement="[red]z[/nothing]")).startswith("[red]z[/nothing]")


def test_a_narrow_terminal_wraps_and_hides_nothing() -> None:
    text = shown(decide_statement(*made(on("cpython-3.9", crash))), width=80)
    assert "…" not in text
    assert all(len(line) <= 80 for line in text.splitlines())


def test_json_has_every_figure_and_no_nan() -> None:
    run, outcomes = made()
    outcomes = [one for one in outcomes if one.job.round == 0]
    facts = json.loads(statement_json(decide_statement(run, outcomes)))
    assert facts["baseline"] == REFERENCE
    assert facts["complete"] is False
    (row,) = [row for row in facts["rows"] if row["row"] == "cpython-3.11"]
    assert row["timing"]["value_ns"] > 0
    assert row["timing"]["low_ns"] is None
    assert row["withheld"] == "one process: no interval"
