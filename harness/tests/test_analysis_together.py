"""Several result sets on one page: by architecture, and no ratio with a side in another place."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from pyrometer.analysis.compare import Side, compare
from pyrometer.analysis.decide import decide
from pyrometer.analysis.findings import Report
from pyrometer.analysis.findings.together import Release, Together
from pyrometer.analysis.together import together
from pyrometer.cli import main
from pyrometer.errors import Mistake
from pyrometer.model import MeasuredRow, Outcome, Receipt, Run, Source, Verdict
from pyrometer.records import Library, Writer
from pyrometer.report.publish import write_together
from pyrometer.report.together import Sheet
from tests.synthetic import synthetic_run
from tests.test_analysis_counted import outcomes, run_of

HERE, THERE = "x86_64", "aarch64"
ROWS = ("cpython-3.11", "pypy-8.0")


def timed(name: str, arch: str, *, speed: int) -> tuple[Run, list[Outcome]]:
    """Wall times of a machine of that architecture: generated, nobody measured them."""
    run, found = synthetic_run(rows=ROWS, seed=speed)
    machine = replace(run.machine, name=f"board-{arch}", arch=arch)
    rows = tuple(_on(row, arch) for row in run.rows)
    return replace(run, name=name, machine=machine, rows=rows), list(found)


def _on(row: MeasuredRow, arch: str) -> MeasuredRow:
    assert row.facts is not None
    return replace(row, facts=replace(row.facts, arch=arch))


def counted() -> tuple[Run, list[Outcome]]:
    """Instructions of both architectures, counted on one machine."""
    found = outcomes()
    run = run_of(found)
    return replace(run, name="counts", machine=replace(run.machine, arch=HERE)), found


@pytest.fixture(scope="module")
def reports() -> tuple[Report, ...]:
    sets = (timed("here", HERE, speed=1), timed("there", THERE, speed=2), counted())
    return tuple(decide(run, found, baseline="cpython-3.11") for run, found in sets)


@pytest.fixture(scope="module")
def found(reports: tuple[Report, ...]) -> Together:
    return together(reports)


def test_every_architecture_of_every_set_is_a_place(found: Together) -> None:
    assert [(p.arch, p.metric, p.run.name, p.emulated) for p in found.places] == [
        (HERE, "time", "here", False),
        (THERE, "time", "there", False),
        (HERE, "instructions", "counts", False),
        (THERE, "instructions", "counts", True),
    ]
    baselines = [place.baseline for place in found.places]
    assert baselines == [*["cpython-3.11"] * 3, "cpython-3.11-aarch64"]
    assert found.architectures == (HERE, THERE)


def test_each_ratio_is_that_of_its_own_report(found: Together, reports: tuple[Report, ...]) -> None:
    for place, report in zip((0, 1), reports, strict=False):
        own = {(s.row, s.suite): s.ratio.ratio for s in report.summaries}
        told = {(s.row, s.suite): s.ratio for s in found.standings if s.place == place}
        assert told == own
    assert {s.ratio for s in found.standings if s.place == 0} != {
        s.ratio for s in found.standings if s.place == 1
    }
    assert reports[2].counted is not None
    counts = {(s.row, s.suite): s.ratio for s in reports[2].counted.suites}
    assert {(s.row, s.suite): s.ratio for s in found.standings if s.place > 1} == counts


def test_one_interpreter_has_one_name_in_all_places(found: Together) -> None:
    release = Release("cpython", "3.11", "")
    assert found.rows[release].row == "cpython-3.11"
    assert {s.place for s in found.standings if s.release == release} == {0, 1, 2, 3}


def test_a_set_named_twice_is_a_mistake(reports: tuple[Report, ...]) -> None:
    with pytest.raises(Mistake, match="here is named twice"):
        together((reports[0], reports[0]))


def test_the_page_groups_by_architecture(found: Together, tmp_path: Path) -> None:
    page = write_together(found, tmp_path, command="pyrometer report a b", links={"here": "h.html"})
    text = page.read_text()
    assert text.startswith("<!-- made by: pyrometer report a b -->")
    assert "aarch64 (emulated)" in text
    assert '<a href="h.html">here</a>' in text
    tables = (tmp_path / "report.md").read_text()
    assert "| programs | x86\\_64 | aarch64 |" in tables
    facts = json.loads((tmp_path / "report.json").read_text())
    assert [place["arch"] for place in facts["places"]] == [HERE, THERE, HERE, THERE]
    assert {one["place"] for one in facts["summary"]} == {0, 1, 2, 3}


def test_an_architecture_without_times_is_visibly_empty(
    reports: tuple[Report, ...], tmp_path: Path
) -> None:
    write_together(together((reports[0], reports[2])), tmp_path, command="c", links={})
    assert "No time was measured on aarch64." in (tmp_path / "index.html").read_text()
    assert "On aarch64 no time was measured" in (tmp_path / "report.md").read_text()
    assert " / –" in (tmp_path / "charts/time-programs.svg").read_text()


def with_jit(row: str) -> str:
    return row.replace("3.15", "3.15+jit")


def test_counts_of_two_sets_stand_in_one_column(tmp_path: Path) -> None:
    """As if the two interpreters had been counted one after the other, against one baseline."""
    run, found = counted()
    made_of = Source(name="python3", version="3.11.1", sha256="a" * 64)
    receipt = Receipt(row="", recipe="", key="", executable="", sources=(made_of,))
    rows = tuple(replace(row, receipt=receipt) for row in run.rows)
    other = tuple(
        replace(row, variant="jit", row=with_jit(row.row)) if row.series == "3.15" else row
        for row in rows
    )
    again = [replace(one, job=replace(one.job, row=with_jit(one.job.row))) for one in found]
    sets = ((replace(run, rows=rows), found), (replace(run, rows=other, name="more"), again))
    page = together([decide(*one, baseline="cpython-3.11") for one in sets])
    assert page.joined == ((0, 1), (2, 3))
    assert [(one.series, one.variant) for one in page.rows] == [
        ("3.11", ""), ("3.15", ""), ("3.15", "jit"),
    ]  # fmt: skip
    write_together(page, tmp_path, command="c", links={})
    tables = (tmp_path / "report.md").read_text()
    assert "| s | x86\\_64 | aarch64 |" in tables
    assert "| CPython 3.15 | 1.41× " in tables
    assert "| CPython 3.15 +jit | 1.41× " in tables
    assert "charts/instructions-apart-s.svg" in tables
    assert (tmp_path / "charts/instructions-apart-s.svg").is_file()
    facts = json.loads((tmp_path / "report.json").read_text())
    assert {one["who"] for one in facts["apart"]["instructions"]} == {
        "cpython-3.15", "cpython-3.15+jit",
    }  # fmt: skip


def test_times_of_two_architectures_have_no_ratio() -> None:
    sides = [
        Side(run=run, outcomes=found, row="cpython-3.11")
        for run, found in (timed("here", HERE, speed=1), timed("there", THERE, speed=2))
    ]
    with pytest.raises(Mistake, match="here is of x86_64, there of aarch64"):
        compare(*sides)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library(tmp_path)
    for run, found in (timed("here", HERE, speed=1), timed("there", THERE, speed=2), counted()):
        with Writer(library.raw / run.name, run) as writer:
            for outcome in found:
                writer.append(outcome)
    return library


def test_two_interpreters_are_compared_within_each_set_by_architecture(library: Library) -> None:
    words = ["compare", "--results", str(library.root), "cpython-3.11"]
    sets = ["--in", "there", "--in", "here"]
    told = CliRunner().invoke(main, [*words, "pypy-8.0", *sets])
    assert told.exit_code == 0, told.output + told.stderr
    assert told.output.index("aarch64, there") < told.output.index("x86_64, here")
    plain = json.loads(CliRunner().invoke(main, [*words, "pypy-8.0", *sets, "--json"]).output)
    assert [(one["arch"], len(one["times"])) for one in plain] == [(THERE, 1), (HERE, 1)]
    counts = CliRunner().invoke(main, [*words, "cpython-3.15", "--in", "counts"])
    assert counts.exit_code == 0, counts.output + counts.stderr
    assert counts.output.index("x86_64, counts") < counts.output.index("aarch64, counts")
    missing = CliRunner().invoke(main, [*words, "pypy-8.0", "--in", "counts"])
    assert missing.exit_code == 2
    assert "counts has not both cpython-3.11 and pypy-8.0" in missing.stderr


def test_a_limit_holds_on_every_architecture(library: Library) -> None:
    words = ["compare", "--results", str(library.root), "cpython-3.15", "cpython-3.11"]
    grown = CliRunner().invoke(main, [*words, "--in", "counts", "--fail-above", "10"])
    assert grown.exit_code == 1
    assert "s/a@small executes 100.000 % more on x86_64" in grown.stderr
    assert "s/b@small executes 100.000 % more on aarch64" in grown.stderr


def test_the_command_makes_one_page_of_several(library: Library) -> None:
    words = ["report", "--results", str(library.root), "here", "there", "counts"]
    made = CliRunner().invoke(main, words)
    assert made.exit_code == 0, made.output + made.stderr
    (folder,) = library.reports.iterdir()
    assert "pyrometer report here there counts" in (folder / "report.md").read_text()
    refused = CliRunner().invoke(main, [*words, "--times", "here"])
    assert refused.exit_code == 2
    assert "for the report of one result set" in refused.stderr


def test_a_cell_of_a_case_says_once_what_holds_everywhere(found: Together) -> None:
    sheet = Sheet(found)
    (part,) = [one for one in sheet.parts if one.metric == "time"]
    case = next(iter(part.cases["micro"]))
    baseline, other = Release("cpython", "3.11", ""), Release("pypy", "8.0", "")
    assert sheet.cell(part, baseline, case) == ["1×"]
    told = sheet.cell(part, other, case)
    assert len(told) == 2
    assert all(one.endswith("×") for one in told)
    withheld = tuple(
        replace(one, ratio=math.nan, withheld="differs") if one.row == "pypy-8.0" else one
        for one in found.cases
    )
    sheet = Sheet(replace(found, cases=withheld))
    assert sheet.cell(part, other, case) == ["differs"]


def test_checks_of_sets_that_agree_are_told_once(found: Together) -> None:
    (one, *_) = found.checked
    more = replace(one, run="again")
    other = replace(
        one, run="otherwise", conformance=replace(one.conformance, counts={Verdict.PASS: 1})
    )
    checks = Sheet(replace(found, checked=(one, more, other))).checks
    assert [(own.arch, own.suites) for own in checks] == [(one.arch, (one.conformance.suite,))]
    ((label, suites),) = checks[0].rows.items()
    assert label == "CPython 3.11"
    assert [told.runs for told in suites[one.conformance.suite]] == [
        [one.run, "again"],
        ["otherwise"],
    ]
