from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from pyrometer.analysis.findings import Report
from pyrometer.model import Verdict
from pyrometer.report.document import contents, document
from pyrometer.report.view import View
from tests.report_samples import GAP, GONE, sample_report

ROWS = ("cpython-3.9", "cpython-3.11", "pypy-8.0", "rustpython-0.6", GONE)
KEYS = {
    "": "alternatives baseline calibration calibration_of_builds cases checks command"
    " conformance costs gaps headline instructions instructions_summary interpreters items leads"
    " machines plan raw run schema summary unexpected versus_ray warnings",
    "summary": "arch baseline baseline_processes cases cores cores_whole cpu high interpreter"
    " leave_one_out_high leave_one_out_low level like_high like_low low metric missing processes"
    " ratio row suite total total_cases verdict warnings",
    "cases": "arch case cpu expected faster_from first interpreter paid_back paid_back_called"
    " reason row size speed suite timing total verdict warnings withheld",
    "leads": "ahead arch at_s cases interpreter left_out row suite",
    "checks": "case check suite summary verdicts",
    "conformance": "arch counts interpreter row suite unexpected",
    "items": "arch case check expected interpreter known reason row suite summary verdict",
    "costs": "arch build_s bytecode fetch_s imports_ns interpreter peak_bytes row size_bytes"
    " start_ns",
    "interpreters": "facts implementation interpreter label missing receipt released row series"
    " title variant",
}


def read_back(report: Report, **more: Any) -> Any:
    return json.loads(document(View(report=report, command="pyrometer report", **more)))


def test_schema_and_keys() -> None:
    found = read_back(sample_report(ROWS))
    assert found["schema"] == 3
    assert sorted(found) == KEYS[""].split()
    for name in ("summary", "cases", "checks", "conformance", "items", "costs", "interpreters",
                 "leads"):  # fmt: skip
        assert sorted(found[name][0]) == KEYS[name].split(), name


def test_a_timing_says_whether_and_when_it_was_steady() -> None:
    found = read_back(sample_report(ROWS))
    timings = {(one["row"], one["case"]): one["timing"] for one in found["cases"]}
    pypy = timings["pypy-8.0", "micro/closures"]
    assert pypy["settling"]["course"] == "good inconsistent"
    assert pypy["settling"]["courses"] == {"flat": 3, "warm-up": 7}
    assert pypy["trace"]["steady_s"] == 0.4
    assert len(pypy["trace"]["edges_s"]) == len(pypy["trace"]["levels_ns"]) + 1
    assert timings["cpython-3.9", "micro/closures"]["trace"] is None


def test_every_decided_entry_is_in_it() -> None:
    report = sample_report(ROWS)
    other = sample_report(ROWS, baseline="cpython-3.9")
    third = sample_report(ROWS, baseline="pypy-8.0")
    others = {"cpython-3.9": other.summaries, "pypy-8.0": third.summaries}
    found = read_back(report, alternatives=others)
    assert len(found["cases"]) == len(report.cells)
    verdicts = {(one["case"], one["check"]): one["verdicts"] for one in found["checks"]}
    for item in report.items:
        assert verdicts[item.case, item.check].get(item.row, "pass") == item.verdict.value
    told = {(one["row"], one["case"], one["check"]) for one in found["items"]}
    assert told >= {(i.row, i.case, i.check) for i in report.items if i.verdict is not Verdict.PASS}
    assert told >= {(i.row, i.case, i.check) for i in report.items if not i.expected}
    assert len(found["summary"]) == len(report.summaries) + len(other.summaries)
    assert {one["baseline"] for one in found["summary"]} == {"cpython-3.11", "cpython-3.9"}
    assert len(found["alternatives"]) == len(third.summaries)
    assert {one["baseline"] for one in found["alternatives"]} == {"pypy-8.0"}
    [known] = [one for one in found["items"] if one["known"] is not None]
    assert found["gaps"][known["known"]]["reason"] == GAP.reason
    assert found["plan"]["promised"]["3.13"] if "3.13" in found["plan"]["releases"] else True
    [gone] = [one for one in found["interpreters"] if one["row"] == GONE]
    assert gone["missing"] == "npm is not installed"


def test_warm_up_is_in_it_with_digits_enough_to_draw() -> None:
    found = read_back(sample_report(("cpython-3.11", "pypy-8.0")))
    curves = [one for one in found["cases"] if one["timing"]["curve"]]
    assert {one["row"] for one in curves} == {"pypy-8.0"}
    assert set(curves[0]["timing"]["curve"]) == {"at_s", "median_ns", "low_ns", "high_ns"}
    assert curves[0]["faster_from"]["at_s"] == 0.2
    assert curves[0]["cpu"]["ratio"] < curves[0]["speed"]["ratio"]


def test_a_figure_has_six_digits() -> None:
    report = replace(sample_report(("cpython-3.11",)), duration_s=1234.56789)
    assert read_back(report)["run"]["duration_s"] == 1234.57


def test_what_is_no_number_is_null() -> None:
    report = sample_report(ROWS)
    assert report.cells[0].speed is not None
    found = read_back(report)
    assert found["cases"][0]["speed"]["welch_low"] is None
    bad = replace(report, duration_s=float("inf"))
    assert read_back(bad)["run"]["duration_s"] is None


def test_one_entry_is_one_line_and_keys_are_sorted() -> None:
    report = sample_report(ROWS)
    text = document(View(report=report, command="pyrometer report"))
    assert sum(line.startswith('{"arch"') for line in text.splitlines()) == sum(
        len(part)
        for part in (
            report.cells,
            contents(View(report=report, command=""))["items"],
            report.conformance,
            report.costs,
            report.summaries,
            ["the machine"],
        )
    )
    tops = list(json.loads(text))
    assert tops == sorted(tops)


def test_same_report_same_text() -> None:
    one, two = (View(report=sample_report(ROWS), command="c") for _ in range(2))
    assert contents(one) == contents(one)
    assert document(one) == document(two)
