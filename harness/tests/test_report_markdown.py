from __future__ import annotations

import re
from dataclasses import replace

from pyrometer.analysis.findings import Report
from pyrometer.report.markdown import markdown
from pyrometer.report.view import View
from tests.report_samples import GONE, sample_report, withheld_only

ROWS = ("cpython-3.9", "cpython-3.11", "pypy-8.0", "graalpy-25.0+jit", "micropython-1.26", GONE)


def text_of(report: Report) -> str:
    return markdown(View(report=report, command="pyrometer report"))


def tables(text: str) -> list[list[str]]:
    blocks = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    return [block.splitlines() for block in blocks]


def columns(line: str) -> int:
    return len(re.findall(r"(?<!\\)\|", line)) - 1


def test_tables_are_rectangular_and_have_a_rule() -> None:
    found = tables(text_of(sample_report(ROWS)))
    # two suites, their courses, when their cases are overtaken, conformance, features, costs
    assert len(found) == 9
    for table in found:
        assert re.fullmatch(r"\|( -+:? \|)+", table[1])
        assert len({columns(line) for line in table}) == 1
        assert len(table) > 2


def test_figures_and_reasons_are_told() -> None:
    text = text_of(sample_report(ROWS))
    assert text.startswith("<!-- made by: pyrometer report -->\n# Pyrometer")
    assert "| PyPy 8.0 | 3.10× | [2.92, 3.29] |" in text
    assert "could not be had: npm is not installed" in text
    assert "without json\\_round\\_trip (unsupported)" in text
    assert "![Speed relative to CPython 3.11](charts/speedup.svg)" in text


def test_foreign_text_cannot_break_a_table() -> None:
    report = sample_report(("cpython-3.11", "pypy-8.0"))
    items = tuple(replace(item, reason="a | b\n<script> `x`") for item in report.items)
    rows = (report.rows[0], replace(report.rows[1], missing="x | y\n\n# z <b>"))
    text = text_of(replace(report, items=items, rows=rows, warnings=("| <script>\n- x",)))
    assert "<script" not in text
    assert "<b>" not in text
    for table in tables(text):
        assert len({columns(line) for line in table}) == 1


def test_without_figures() -> None:
    text = text_of(withheld_only(sample_report(("cpython-3.11", "pypy-8.0"))))
    assert "no figure: no steady state" in text
    empty = text_of(sample_report(("cpython-3.11",), cases={}))
    assert "This run timed nothing" in empty
    assert "Nothing was checked." in empty
