from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st

from pyrometer.analysis.decide import decide
from pyrometer.analysis.findings import Cell, Item, Report
from pyrometer.model import KnownGap, Usage, Verdict
from pyrometer.report.junit import junit
from pyrometer.report.view import View
from tests.report_samples import GONE, sample_report
from tests.synthetic import Scale, synthetic_run

SCHEMA = xmlschema.XMLSchema(str(Path(__file__).with_name("junit.xsd")))
MARKS = ("skipped", "failure", "error")


def xml_of(report: Report) -> ET.Element:
    text = junit(View(report=report, command="pyrometer report"))
    root = ET.fromstring(text)
    SCHEMA.validate(root)
    return root


@pytest.fixture(scope="module")
def judged() -> Report:
    """A made-up run with a known gap, a crash, a missing row and something unsupported."""
    run, outcomes = synthetic_run(scale=Scale(processes=2, samples=12))
    return decide(run, outcomes)


def suite_of(root: ET.Element, name: str) -> ET.Element:
    (found,) = [suite for suite in root if suite.get("name") == name]
    return found


def only_item(root: ET.Element) -> ET.Element:
    """The one mark of a report in which one thing is no plain pass."""
    (found,) = [mark for tag in MARKS for mark in root.iter(tag)]
    return found


def mark_of(one: Item | Cell) -> str:
    """What a judged thing must be called: the rule, written down a second time."""
    if one.verdict is Verdict.PASS:
        return "" if one.expected else "failure"
    if one.expected:
        return "skipped"
    return "failure" if one.verdict is Verdict.DIFFERS else "error"


# --- agreement with what was judged --------------------------------------------------------


def test_every_verdict_is_there_under_the_name_that_it_must_have(judged: Report) -> None:
    missing = {row.row for row in judged.rows if row.missing}
    everything: list[Item | Cell] = [*judged.items, *judged.cells]
    expected = Counter(
        (f"{one.row} {one.suite}", mark_of(one)) for one in everything if one.row not in missing
    )
    found = Counter(
        (suite.get("name"), next((child.tag for child in case), ""))
        for suite in xml_of(judged)
        for case in suite.iter("testcase")
        if not (suite.get("name") or "").endswith(" obtain")
    )
    assert found == expected
    assert {mark for _, mark in found} == {"", "skipped", "error"}


def test_counts_are_those_of_the_marks_beneath(judged: Report) -> None:
    root = xml_of(judged)
    for element in (root, *root):
        tests = len(list(element.iter("testcase")))
        assert element.get("tests") == str(tests)
        for name, tag in (("failures", "failure"), ("errors", "error")):
            assert element.get(name) == str(len(list(element.iter(tag))))
    unexpected = sum(1 for tag in ("failure", "error") for _ in root.iter(tag))
    gone = sum(bool(row.missing) for row in judged.rows)
    assert unexpected == len(judged.unexpected) + gone


def test_a_known_gap_is_skipped_with_its_reason(judged: Report) -> None:
    suite = suite_of(xml_of(judged), "pypy-8.0 language")
    (case,) = [case for case in suite if case.get("name") == "test_huge_text"]
    assert case.get("classname") == "pypy-8.0.language.integers"
    (mark,) = case
    assert (mark.tag, mark.get("type")) == ("skipped", "differs")
    assert mark.get("message") == "known gap: PyPy converts integers of any length"
    assert "'no limit' instead of '4300 digits'" in (mark.text or "")


def test_a_crash_is_an_error_with_the_way_to_see_it(judged: Report) -> None:
    suite = suite_of(xml_of(judged), "cpython-3.15+jit language")
    (mark,) = suite.iter("error")
    assert mark.get("type") == "crashed"
    assert "SIGSEGV" in (mark.get("message") or "")
    assert "pyrometer show-request language/generators cpython-3.15+jit" in (mark.text or "")


def test_an_interpreter_that_could_not_be_had_is_one_error(judged: Report) -> None:
    root = xml_of(judged)
    suites = [s for s in root if (s.get("name") or "").startswith("cpython-3.13 ")]
    assert [suite.get("name") for suite in suites] == ["cpython-3.13 obtain"]
    (mark,) = suites[0].iter("error")
    assert "make ended with status 2" in (mark.get("message") or "")


