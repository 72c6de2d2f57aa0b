from __future__ import annotations

import io
from dataclasses import replace

from rich.console import Console

from pyrometer.analysis.findings import Report
from pyrometer.report.terminal import overview
from tests.report_samples import GONE, sample_report, withheld_only

ROWS = ("cpython-3.9", "cpython-3.11", "pypy-8.0", "graalpy-25.0+jit", "rustpython-0.6", GONE)


def shown(report: Report, width: int = 160) -> str:
    console = Console(file=io.StringIO(), width=width, color_system=None)
    console.print(overview(report))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def line_of(text: str, start: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines() if line.startswith(start)]


def test_speed_and_verdicts_of_every_row() -> None:
    text = shown(sample_report(ROWS))
    speed, verdicts = line_of(text, "PyPy 8.0  ")
    assert "3.10× [2.92, 3.29]" in speed
    assert verdicts.split()[2:] == ["15", "1"]  # 3 × 2 checks, 3 probes, 7 cases: all but one pass
    assert "unexpected: rustpython-0.6: micro/regex_matching: checksum 12 instead of 17" in text
    assert "could not be had" in line_of(text, "Pyodide 314")[0]
    assert "1 case left out" in text


def test_markup_in_foreign_text_is_printed_as_it_is() -> None:
    report = sample_report(("cpython-3.11",))
    text = shown(replace(report, unexpected=("[red]x[/red] [/nothing]",)))
    assert "[red]x[/red] [/nothing]" in text


def test_long_lists_are_cut_and_say_so() -> None:
    report = replace(sample_report(("cpython-3.11",)), unexpected=("x",) * 30)
    text = shown(report)
    assert text.count("unexpected: x") == 20
    assert "30 unexpected results in all" in text


def test_nothing_to_show_says_so() -> None:
    text = shown(withheld_only(sample_report(("cpython-3.11", "pypy-8.0"))))
    assert "No interpreter has a speed to show here" in text
    empty = shown(sample_report(("cpython-3.11",), cases={}))
    assert "Nothing was timed here" in empty
