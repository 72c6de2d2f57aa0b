"""The price of the border: what processes tell, decided and shown, from a made-up run."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from pyrometer.analysis.decide import decide
from pyrometer.analysis.findings import Report
from pyrometer.analysis.findings.border import Crossover, Mechanism
from pyrometer.model import CheckResult, Outcome
from pyrometer.report.border import failures, tables_of
from pyrometer.report.charts import plan
from pyrometer.report.charts.border import chart, told_apart
from pyrometer.report.publish import write_report
from pyrometer.report.readme import BEGIN, END, splice
from pyrometer.report.view import View
from tests.synthetic import Scale, synthetic_run

ROWS = ("cpython-3.11", "rustpython-0.6")
CASES = ("extension/by_capi", "extension/by_ctypes", "extension/pure")
TIMES = {  # case → function → nanoseconds
    "extension/pure": {"add": 40.0, "fill_16": 100, "fill_256": 200, "fill_4096": 900},
    "extension/by_capi": {"add": 20.0, "fill_16": 150, "fill_256": 160, "fill_4096": 300},
    "extension/by_ctypes": {"add": 300.0, "fill_16": 900, "fill_256": 900, "fill_4096": 901},
}


def told(outcome: Outcome) -> Outcome:
    """With the facts of its mechanism; RustPython has no C API."""
    (case,) = outcome.job.cases
    if outcome.job.round < 0:  # it was called once, not timed
        return outcome
    if outcome.job.row == "rustpython-0.6" and case == "extension/by_capi":
        skip = CheckResult(case=case, check="*", status="skip", detail="it has no C API")
        return replace(outcome, samples=(), checks=(skip,))
    facts = {
        f"call_ns:{name}": str(ns * (1 + outcome.job.round / 100))
        for name, ns in TIMES[case].items()
    }
    return replace(outcome, facts={**outcome.facts, **facts, "import_ns": "7e5", "build_s": "1.5"})


def border_report(rows: tuple[str, ...] = ROWS) -> Report:
    """Made up: nobody measured it."""
    run, outcomes = synthetic_run(rows, CASES, scale=Scale(processes=4, samples=20))
    return decide(run, [told(one) for one in outcomes])


@pytest.fixture
def report() -> Report:
    return border_report()


def found(report: Report, row: str, name: str) -> Mechanism:
    (one,) = [one for one in report.border if (one.row, one.name) == (row, name)]
    return one


def test_python_itself_comes_first_on_each_row(report: Report) -> None:
    assert [(one.row, one.name) for one in report.border] == [
        (row, name) for row in ROWS for name in ("pure", "capi", "ctypes")
    ]


def test_a_figure_is_over_processes(report: Report) -> None:
    add = found(report, "cpython-3.11", "capi").call_ns["add"]
    assert add.count >= 4
    assert add.low < add.value < add.high
    assert 20 < add.value < 21


def test_it_crosses_over_where_it_is_faster_from_then_on(report: Report) -> None:
    assert found(report, "cpython-3.11", "capi").crossovers == (
        Crossover(function="fill", size=256),
    )
    assert found(report, "cpython-3.11", "ctypes").crossovers == (
        Crossover(function="fill", size=None),
    )
    assert found(report, "cpython-3.11", "pure").crossovers == ()


def test_a_mechanism_is_held_against_the_c_api_in_the_same_rounds(report: Report) -> None:
    overhead = found(report, "cpython-3.11", "ctypes").overhead
    assert overhead is not None
    assert (overhead.over, overhead.functions) == ("capi", 4)
    ratios = [
        TIMES["extension/by_ctypes"][name] / ns for name, ns in TIMES["extension/by_capi"].items()
    ]
    assert overhead.ratio == pytest.approx(math.prod(ratios) ** (1 / 4))
    assert overhead.low == pytest.approx(overhead.high)  # rounds differ, and both sides alike
    assert overhead.like_low < overhead.ratio < overhead.like_high
    assert found(report, "cpython-3.11", "capi").overhead is None
    assert found(report, "rustpython-0.6", "ctypes").overhead is None


def test_what_was_not_to_be_had_says_why(report: Report) -> None:
    absent = found(report, "rustpython-0.6", "capi")
    assert not absent.call_ns
    assert absent.reason == "it has no C API"


def test_the_page_and_the_document_have_every_mechanism(report: Report, tmp_path: Path) -> None:
    write_report(report, tmp_path, command="pyrometer report", raw_links={})
    page = (tmp_path / "extension.html").read_text()
    assert ">faster than Python from</th>" in page
    assert ">4,096 bytes</th>" in page
    assert '<td class="n">256 bytes</td>' in page
    assert "Not to be had: capi. it has no C API." in page
    assert 'href="extension.html"' in (tmp_path / "index.html").read_text()
    assert (tmp_path / "charts/extension.svg").exists()
    entries = json.loads((tmp_path / "report.json").read_text())["extension"]
    assert len(entries) == 6
    assert entries[1]["faster_than_pure_from"] == {"fill": 256}
    assert entries[1]["build_s"] == 1.5


def test_other_runs_have_no_such_page(tmp_path: Path) -> None:
    run, outcomes = synthetic_run(("cpython-3.11",), ("micro/integer_loop",))
    (tmp_path / "extension.html").write_text("of an earlier report")
    write_report(decide(run, outcomes), tmp_path, command="pyrometer report", raw_links={})
    assert not (tmp_path / "extension.html").exists()
    assert "extension" not in json.loads((tmp_path / "report.json").read_text())


def test_a_page_of_the_documentation_takes_its_tables(report: Report, tmp_path: Path) -> None:
    page = tmp_path / "NATIVE.md"
    page.write_text(f"{BEGIN}\n{END}\n", encoding="utf-8")
    splice(page, tmp_path / "reports" / "one", report, command="c")
    text = page.read_text(encoding="utf-8")
    assert "| a call | pure | capi | ctypes |" in text
    assert "**RustPython 0.6**: not capi (it has no C API)" in text
    assert "| a call | pure | ctypes |" in text
    assert "| fill: faster than Python from | – | 256 | never |" in text
    assert "| all, times the C API's | – | – | 6.24× [6.24, 6.24] |" in text
    assert "(reports/one/charts/extension.svg)" in text


def test_a_table_has_what_has_no_size_or_a_few_functions_with_theirs() -> None:
    names = ["add", "fill_16", "fill_256", "build_1", "odd", "unheard_of_3"]
    plain, first, second = tables_of(names)
    assert [group.words for group in plain] == ["two integers added", "odd"]
    assert [group.words for group in first] == ["a buffer filled", "a list built"]
    assert [column.size for group in first for column in group.columns] == [
        "16 bytes", "256 bytes", "1 object",
    ]  # fmt: skip
    assert [(group.words, group.columns[0].size) for group in second] == [("unheard of", "3")]


def test_a_failure_is_told_once_for_all_that_share_it(report: Report) -> None:
    ctypes = replace(found(report, "cpython-3.11", "ctypes"), failures={"fill": "no buffers"})
    capi = replace(found(report, "cpython-3.11", "capi"), failures={"fill": "no buffers"})
    assert failures([ctypes, capi]) == {"a buffer filled (no buffers)": ["ctypes", "capi"]}


def test_releases_of_one_implementation_are_told_apart_in_the_chart() -> None:
    view = View(
        report=border_report(("cpython-3.11", "cpython-3.14", "rustpython-0.6")), command=""
    )
    looks = told_apart(view, [row.row for row in view.report.rows])
    assert [look.hollow for look in looks.values()] == [False, True, False]


def test_a_mechanism_that_no_interpreter_has_is_not_drawn(report: Report) -> None:
    absent = [replace(one, name="java", call_ns={}) for one in report.border if one.name == "capi"]
    view = View(report=replace(report, border=(*report.border, *absent)), command="")
    drawn = chart(view).light()
    assert "ctypes" in drawn
    assert "java" not in drawn


def test_what_was_promised_of_python_says_nothing_of_calls_out_of_it() -> None:
    two = border_report(("cpython-3.11", "cpython-3.14"))
    assert plan.releases(View(report=two, command="")) is None
