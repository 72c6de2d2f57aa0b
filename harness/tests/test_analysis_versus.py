"""polyray beside Ray: rates, ratios and the page, from a made-up run."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from pyrometer.analysis.decide import decide
from pyrometer.analysis.findings import Latency, Report
from pyrometer.model import Outcome
from pyrometer.report.publish import write_report
from pyrometer.report.readme import BEGIN, END, splice
from pyrometer.report.units import figure, interval, ratio
from tests.synthetic import Scale, synthetic_run

ROWS = ("cpython-3.11", "cpython-3.11+ray", "pypy-8.0")
CASES = ("runtime-bench/tasks_async", "micro/integer_loop")
OPERATIONS = 1000


def counted(outcome: Outcome) -> Outcome:
    """The outcome with the number of operations as the checksum of every run."""
    samples = tuple(replace(sample, checksum=OPERATIONS) for sample in outcome.samples)
    return replace(outcome, samples=samples)


@pytest.fixture
def report() -> Report:
    run, outcomes = synthetic_run(ROWS, CASES, scale=Scale(processes=4, samples=40))
    return decide(run, [counted(outcome) for outcome in outcomes])


def test_rates_are_operations_a_second_and_the_ratio_is_ours_over_rays(report: Report) -> None:
    by_row = {one.row: one for one in report.versus_ray}
    assert set(by_row) == {"cpython-3.11", "pypy-8.0"}  # not Ray beside itself, not other suites
    cells = {cell.row: cell for cell in report.cells if cell.suite == "runtime-bench"}
    for row, one in by_row.items():
        timing, theirs = cells[row].timing, cells["cpython-3.11+ray"].timing
        assert timing is not None
        assert theirs is not None
        assert math.isclose(one.ours, OPERATIONS * 1e9 / timing.value_ns)
        assert math.isclose(one.ray, OPERATIONS * 1e9 / theirs.value_ns)
        assert one.ratio is not None
        assert math.isclose(one.ratio.ratio, one.ours / one.ray)
        assert one.ratio.low < one.ratio.ratio < one.ratio.high


def test_latencies_of_single_calls_stand_beside_the_rates_where_they_were_taken(
    tmp_path: Path,
) -> None:
    run, outcomes = synthetic_run(ROWS, CASES, scale=Scale(processes=5, samples=40))
    told = [
        replace(one, facts={**one.facts, **latencies(1000 * one.job.round)})
        if one.job.row != "pypy-8.0" and one.job.round >= 0
        else one
        for one in map(counted, outcomes)
    ]
    found = decide(run, told)
    ours, other = found.versus_ray
    assert ours.latency == ours.ray_latency == other.ray_latency
    assert ours.latency == Latency(
        p50_ns=2000 + 5000, p95_ns=2000 + 9000, p99_ns=2000 + 20000, calls=200, processes=5
    )
    assert other.latency is None
    write_report(found, tmp_path, command="c", raw_links={})
    entries = json.loads((tmp_path / "report.json").read_text())["versus_ray"]
    assert entries[0]["latency"]["p99_ns"] == 22000
    assert "latency" not in entries[1]
    page = (tmp_path / "ray.html").read_text()
    assert "How long one call takes" in page
    assert "22.0 µs" in page


def latencies(more: int) -> dict[str, str]:
    """What a process says of its single calls."""
    times = {"p50": 5000, "p95": 9000, "p99": 20000}
    facts = {f"latency_{name}_ns": str(value + more) for name, value in times.items()}
    return facts | {"latency_calls": str(200 + more)}


def test_without_ray_there_is_nothing_and_no_page(tmp_path: Path) -> None:
    run, outcomes = synthetic_run(ROWS[:1], CASES, scale=Scale(processes=2, samples=14))
    (tmp_path / "ray.html").write_text("of an earlier report")
    found = decide(run, outcomes)
    assert found.versus_ray == ()
    write_report(found, tmp_path, command="c", raw_links={})
    assert not (tmp_path / "ray.html").exists()


def test_the_page_and_the_document_have_every_entry(report: Report, tmp_path: Path) -> None:
    write_report(report, tmp_path, command="c", raw_links={})
    entries = json.loads((tmp_path / "report.json").read_text())["versus_ray"]
    assert [(one["row"], one["case"]) for one in entries] == [
        (one.row, one.case) for one in report.versus_ray
    ]
    assert all(one["low"] < one["ratio"] < one["high"] for one in entries)
    page = (tmp_path / "ray.html").read_text()
    assert "How long one call takes" not in page  # nobody has timed single calls
    assert "runtime-bench/tasks_async" in page
    assert "tasks async</th>" in page
    assert 'href="ray.html"' in (tmp_path / "index.html").read_text()


def test_a_readme_takes_the_table_beside_ray(report: Report, tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"{BEGIN}\n{END}\n", encoding="utf-8")
    splice(readme, tmp_path / "reports" / "one", report, command="c")
    text = readme.read_text(encoding="utf-8")
    assert "| operations a second | Ray | polyray, CPython 3.11 | over Ray |" in text
    one = report.versus_ray[0]
    assert one.ratio is not None
    told = f"{ratio(one.ratio.ratio)} {interval(one.ratio.low, one.ratio.high)}"
    name = one.case.partition("/")[2].replace("_", " ")
    assert f"| {name} | {figure(one.ray)} | {figure(one.ours)} | {told}" in text
    assert "(reports/one/ray.html)" in text
