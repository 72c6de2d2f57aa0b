"""The whole path on the real default set; builds what the store lacks."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from pyrometer import campaign as campaigns
from pyrometer.cli import main
from pyrometer.execute.plan import is_timed
from pyrometer.model import Verdict
from pyrometer.records import Library, ResultSet

pytestmark = pytest.mark.interpreters
CHECKOUT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """One run over the default set: every check and probe, and a little timing."""
    results = tmp_path_factory.mktemp("results")
    words = ["run", "--results", str(results), "--budget", "60", "--processes", "2"]
    words += ["-c", "language/*,features/*,startup/empty,startup/import_cli"]
    words += ["-c", "micro/closures,micro/generators,programs/planets"]
    result = CliRunner().invoke(main, [*words, "--report"])
    assert result.exit_code == 0, result.output + result.stderr
    return Library(results)


@pytest.fixture(scope="module")
def found(library: Library) -> ResultSet:
    """The result set of that run."""
    return library.open()


def test_every_interpreter_of_the_default_set_took_part(found: ResultSet) -> None:
    assert {row.row for row in found.run.rows} == {row.name for row in campaigns.select_rows(())}
    assert not [row for row in found.run.rows if row.missing]
    assert {outcome.ending for outcome in found.outcomes} == {Verdict.PASS}


def test_every_row_is_the_one_that_was_promised(found: ResultSet) -> None:
    facts = {row.row: row.facts for row in found.run.rows}
    assert {name: fact.jit for name, fact in facts.items() if fact} == {
        name: name.startswith("pypy") or name.endswith("+jit") for name in facts
    }


def test_sources_have_versions_and_checksums(found: ResultSet) -> None:
    for row in found.run.rows:
        assert row.receipt is not None
        assert row.receipt.sources
        assert all(len(s.sha256) == 64 and s.version for s in row.receipt.sources)


def test_start_up_came_from_bytecode(found: ResultSet) -> None:
    imports = [o for o in found.outcomes if o.job.cases == ("startup/import_cli",)]
    assert imports
    for outcome in imports:
        assert outcome.facts["bytecode"] == outcome.facts["modules"], outcome.job.id


def test_every_series_begins_with_the_first_call_alone(found: ResultSet) -> None:
    """Warm-up can only be shown where the cold call was kept, and not averaged with others."""
    benches = [outcome for outcome in found.outcomes if outcome.job.kind == "bench"]
    timed = [outcome for outcome in benches if is_timed(outcome.job)]
    assert timed
    for outcome in timed:
        assert outcome.samples[0].loops == 1, outcome.job.id
        assert len(outcome.samples) >= 5, outcome.job.id


def test_the_report_has_every_key_that_is_promised(library: Library) -> None:
    (path,) = library.reports.glob("*/report.json")
    report = json.loads(path.read_text())
    promised = {"interpreters", "machines", "summary", "cases", "conformance", "costs"}
    assert promised <= report.keys()
    fields = {"interpreter", "arch", "metric", "suite", "baseline", "ratio", "low", "high", "cases"}
    assert all(fields | {"verdict"} <= entry.keys() for entry in report["summary"])


def test_no_published_file_is_large(library: Library) -> None:
    for path in library.root.rglob("*"):
        assert path.stat().st_size < 2 * 2**20, path.name


def test_one_statement_is_timed_on_two_implementations(tmp_path: Path) -> None:
    """`match` is no syntax of 3.9, and a string over two lines stays what it is everywhere."""
    words = ["timeit", "-i", "cpython-3.9,cpython-3.11,pypy-8.0", "--processes", "2", "--json"]
    words += ["--budget", "1", "-s", 'x = """a\nb"""', "match x:", '  case "a\\nb": pass']
    words += ["  case _: 1 / 0"]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 1, result.output
    rows = {row["row"]: row for row in json.loads(result.stdout)["rows"]}
    assert rows["cpython-3.9"]["reason"].endswith("SyntaxError: invalid syntax")
    for name in ("cpython-3.11", "pypy-8.0"):
        assert rows[name]["verdict"] == "pass"
        assert rows[name]["timing"]["processes"] == 2
        assert rows[name]["empty_loop_ns"]["value"] > 0


def test_polyray_does_what_ray_does_on_three_implementations(tmp_path: Path) -> None:
    words = ["run", "--check", "--results", str(tmp_path), "-s", "runtime"]
    words += ["-i", "cpython-3.15,pypy-8.0,rustpython-0.6"]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output + result.stderr
    for outcome in Library(tmp_path).open().outcomes:
        statuses = {check.check: check.status for check in outcome.checks}
        assert len(statuses) >= 130, outcome.job.row
        skipped = {name for name, status in statuses.items() if status == "skip"}
        assert all(name.startswith(("test_031", "test_032")) for name in skipped)  # numpy's


def test_ray_itself_runs_beside_polyray_and_both_do_the_same(tmp_path: Path) -> None:
    words = ["run", "--results", str(tmp_path), "--processes", "2", "--budget", "60", "--report"]
    words += ["-i", "cpython-3.11,cpython-3.11+ray", "-s", "runtime,runtime-bench"]
    words += ["-c", "runtime/tasks,runtime-bench/single_client_tasks_sync"]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output + result.stderr
    checked = [one for one in Library(tmp_path).open().outcomes if one.checks]
    passed = [{check.check for check in one.checks if check.status == "pass"} for one in checked]
    assert len(passed) == 2
    assert passed[0] == passed[1]
    assert len(passed[0]) >= 26
    (page,) = tmp_path.glob("reports/*/report.json")
    (entry,) = json.loads(page.read_text())["versus_ray"]
    assert entry["row"] == "cpython-3.11"
    assert entry["ours"] > 0
    assert entry["ray"] > 0
    assert entry["processes"] == entry["ray_processes"] == 2


def test_the_wheel_carries_its_definitions(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
    subprocess.run([*words, "--wheel-dir", str(tmp_path), str(CHECKOUT)], check=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
        names = set(archive.namelist())
    assert "pyrometer/_definitions/interpreters/cpython.toml" in names
    assert "pyrometer/_definitions/suites/micro/suite.toml" in names
    code = "from pyrometer.cli import main; main(['list', 'cases', '--json'])"
    environment = {"PYTHONPATH": str(tmp_path / "site"), "PYROMETER_HOME": str(tmp_path / "store")}
    left = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=tmp_path, capture_output=True, check=True
    )
    assert len(json.loads(left.stdout)) > 50
