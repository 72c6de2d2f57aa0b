from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from pyrometer.analysis.counted import baselines, counted
from pyrometer.analysis.decide import decide
from pyrometer.analysis.findings.counts import Counted, CountedCell
from pyrometer.analysis.gather import Gathered
from pyrometer.model import Facts, Job, MeasuredCase, MeasuredRow, Outcome, Run, Sample, Verdict
from pyrometer.report.publish import write_report
from pyrometer.report.terminal import overview
from tests.test_records import make_run

HERE, THERE = "x86_64", "aarch64"
# (series, architecture) → instructions of a run, by case
COUNTS = {
    ("3.11", HERE): {"a": 2000, "b": 4000},
    ("3.15", HERE): {"a": 1000, "b": 4000},
    ("3.11", THERE): {"a": 3000, "b": 6000},
    ("3.15", THERE): {"a": 3000, "b": 3000},
}


def name(series: str, arch: str) -> str:
    return f"cpython-{series}" + ("" if arch == HERE else f"-{arch}")


def row(series: str, arch: str) -> MeasuredRow:
    facts = Facts(
        implementation="cpython", version=f"{series}.1", language=series, arch=arch,
        platform="linux", jit=False, gil=True,
    )  # fmt: skip
    return MeasuredRow(
        row=name(series, arch), interpreter=f"cpython-{series}.1-linux-{arch}", series=series,
        implementation="cpython", facts=facts,
    )  # fmt: skip


def outcome(series: str, arch: str, case: str, number: int, runs: list[int]) -> Outcome:
    job = Job(
        row=name(series, arch), suite="s", kind="bench", cases=(f"s/{case}",), size="small",
        round=number, metric="instructions",
    )  # fmt: skip
    samples = tuple(
        Sample(case=f"s/{case}", loops=1, wall_ns=0, cpu_ns=0, checksum=7, instructions=count,
               beside=10)
        for count in runs
    )  # fmt: skip
    return Outcome(
        job=job, interpreter="", ending=Verdict.PASS, samples=samples,
        facts={"instrument": f"a counter of {arch}"},
    )  # fmt: skip


def outcomes() -> list[Outcome]:
    return [
        outcome(series, arch, case, number, [count + 500, count, count])
        for (series, arch), cases in COUNTS.items()
        for case, count in cases.items()
        for number in range(3)
    ]


def run_of(found: list[Outcome]) -> Run:
    cases = tuple(
        MeasuredCase(id=f"s/{case}", suite="s", kind="bench", summary=case, sha256="0" * 64)
        for case in ("a", "b")
    )
    jobs = tuple(one.job for one in found)
    rows = tuple(row(*key) for key in COUNTS)
    return make_run(jobs, rows=rows, cases=cases, metric="instructions", reference="cpython-3.11")


def count(found: list[Outcome], baseline: str = "cpython-3.11") -> Counted:
    made = counted(Gathered.of(run_of(found), found), baseline)
    assert made is not None
    return made


def cell(made: Counted, series: str, arch: str, case: str) -> CountedCell:
    wanted = (name(series, arch), f"s/{case}")
    return next(one for one in made.cells if (one.row, one.case) == wanted)


def test_each_row_is_held_against_the_baseline_of_its_own_architecture() -> None:
    rows = [row(*key) for key in COUNTS]
    for asked in (HERE, THERE):
        assert baselines(rows, name("3.11", asked)) == {
            name(series, arch): name("3.11", arch) for series, arch in COUNTS
        }
    assert baselines(rows[:3], name("3.15", HERE))[name("3.11", THERE)] == ""
    assert baselines(rows, "nobody") == {}


def test_the_process_that_ran_first_is_left_out_whatever_its_round() -> None:
    seconds = {0: 30, 1: 10, 2: 20}
    found = [
        replace(one, started=f"2026-11-27T09:00:{seconds[one.job.round]}+00:00")
        for one in outcomes()
        if one.job.round != 1
    ]
    writing = [
        replace(
            outcome(series, arch, case, 1, [count + 900] * 3), started="2026-11-27T09:00:10+00:00"
        )
        for (series, arch), cases in COUNTS.items()
        for case, count in cases.items()
    ]
    made = count([*found, *writing])
    assert {one.processes for one in made.cells} == {2}
    assert {one.distinct for one in made.cells} == {1}
    assert (
        cell(made, "3.15", HERE, "a").instructions
        == cell(count(outcomes()), "3.15", HERE, "a").instructions
    )


def test_a_ratio_is_within_one_architecture() -> None:
    made = count(outcomes())
    ratios = {
        (series, arch, case): cell(made, series, arch, case).ratio
        for series, arch in COUNTS
        for case in "ab"
    }
    assert ratios["3.15", HERE, "a"] == 2
    assert ratios["3.15", HERE, "b"] == 1
    assert ratios["3.15", THERE, "a"] == 1
    assert ratios["3.15", THERE, "b"] == 2
    assert ratios["3.11", THERE, "a"] == 1
    suites = {one.row: one for one in made.suites}
    assert suites[name("3.15", THERE)].ratio == pytest.approx(math.sqrt(2))
    assert suites[name("3.15", THERE)].low < 1
    assert suites[name("3.15", THERE)].high > 2
    assert suites[name("3.15", HERE)].exact == suites[name("3.15", HERE)].repeated == 2
    assert made.instruments == {HERE: f"a counter of {HERE}", THERE: f"a counter of {THERE}"}


def test_the_first_process_and_the_first_run_are_left_out_and_other_threads_apart() -> None:
    found = outcomes()
    first = next(one for one in found if one.job.round == 0)
    cold = replace(first, samples=tuple(replace(s, instructions=9999) for s in first.samples))
    made = count([cold if one is first else one for one in found])
    one = cell(made, "3.11", HERE, "a")
    assert (one.instructions, one.beside, one.processes, one.distinct) == (2000, 10, 2, 1)
    assert one.iterations == (2500, 2000, 2000)
    assert one.spread == 0