def test_a_difference_and_a_gap_that_passes_are_failures() -> None:
    report = sample_report(("cpython-3.11",), cases={"language": ("check", ("strings",))})
    first, *others = report.items
    for verdict, reason in ((Verdict.DIFFERS, "1 instead of 2"), (Verdict.PASS, "gap passes")):
        changed = replace(first, verdict=verdict, expected=False, reason=reason)
        mark = only_item(xml_of(replace(report, items=(changed, *others))))
        assert (mark.tag, mark.get("type")) == ("failure", verdict.value)
        assert reason in (mark.get("message") or "")


def test_a_known_gap_of_a_benchmark_is_skipped_with_its_reason() -> None:
    run, outcomes = synthetic_run(
        ("cpython-3.14", "cpython-3.9"), ("programs/pattern_match",), scale=Scale(processes=1)
    )
    gap = KnownGap(rows="cpython-3.9", case="programs/pattern_match",
                   verdict=Verdict.UNSUPPORTED, reason="no match statement yet")  # fmt: skip
    report = decide(replace(run, known=(gap,)), outcomes)
    assert only_item(xml_of(report)).get("message") == "known gap: no match statement yet"


# --- what else it tells -----------------------------------------------------------------------


def test_a_suite_names_who_was_judged_and_by_what(judged: Report) -> None:
    found = suite_of(xml_of(judged), "pypy-8.0 language").find("properties")
    assert found is not None
    told = {one.get("name"): one.get("value") for one in found}
    row = next(row for row in judged.rows if row.row == "pypy-8.0")
    assert row.receipt is not None
    assert told["interpreter"] == "pypy-8.0.1-linux-x86_64"
    assert told["receipt"] == row.receipt.sha256
    assert told["build"] == row.receipt.key
    assert told["reference"] == judged.run.reference


def test_times_are_those_of_the_processes() -> None:
    run, outcomes = synthetic_run(
        ("cpython-3.14",), ("micro/float_loop", "micro/exceptions", "language/strings"),
        scale=Scale(processes=2, samples=5),
    )  # fmt: skip
    usage = Usage(wall_ns=1_500_000_000, user_ns=0, system_ns=0, peak_bytes=0)
    root = xml_of(decide(run, [replace(outcome, usage=usage) for outcome in outcomes]))
    timed = suite_of(root, "cpython-3.14 micro")
    assert [case.get("time") for case in timed.iter("testcase")] == ["4.500", "4.500"]
    assert timed.get("time") == "9.000"  # two cases; two processes each, and one that verifies
    checks = suite_of(root, "cpython-3.14 language")
    assert checks.get("time") == "1.500"
    assert {case.get("time") for case in checks.iter("testcase")} == {None}
    assert root.get("time") == "10.500"


def test_the_last_words_of_what_died_are_kept() -> None:
    run, outcomes = synthetic_run(("cpython-3.14",), ("language/strings",))
    died = replace(outcomes[0], ending=Verdict.CRASHED, reason="killed", stderr_tail="Fatal: \x1b")
    suite = suite_of(xml_of(decide(run, [died])), "cpython-3.14 language")
    assert "Fatal: \\x1b" in suite.findtext("system-err", "")


def test_probes_say_what_they_asked() -> None:
    report = sample_report(("graalpy-25.0+jit",), cases={"features": ("feature", ("fork",))})
    items = tuple(replace(item, reason="") for item in report.items)
    mark = only_item(xml_of(replace(report, items=items)))
    assert mark.get("message") == "unsupported: promised"


# --- foreign text -----------------------------------------------------------------------------


@given(st.text(alphabet=st.characters(codec=None), min_size=1))
def test_whatever_a_target_says_is_carried(text: str) -> None:
    report = sample_report(("cpython-3.11", GONE), cases={"language": ("check", ("scopes",))})
    items = tuple(replace(i, verdict=Verdict.GARBLED, expected=False, reason=text)
                  for i in report.items)  # fmt: skip
    root = xml_of(replace(report, items=items))
    assert root.get("errors") == str(len(items) + 1)


def test_a_long_reason_is_short_in_its_message_and_whole_in_its_text() -> None:
    report = sample_report(("cpython-3.11",), cases={"language": ("check", ("scopes",))})
    item = replace(report.items[0], verdict=Verdict.DIFFERS, expected=False, reason="x" * 5000)
    mark = only_item(xml_of(replace(report, items=(item,))))
    assert len(mark.get("message") or "") == 200
    assert "x" * 5000 in (mark.text or "")


def test_the_same_report_gives_the_same_bytes(judged: Report) -> None:
    view = View(report=judged, command="pyrometer report")
    assert junit(view) == junit(view)
