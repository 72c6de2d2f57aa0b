"""The page of one interpreter: every section, its links, and what stands in the place of a gap."""

from __future__ import annotations

import math
import os
import re
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from pyrometer.analysis.findings import Crossover
from pyrometer.model import Verdict
from pyrometer.report import interpreter, wording
from pyrometer.report.differences import differences
from pyrometer.report.interpreter import interpreter_page
from pyrometer.report.view import View
from tests.report_samples import GAP, GONE, measured_row, sample_report
from tests.test_report_page import Reader, read

ROWS = ("cpython-3.9", "cpython-3.11", "pypy-8.0", "graalpy-25.0+jit", "rustpython-0.6", GONE)
SECTIONS = {"can", "fast", "costs", "differences", "receipt"}


@pytest.fixture(scope="module")
def view() -> View:
    others = {
        row: sample_report(ROWS, baseline=row).summaries
        for row in ROWS
        if row not in ("cpython-3.11", GONE)
    }
    return View(report=sample_report(ROWS), command="pyrometer report", alternatives=others)


def page_of(view: View, name: str) -> Reader:
    row = view.row(name)
    assert row is not None
    return read(interpreter_page(view, row))


@pytest.mark.parametrize("name", ROWS)
def test_every_page_has_all_that_others_link_to(view: View, name: str) -> None:
    reader = page_of(view, name)
    assert set(reader.ids) >= SECTIONS
    assert len(set(reader.ids)) == len(reader.ids)
    anchors = {one[1:] for one in reader.links if one.startswith("#")}
    assert anchors <= set(reader.ids)
    assert "script" not in reader.tags
    assert "../index.html" in reader.links
    assert {f"../interpreters/{other}.html" for other in ROWS if other != name} <= set(reader.links)


def test_pages_drawn_by_several_processes_are_the_same(
    view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = interpreter.interpreter_pages(view)
    asked: list[int] = []

    def pool(workers: int, **rest: Any) -> ProcessPoolExecutor:
        asked.append(workers)
        return ProcessPoolExecutor(workers, **rest)

    monkeypatch.setattr(interpreter, "ProcessPoolExecutor", pool)
    monkeypatch.setattr(interpreter, "MANY_CELLS", 1)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0, 1})
    assert interpreter.interpreter_pages(view) == alone
    assert len(alone) == len(ROWS)
    assert asked == [2]


def test_a_compiler_shows_how_it_warms_up_and_when_it_overtakes(view: View) -> None:
    reader = page_of(view, "pypy-8.0")
    assert "warm" in reader.ids
    assert "A run is faster: 200 ms [100 ms, 400 ms]." in reader.text
    assert "Paid back: 900 ms [450 ms, 1.80 s], 12 runs; without both" in reader.text
    assert "starts: 600 ms [300 ms, 1.20 s], 12 runs." in reader.text
    assert "warm" not in page_of(view, "cpython-3.9").ids


def test_every_case_has_its_class_and_when_it_is_steady(view: View) -> None:
    text = page_of(view, "pypy-8.0").text
    assert "good inconsistent (3 flat, 7 warm-up) 400 ms [100 ms, 900 ms], 17 runs" in text
    assert "10 of 10 6 of 840 0.21 2.03× [1.95, 2.11] 90 " in text
    assert "Equal work from the first call on, warm-up included: 2.38×" in text
    plain = page_of(view, "cpython-3.9").text
    assert "flat 20.0 ms [10.0 ms, 30.0 ms], 1 run" in plain


def test_it_tells_speed_cost_and_receipt(view: View) -> None:
    text = page_of(view, "pypy-8.0").text
    assert "PyPy 8.0 ran the 3 programs 3.10× [2.92, 3.29] as fast as CPython 3.11" in text
    assert "by CPU time 2.21×" in text
    assert "18.0 ms" in text  # start-up
    assert "ab" * 32 in text
    assert "Everybody as seen from PyPy 8.0" in text


def test_withheld_cases_are_named_with_their_reason(view: View) -> None:
    text = page_of(view, "rustpython-0.6").text
    assert "Left out of the mean: regex_matching (differs)." in text
    assert "checksum 12 instead of 17" in text


def test_differences_are_told_by_what_they_are(view: View) -> None:
    text = page_of(view, "rustpython-0.6").text
    assert "Crashed, ran out of time or spoke nonsense: 1" in text
    assert "language/strings:: test_plain crashed, unexpected : signal 4" in text
    assert "Unexpected: 1" in text
    known = page_of(view, "pypy-8.0")
    assert "Known and understood: 1 gap" in known.text
    assert "return locals() is locals()" in known.text
    assert GAP.link in known.links
    assert "None: everything that was asked of it holds." in page_of(view, "cpython-3.9").text


def test_an_unexpected_pass_of_a_known_gap_is_no_known_gap(view: View) -> None:
    items = tuple(
        replace(item, verdict=Verdict.PASS, expected=False, reason="known gap passes")
        if item.known
        else item
        for item in view.report.items
    )
    changed = View(report=replace(view.report, items=items), command="c")
    found = differences(changed, "pypy-8.0")
    assert found.known == []
    assert [one.reason for one in found.unexpected] == ["known gap passes"]


def test_a_missing_interpreter_says_why_and_nothing_else(view: View) -> None:
    text = page_of(view, GONE).text
    assert "could not be had: npm is not installed" in text
    assert "How fast" not in text


def test_without_a_receipt_it_says_so(view: View) -> None:
    rows = tuple(
        replace(row, receipt=None) if row.row == "cpython-3.9" else row for row in view.report.rows
    )
    bare = View(report=replace(view.report, rows=rows), command="c")
    assert "has no receipt" in page_of(bare, "cpython-3.9").text


def test_names_of_pages_are_safe_and_differ() -> None:
    names = ("host:/usr/bin/python3", "host:-usr-bin-python3", "../x", "cpython-3.15+jit")
    rows = tuple(replace(measured_row("cpython-3.15"), row=name) for name in names)
    report = replace(sample_report(("cpython-3.11",), cases={}), rows=rows)
    pages = View(report=report, command="c").pages
    assert len(set(pages.values())) == len(names)
    assert all(re.fullmatch(r"[\w+-][\w.+-]*\.html", page) for page in pages.values())
    assert pages["cpython-3.15+jit"] == "cpython-3.15+jit.html"


def crossed(at_s: float, high_s: float, runs: float, reached: int) -> Crossover:
    return Crossover(at_s=at_s, low_s=0.1, high_s=high_s, runs=runs, reached=reached, processes=6,
                     within_s=2.5)  # fmt: skip


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (None, "–"),
        (crossed(0.2, 0.3, 4, 6), "200 ms [100 ms, 300 ms]"),
        (crossed(0.2, math.inf, 4, 5), "200 ms [100 ms, never]"),
        (crossed(0.1, 0.3, 0, 6), "from the beginning"),
        (crossed(math.inf, math.inf, math.inf, 2), "in 2 of 6 processes within 2.50 s"),
        (crossed(math.inf, math.inf, math.inf, 0), "not within 2.50 s"),
    ],
)
def test_a_crossing_in_words(found: Crossover | None, words: str) -> None:
    assert wording.crossover(found) == words