def test_what_does_not_repeat_shows_its_spread() -> None:
    found = outcomes()
    last = next(one for one in reversed(found) if one.job.row == name("3.11", HERE))
    other = replace(
        last, samples=(*last.samples[:-1], replace(last.samples[-1], instructions=4002))
    )
    one = cell(count([other if it is last else it for it in found]), "3.11", HERE, "b")
    assert one.distinct == 2
    assert one.spread == pytest.approx(1 / 4000.5)


def test_releases_are_held_against_the_earliest_of_their_architecture() -> None:
    made = count(outcomes(), baseline="cpython-3.15")
    ratios = {one.row: one.ratio for one in made.releases}
    assert ratios == {
        name("3.11", HERE): 1.0,
        name("3.15", HERE): pytest.approx(math.sqrt(2)),
        name("3.11", THERE): 1.0,
        name("3.15", THERE): pytest.approx(math.sqrt(2)),
    }


def test_a_release_without_an_earliest_one_of_its_architecture_is_held_against_itself() -> None:
    found = [one for one in outcomes() if one.job.row != name("3.11", THERE)]
    run = replace(run_of(found), rows=tuple(row(*key) for key in COUNTS if key != ("3.11", THERE)))
    made = counted(Gathered.of(run, found), "cpython-3.11")
    assert made is not None
    assert {one.row: one.ratio for one in made.releases}[name("3.15", THERE)] == 1.0


@pytest.mark.parametrize(("jit", "why"), [(True, "still warming"), (False, "runs differ")])
def test_what_still_moves_has_no_ratio(
    monkeypatch: pytest.MonkeyPatch, jit: bool, why: str
) -> None:
    def compiling(series: str, arch: str) -> MeasuredRow:
        found = made_row(series, arch)
        assert found.facts is not None
        return replace(found, facts=replace(found.facts, jit=jit))

    made_row = row
    monkeypatch.setitem(globals(), "row", compiling)
    found = [
        one
        if one.job.row != name("3.15", HERE)
        else replace(one, samples=tuple(
            replace(s, instructions=s.instructions * (4 - at)) for at, s in enumerate(one.samples)
        ))
        for one in outcomes()
    ]  # fmt: skip
    one = cell(count(found), "3.15", HERE, "a")
    assert one.withheld == why
    assert math.isnan(one.ratio)
    suite = next(s for s in count(found).suites if s.row == name("3.15", HERE))
    assert set(suite.missing.values()) == {why}
    assert math.isnan(suite.ratio)


def test_nothing_counted_is_withheld_with_its_reason() -> None:
    found = [
        one
        if one.job.row != name("3.15", THERE)
        else replace(one, ending=Verdict.UNSUPPORTED, samples=(), reason="no counter")
        for one in outcomes()
    ]
    one = cell(count(found), "3.15", THERE, "a")
    assert one.withheld == "unsupported"
    assert one.processes == 0
    assert math.isnan(one.instructions)


def test_a_run_that_measured_time_has_no_counts() -> None:
    found = outcomes()
    timed = replace(run_of(found), metric="time")
    assert counted(Gathered.of(timed, found), "cpython-3.11") is None


def test_the_report_of_counts(tmp_path: Path) -> None:
    found = outcomes()
    report = decide(run_of(found), found)
    jit = replace(row("3.15", THERE).facts, jit=True)  # type: ignore[type-var]  # it has facts
    rows = [replace(r, facts=jit) if r.row == name("3.15", THERE) else r for r in report.rows]
    report = replace(report, rows=tuple(rows))
    page = write_report(report, tmp_path, command="pyrometer report", raw_links={})
    text = page.read_text()
    assert "CPython 3.15 aarch64" in text
    assert "What a count can stand for" in text
    assert " ns" not in text
    facts = json.loads((tmp_path / "report.json").read_text())
    assert len(facts["instructions"]) == 8
    assert {one["instrument"] for one in facts["instructions_summary"]} == {
        f"a counter of {HERE}", f"a counter of {THERE}",
    }  # fmt: skip
    assert "Instructions for s: on x86_64 CPython 3.15 takes 1.41× fewer" in facts["headline"]
    tables = (tmp_path / "report.md").read_text()
    assert "| CPython 3.15 | x86\\_64 | s | 1.41× |" in tables
    assert "| a | 0.0020 M | " in tables
    assert "![Instructions on s " in tables
    assert " ns" not in tables
    drawn = {path.name for path in (tmp_path / "charts").iterdir()}
    assert drawn == {
        "instructions-s.svg", "instructions-plan-s.svg", "instructions-warmup-s.svg",
        "instructions-apart-s.svg",
    }  # fmt: skip
    assert "| CPython 3.15 | s/a | 2.00× | 1.00× | 0.50× |" in tables
    assert [one["further"] for one in facts["instructions_apart"]] == [0.5, 2]
    assert {one["row"] for one in facts["instructions_apart"]} == {"cpython-3.15"}
    assert {name for name in drawn if f"charts/{name}" in tables} == drawn
    plan = (tmp_path / "charts/instructions-plan-s.svg").read_text()
    assert f"s on {HERE}: times fewer instructions than 3.11" in plan
    assert f"s on {THERE}: times fewer instructions than 3.11" in plan
    assert {one["arch"] for one in facts["instructions_releases"]} == {HERE, THERE}
    console = Console(width=200, record=True)
    console.print(overview(report))
    told = console.export_text()
    assert "times fewer instructions" in told
    assert "2 of 2 repeat exactly" in told
