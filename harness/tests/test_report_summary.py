from __future__ import annotations

import re
from dataclasses import replace

import pytest

from pyrometer.analysis.decide import decide
from pyrometer.analysis.findings import Report
from pyrometer.report.summary import MOST_UNEXPECTED, summary
from pyrometer.report.view import View
from tests.report_samples import GONE, SPEEDS, sample_report, withheld_only
from tests.synthetic import Scale, synthetic_run
from tests.test_report_markdown import columns, tables

GITHUB_BYTES = 2**20


def text_of(report: Report) -> str:
    return summary(View(report=report, command="pyrometer report"))


@pytest.fixture(scope="module")
def judged() -> Report:
    """A made-up run with a known gap, a crash and a missing row."""
    run, outcomes = synthetic_run(scale=Scale(processes=3, samples=40))
    return decide(run, outcomes)


def test_counts_are_those_of_the_verdicts(judged: Report) -> None:
    verdicts = tables(text_of(judged))[0]
    assert verdicts[0] == "| interpreter | micro | programs | language | features | startup |"
    (pypy,) = [line for line in verdicts if line.startswith("| PyPy 8.0 ")]
    assert pypy.split(" | ")[3] == "8 pass, 1 differs"  # and the difference is expected
    (jit,) = [line for line in verdicts if line.startswith("| CPython 3.15 +jit ")]
    assert "8 pass, 1 crashed (1 unexpected)" in jit
    (gone,) = [line for line in verdicts if line.startswith("| CPython 3.13 ")]
    assert gone.count("could not be had") == 5


def test_what_nobody_expected_is_named(judged: Report) -> None:
    text = text_of(judged)
    assert "**1 result nobody expected.**" in text
    named = text.split("### Not expected")[1]
    assert re.search(r"- cpython-3.15\+jit: language/generators::test\\_close: crashed", named)
    assert "test\\_huge\\_text" not in text  # a known gap is counted, not named


def test_speed_has_its_interval_where_it_was_measured(judged: Report) -> None:
    text = text_of(judged)
    (speed,) = [table for table in tables(text) if "times as fast" in table[0]]
    assert re.search(r"\| PyPy 8.0 \| [\d.]+× \[[\d.]+, [\d.]+\] \|", "\n".join(speed))
    assert "checks" not in speed[0]
    assert "### Speed" not in text_of(withheld_only(judged))


def test_it_tells_first_what_could_not_be_had(judged: Report) -> None:
    expected = replace(judged, unexpected=())
    head = text_of(expected).split("|")[0]
    assert "1 interpreter could not be had" in head
    assert "**CPython 3.13 could not be had:** build failed" in head


def test_all_as_expected() -> None:
    report = replace(sample_report(("cpython-3.11",)), unexpected=())
    text = text_of(report)
    assert text.startswith("## Pyrometer: 2026-11-24-box\n\nAll as expected.\n")
    assert "could not be had" not in text
    assert "not complete" not in text
    assert "**This run is not complete.**" in text_of(replace(report, complete=False))


def test_it_stays_far_below_what_github_takes() -> None:
    report = sample_report((*SPEEDS, GONE))
    rows = tuple(replace(row, missing="|`<" * 4000) for row in report.rows)
    lines = tuple(f"{n}: {'_|' * 5000}" for n in range(10_000))
    text = text_of(replace(report, rows=rows, unexpected=lines))
    assert len(text.encode()) < GITHUB_BYTES // 4
    assert text.count("\n- ") == MOST_UNEXPECTED + 1
    assert "… and 9,950 others" in text


def test_foreign_text_stays_text(judged: Report) -> None:
    row = replace(judged.rows[0], missing="x | y\n\n# z <b> `q`")
    run = replace(judged.run, command="pyrometer run `id` </details>\n# z")
    changed = replace(judged, rows=(row, *judged.rows[1:]), run=run, unexpected=("<script>|\n- x",))
    text = text_of(changed)
    assert "<script" not in text
    assert "<b>" not in text
    assert "\n# z" not in text
    assert "`pyrometer run 'id' </details> # z`" in text
    for table in tables(text):
        assert len({columns(line) for line in table}) == 1
