"""pyperf's files in and out: what the real pyperf command makes of ours, and we of theirs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pyperf
import pytest
from click.testing import CliRunner, Result

from pyrometer.cli import main
from pyrometer.records import Library, Writer, exchange, read
from tests.synthetic import Scale, synthetic_run

CASES = ("micro/integer_loop", "micro/float_loop")


def pyrometer(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def a_file(path: Path, factor: float, *, unit: str = "second", processes: int = 6) -> Path:
    """As pyperf writes it: a run that calibrates, then processes of a warm-up and four values."""
    benchmarks = []
    for name, seconds in (("nbody", 0.08), ("json_dumps", 0.01)):
        facts = {
            "name": name,
            "unit": unit,
            "loops": 8,
            "inner_loops": 2,
            "python_implementation": "cpython",
            "python_version": "3.11.2 (64-bit)",
            "cpu_model_name": "Some(R) CPU @ 2.00GHz",
            "platform": "Linux-6.1-x86_64-with-glibc2.36",
            "cpu_count": 4,
            "hostname": "a-secret-name",
            "date": "2025-03-04 05:06:07.000000",
        }
        runs = [
            pyperf.Run([], warmups=[(1, 0.1), (8, 0.1)], metadata=facts, collect_metadata=False)
        ]
        for number in range(processes):
            scale = factor * (1 + number / 1000)
            values = [seconds * scale * (1 + at / 5000) for at in range(4)]
            runs.append(
                pyperf.Run(
                    values,
                    warmups=[(8, seconds * scale * 2)],
                    metadata=facts,
                    collect_metadata=False,
                )
            )
        benchmarks.append(pyperf.Benchmark(runs))
    pyperf.BenchmarkSuite(benchmarks).dump(str(path))
    return path


def test_any_file_becomes_a_set_that_is_compared_and_charted(tmp_path: Path) -> None:
    old, new = a_file(tmp_path / "old.json", 1.0), a_file(tmp_path / "new.json.gz", 0.8)
    results = ("--results", str(tmp_path / "results"))
    told = pyrometer("import", str(old), str(new), *results)
    assert told.exit_code == 0, told.output
    found = Library(tmp_path / "results").open()
    assert found.complete
    assert [row.row for row in found.run.rows] == ["old", "new"]
    first = found.outcomes[0]
    assert (first.job.cases, len(first.samples)) == (("pyperf/nbody",), 5)
    assert first.samples[0].wall_ns == pytest.approx(0.08 * 2 * 8 * 1e9)
    assert first.samples[1].loops == 16
    assert first.samples[1].wall_ns == pytest.approx(0.08 * 16 * 1e9)
    assert "a-secret-name" not in (found.folder / "run.json").read_text()
    (compared,) = json.loads(pyrometer("compare", "old", "new", "--json", *results).stdout)
    for pair in compared["pairs"]:
        assert pair["speed"]["ratio"] == pytest.approx(1.25, rel=1e-3)
        assert pair["speed"]["paired"] is False
    report = pyrometer("report", *results)
    assert report.exit_code == 0, report.output
    page = Path(report.stdout.split("report: ")[1].strip())
    assert (page.parent / "charts" / "heatmap-pyperf.svg").is_file()


def test_what_we_export_comes_back_with_the_same_values(tmp_path: Path) -> None:
    run, outcomes = synthetic_run(("cpython-3.11",), CASES, scale=Scale(processes=3, samples=20))
    with Writer(tmp_path / "own", run) as writer:
        for outcome in outcomes:
            writer.append(outcome)
    (path,) = exchange.to_pyperf(read(tmp_path / "own"), tmp_path / "files")
    told = pyrometer("import", str(path), "--results", str(tmp_path / "back"))
    assert told.exit_code == 0, told.output
    back = {
        (one.job.cases[0].partition("/")[2], one.job.round): one
        for one in Library(tmp_path / "back").open().outcomes
    }
    for outcome in outcomes:
        if outcome.job.round >= 0:
            again = back[outcome.job.cases[0].replace("/", "_"), outcome.job.round]
            assert [one.wall_ns / one.loops for one in again.samples] == pytest.approx(
                [one.wall_ns / one.loops for one in outcome.samples], abs=0.51
            )


@pytest.mark.parametrize(
    ("content", "says"),
    [("{}", "not a file of pyperf"), ("nonsense", "not a file of pyperf"), ("[1]", "not a file")],
)
def test_what_is_no_file_of_pyperf_is_one_line(tmp_path: Path, content: str, says: str) -> None:
    (tmp_path / "odd.json").write_text(content)
    told = pyrometer("import", str(tmp_path / "odd.json"), "--results", str(tmp_path / "results"))
    assert told.exit_code == 2
    assert says in told.stderr
    assert not (tmp_path / "results").exists()


def test_bytes_are_no_times_and_names_must_differ(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    bytes_ = a_file(tmp_path / "peak.json", 1.0, unit="byte")
    one, other = a_file(tmp_path / "a.json", 1.0), a_file(tmp_path / "other" / "a.json", 1.0)
    results = ("--results", str(tmp_path / "results"))
    absent = pyrometer("import", str(tmp_path / "absent.json"), *results)
    assert "absent.json: cannot be read: No such file" in absent.stderr
    assert "holds no times" in pyrometer("import", str(bytes_), *results).stderr
    assert "the same name" in pyrometer("import", str(one), str(other), *results).stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    "words", [("stats",), ("hist",), ("check",), ("compare_to", "{other}", "--table")]
)
def test_the_pyperf_command_reads_what_we_export(tmp_path: Path, words: tuple[str, ...]) -> None:
    rows = ("cpython-3.11", "cpython-3.14")
    run, outcomes = synthetic_run(rows, CASES, scale=Scale(processes=4, samples=20))
    with Writer(tmp_path / "own", run) as writer:
        for outcome in outcomes:
            writer.append(outcome)
    one, other = exchange.to_pyperf(read(tmp_path / "own"), tmp_path / "files")
    verb, *rest = (word.format(other=other) for word in words)
    command = [sys.executable, "-m", "pyperf", verb, str(one), *rest]
    left = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert left.returncode == 0, left.stderr
    assert "micro/integer_loop" in left.stdout
