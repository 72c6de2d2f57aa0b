from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from pyrometer.analysis.findings import Report
from pyrometer.report.interpreter import interpreter_page
from pyrometer.report.page import page
from pyrometer.report.templating import by_reason
from pyrometer.report.view import View
from tests.report_samples import FEW, GAP, GONE, sample_report, withheld_only

ROWS = ("cpython-3.9", "cpython-3.11", "pypy-8.0", "graalpy-25.0+jit", "rustpython-0.6", GONE)
HOSTILE = "</pre><script>alert(1)</script>\"'--> & " + "x" * 10_000
VOID = {"meta", "br", "input", "img", "link", "wbr"}


class Reader(HTMLParser):
    """Collects words, tags and what the page would fetch; sees to it that tags are balanced."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.fetched: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.open: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            if name in ("src", "srcset", "data", "poster", "action"):
                self.fetched.append(value or "")
            elif name.endswith("href"):
                (self.links if tag == "a" else self.fetched).append(value or "")
            elif name == "id":
                self.ids.append(value or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader


def page_of(report: Report) -> str:
    return page(View(report=report, command="pyrometer report --all"))


@pytest.fixture(scope="module")
def whole() -> str:
    report = sample_report(ROWS)
    other = replace(sample_report(ROWS, baseline="cpython-3.9"), cells=())
    return page(
        View(
            report=report,
            command="pyrometer report --all",
            raw_links={"outcomes": "../../raw/box/outcomes.jsonl.gz"},
            alternatives={"cpython-3.9": other.summaries},
        )
    )


def test_first_line_is_the_command(whole: str) -> None:
    assert whole.splitlines()[0] == "<!-- made by: pyrometer report --all -->"


def test_it_fetches_nothing_and_needs_no_script(whole: str) -> None:
    reader = read(whole)
    assert "script" not in reader.tags
    assert "@import" not in whole
    assert not re.search(r"url\((?!#)", whole)
    assert {one for one in reader.links if "//" in one} == set()
    assert {one for one in reader.fetched if not one.startswith("#")} == {"data:,"}  # no icon
    assert "../../raw/box/outcomes.jsonl.gz" in reader.links


def test_ids_are_unique_and_every_anchor_exists(whole: str) -> None:
    reader = read(whole)
    assert len(set(reader.ids)) == len(reader.ids)
    anchors = {one[1:] for one in reader.links if one.startswith("#")}
    assert anchors <= set(reader.ids)


def test_it_shows_figures_reasons_and_absences(whole: str) -> None:
    text = read(whole).text
    assert "PyPy 8.0 ran the 3 programs 3.10× [2.92, 3.29] as fast as CPython 3.11" in text
    assert "Pyodide 314 could not be had: npm is not installed" in text
    assert "no steady state" in text
    assert "checksum 12 instead of 17" in text
    assert "scopes:: test_locals" in text
    assert "os.fork is absent" in whole
    for warning in sample_report(ROWS).warnings:
        assert warning in text


def test_it_counts_the_cells_of_each_class(whole: str) -> None:
    text = read(whole).text
    assert "cells of each class flat good inconsistent withheld" in text
    assert "Who is ahead after how long" in text


def test_baselines_are_chosen_without_script(whole: str) -> None:
    assert whole.count('name="baseline"') == 2
    assert "#b0:checked ~ .b0,#b1:checked ~ .b1{display:block}" in whole
    assert "CPython 3.9</label>" in whole


def test_every_interpreter_is_a_link_to_its_page(whole: str) -> None:
    links = set(read(whole).links)
    for row in ROWS:
        assert f"interpreters/{row}.html" in links
        assert f"interpreters/{row}.html#fast" in links


def test_both_themes_define_the_same_colours(whole: str) -> None:
    light, dark = re.findall(r":root\{((?:--c[0-9a-f]{6}:#[0-9a-f]{6};)+)", whole)
    assert re.findall(r"--c\w+", light) == re.findall(r"--c\w+", dark)
    assert set(re.findall(r"var\((--c\w+)\)", whole)) <= set(re.findall(r"--c\w+", light))


def test_foreign_text_cannot_become_markup() -> None:
    report = sample_report(("cpython-3.11", "pypy-8.0"), cases=FEW)
    gap = replace(GAP, reason=HOSTILE, snippet=HOSTILE, link="javascript:alert(1)")
    items = tuple(
        replace(item, reason=HOSTILE, summary=HOSTILE, known=gap if item.known else None)
        for item in report.items
    )
    cells = tuple(replace(cell, reason=HOSTILE, warnings=(HOSTILE,)) for cell in report.cells)
    run = replace(report.run, name=HOSTILE[:40], revision=HOSTILE[:40])
    bad = replace(report, items=items, cells=cells, warnings=(HOSTILE,), run=run)
    view = View(report=bad, command="x --> <script>", raw_links={"raw": "//evil.example/x"})
    for html in (page(view), interpreter_page(view, bad.rows[1])):
        reader = read(html)
        assert "script" not in reader.tags
        assert "x" * 1000 not in html
        assert not any("evil" in one or "javascript" in one for one in reader.links)
        assert html.splitlines()[0] == "<!-- made by: x --&gt; <script&gt; -->"


def test_only_warming_cells() -> None:
    text = read(page_of(withheld_only(sample_report(("cpython-3.11", "pypy-8.0"), cases=FEW)))).text
    assert "No interpreter has a speed to show here" in text
    assert "no figure: no steady state" in text


def test_no_benchmarks() -> None:
    cases = {"language": ("check", ("scopes", "strings"))}
    text = read(page_of(sample_report(("cpython-3.11", "pypy-8.0"), cases=cases))).text  # type: ignore[arg-type]
    assert "This run timed nothing" in text
    assert "No case was timed." in text
    assert "scopes:: test_locals" in text


def test_numbered_items_are_shown_one_by_one_those_that_pass_too() -> None:
    cases = {"runtime": ("check", ("tasks",))}
    report = sample_report(("cpython-3.11", "pypy-8.0"), cases=cases)  # type: ignore[arg-type]
    assert "by their numbers" not in page_of(report)
    names = {"test_locals": "test_002_second", "test_plain": "test_001_first"}
    items = tuple(replace(item, check=names[item.check]) for item in report.items)
    html = page_of(replace(report, items=items))
    assert "All 2 items by their numbers" in html
    assert html.index(">test_001_first<") < html.index(">test_002_second<")


def test_no_checks_and_an_unfinished_run() -> None:
    report = sample_report(("cpython-3.11",), cases={"micro": ("bench", ("closures",))})
    text = read(page_of(replace(report, complete=False, costs=(), warnings=()))).text
    assert "This run is not complete." in text
    assert "no suite of checks" in text
    assert "the baseline" in text


def test_all_rows_missing() -> None:
    report = sample_report((GONE,), cases=FEW, baseline="cpython-3.11")
    text = read(page_of(replace(report, baseline=GONE))).text
    assert text.count("could not be had") >= 2


def test_a_few_cases_are_no_headline() -> None:
    report = sample_report(ROWS)
    whole = View(report=report, command="pyrometer report")
    named = "pypy-8.0"
    assert whole.label(named) in whole.headline
    few = tuple(replace(one, cases=1) if one.row == named else one for one in report.summaries)
    changed = View(report=replace(report, summaries=few), command="pyrometer report")
    assert whole.label(named) not in changed.headline


def test_cases_left_out_are_gathered_by_the_kind_of_reason() -> None:
    missing = {
        "micro/a": "no steady state",
        "micro/b": "unsupported: no cffi",
        "micro/c": "unsupported: no HPy",
        "micro/d": "no steady state",
    }
    assert by_reason(missing) == [("no steady state", ["a", "d"]), ("unsupported", ["b", "c"])]
    assert by_reason({"micro/b": "unsupported: no cffi"}) == [("unsupported: no cffi", ["b"])]
