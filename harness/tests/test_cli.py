from __future__ import annotations

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pyrometer import campaign as campaigns
from pyrometer.cli import main
from pyrometer.model import Outcome, Verdict
from pyrometer.records import Library, read
from tests.two_rows import DEFINITION, HERE, TWIN

CHECKS = """
def test_right(): pass
def test_returns(): return [1, "two"]
"""
TOTAL = '''
"""A sum."""
SIZES = {"small": 2000}
def setup(size): return size
def run(n): return sum(range(n))
'''


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write_suite: Callable[..., Path]) -> Path:
    """Definitions of two rows that are this python, a row that cannot be had, and two suites."""
    (tmp_path / "interpreters").mkdir()
    (tmp_path / "interpreters" / "cpython.toml").write_text(DEFINITION)
    write_suite("right", "check", all=CHECKS)
    write_suite("sums", "bench", total=TOTAL)
    monkeypatch.setattr(campaigns, "definitions_root", lambda: tmp_path)
    monkeypatch.setattr("pyrometer.cli.options.checkout_root", lambda: tmp_path)
    monkeypatch.setenv("PYROMETER_HOME", str(tmp_path / "store"))
    monkeypatch.setenv("PYROMETER_DEBIAN_MIRROR", f"file:{tmp_path}/no-mirror")
    return tmp_path


def pyrometer(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def run_briefly(*words: str) -> Result:
    return pyrometer("run", "--budget", "1", "--processes", "2", *words)


def machine() -> str:
    return os.uname().machine


def newest(root: Path) -> tuple[Outcome, ...]:
    return Library(root / "results").open().outcomes


# --- the path from definitions to a result set ---------------------------------------------


def test_a_run_measures_records_and_tells(root: Path) -> None:
    result = run_briefly()
    assert result.exit_code == 0, result.output
    assert "sums" in result.output
    outcomes = newest(root)
    assert {outcome.ending for outcome in outcomes} == {Verdict.PASS}
    assert {outcome.job.row for outcome in outcomes} == {HERE, TWIN}
    found = Library(root / "results").open()
    assert found.complete
    assert found.run.finished
    assert found.run.reference == HERE


def test_suites_may_be_named_from_where_one_stands(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "elsewhere").mkdir()
    monkeypatch.chdir(root / "elsewhere")
    result = run_briefly("--suites", "../suites", "-s", "sums")
    assert result.exit_code == 0, result.output
    assert {outcome.ending for outcome in newest(root)} == {Verdict.PASS}


def test_a_report_is_made_from_results_alone(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_briefly()
    for folder in ("interpreters", "suites", "store"):
        (root / folder).rename(root / f"{folder}.gone")
    result = pyrometer("report")
    assert result.exit_code == 0, result.output
    (page,) = (root / "results" / "reports").glob("*/index.html")
    assert page.read_text().startswith("<!")
    facts = json.loads(page.with_name("report.json").read_text())
    assert any("+twin-" in entry["interpreter"] for entry in facts["summary"])


def test_what_is_published_names_nothing_of_this_machine(root: Path) -> None:
    run_briefly("--report")
    private = [str(root), str(Path.home()), sys.prefix, socket.gethostname()]
    for path in (root / "results").rglob("*"):
        if path.suffix in (".json", ".md", ".html"):
            text = path.read_text()
            assert not [word for word in private if len(word) > 5 and word in text], path.name
    text = str(newest(root))
    assert not [word for word in private if len(word) > 5 and word in text]


def test_running_again_begins_anew_only_when_all_is_done(root: Path) -> None:
    run_briefly()
    run_briefly()
    assert len(Library(root / "results").names()) == 2


def test_a_wished_precision_is_planned_reached_and_told(root: Path) -> None:
    words = ("-s", "sums", "--precision", "30%", "--processes", "2", "--budget", "30")
    result = pyrometer("run", *words)
    assert result.exit_code == 0, result.output
    assert "stage 2: " in result.stderr
    assert "Asked for ± 30 %: " in result.stdout
    found = Library(root / "results").open()
    assert found.complete
    assert found.run.precision == 0.3
    assert {(one.row, one.case) for one in found.run.planned} == {
        (HERE, "sums/total"),
        (TWIN, "sums/total"),
    }
    counts = {one.row: one.processes for one in found.run.planned}
    for row, count in counts.items():
        assert sum(o.job.row == row and o.job.round >= 0 for o in found.outcomes) == count


@pytest.mark.parametrize("words", [("--precision", "0"), ("--precision", "x%"),
                                   ("--precision", "1%", "--check"),
                                   ("--precision", "1%", "--metric", "instructions"),
                                   ("--precision", "1%", "--processes", "1")])  # fmt: skip
def test_a_precision_that_means_nothing(root: Path, words: tuple[str, ...]) -> None:
    result = pyrometer("run", *words)
    assert result.exit_code == 2
    assert "precision" in result.stderr
    assert not Library(root / "results").names()


def test_an_interrupted_run_goes_on_where_it_was(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pyrometer.cli.progress import Reporter

    finished = Reporter.finished
    counted = 0

    def interrupt(self: Reporter, outcome: Outcome) -> None:
        nonlocal counted
        counted += 1
        finished(self, outcome)
        if counted == 4:
            os.kill(os.getpid(), signal.SIGINT)

    with monkeypatch.context() as patch:
        patch.setattr(Reporter, "finished", interrupt)
        result = run_briefly()
    assert result.exit_code == 130
    assert "stopping; Ctrl-C again ends at once" in result.stderr
    assert re.search(r"4 of \d+ jobs are kept in .*; the same command goes on", result.stderr)
    assert "This run is not complete" in result.stdout
    kept = newest(root)
    assert len(kept) == 4
    result = run_briefly()
    assert result.exit_code == 0, result.output
    assert len(Library(root / "results").names()) == 1
    outcomes = newest(root)
    assert outcomes[:4] == kept
    ids = [outcome.job.id for outcome in outcomes]
    assert len(ids) == len(set(ids))


def test_check_only_times_nothing(root: Path) -> None:
    pyrometer("run", "--check")
    assert all(len(outcome.samples) <= 1 for outcome in newest(root))


def test_a_python_by_path_works_wherever_a_name_does(root: Path) -> None:
    result = run_briefly("-i", sys.executable, "-s", "right")
    assert result.exit_code == 0, result.output
    assert pyrometer("which", sys.executable).output.strip().endswith("python")
    assert pyrometer("doctor", "-i", sys.executable).exit_code == 0


# --- what is unexpected, missing or wrong ----------------------------------------------------


def test_an_interpreter_that_cannot_be_had_never_stops_the_rest(root: Path) -> None:
    result = run_briefly("-i", "*")
    assert result.exit_code == 3, result.output
    assert "cpython-3.8 cannot be had" in result.stderr
    assert "cpython-3.8 was not run" in result.stderr.splitlines()[-1]
    endings = {row: set() for row in (HERE, TWIN, "cpython-3.8")}  # type: ignore[var-annotated]
    for outcome in newest(root):
        endings[outcome.job.row].add(outcome.ending)
    assert endings[HERE] == endings[TWIN] == {Verdict.PASS}
    assert endings["cpython-3.8"] == {Verdict.NOT_RUN}


def test_building_what_cannot_be_had(root: Path) -> None:
    result = pyrometer("build", "-i", "cpython-3.8")
    assert result.exit_code == 3
    assert "cpython-3.8 cannot be had" in result.stderr


def test_a_difference_is_unexpected_and_every_other_result_is_kept(
    root: Path, write_suite: Callable[..., Path]
) -> None:
    write_suite("wrong", "check", one="def test_wrong(): assert 1 == 2\ndef test_right(): pass\n")
    result = run_briefly()
    assert result.exit_code == 1
    assert "test_wrong" in result.output
    wrong = [
        check for outcome in newest(root) for check in outcome.checks if check.case == "wrong/one"
    ]
    assert {check.status for check in wrong} == {"pass", "fail"}


KNOWN = """
[[known]]
rows = "*"
case = "{case}"
check = "{check}"
verdict = "differs"
reason = "so it is"
"""


def test_a_known_gap_is_expected(root: Path, write_suite: Callable[..., Path]) -> None:
    folder = write_suite("wrong", "check", one="def test_wrong(): assert 1 == 2\n")
    with (folder / "suite.toml").open("a") as file:
        file.write(KNOWN.format(case="wrong/one", check="test_wrong"))
    assert run_briefly("-s", "wrong").exit_code == 0


def test_a_known_gap_that_passes_fails_the_run(root: Path) -> None:
    with (root / "suites" / "right" / "suite.toml").open("a") as file:
        file.write(KNOWN.format(case="right/all", check="test_right"))
    result = run_briefly("-s", "right")
    assert result.exit_code == 1
    assert "known gap" in result.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run", "-i", "cpithon-3.8"], "no interpreter matches 'cpithon-3.8' (did you mean cpyth"),
        (["run", "-s", "summs"], "no suite matches 'summs' (did you mean sums"),
        (["run", "-c", "sums/totl"], "no case matches 'sums/totl' (did you mean sums/total"),
        (["run", "-i", "/nonexistent/python"], "there is no such program"),
        (["run", "--reference", "pypy"], "no selected interpreter matches 'pypy'"),
        (["run", "--suites", "/nonexistent"], "no such folder of suites"),
        (["report", "nonsense"], "no result set 'nonsense'"),
        (["report"], "no results yet"),
        (["compare", "a", "b"], "no results yet"),
        (["build", "--remove"], "--remove needs -i"),
        (["which", "*"], "means 3 interpreters"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line_and_exit_2(root: Path, words: list[str], said: str) -> None:
    result = pyrometer(*words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert not (root / "results").exists()


def test_a_case_with_a_syntax_error(root: Path) -> None:
    (root / "suites" / "sums" / "total.py").write_text("def run(:\n")
    result = run_briefly()
    assert result.exit_code == 2
    assert "total.py: line 1: invalid syntax" in result.stderr


def test_results_of_a_newer_schema(root: Path) -> None:
    run_briefly()
    (head,) = (root / "results" / "raw").glob("*/run.json")
    head.write_text(re.sub(r'"schema": \d+', '"schema": 99', head.read_text()))
    result = pyrometer("report")
    assert result.exit_code == 2
    assert "upgrade pyrometer" in result.stderr
    assert "schema 99" in pyrometer("list", "results").output


def test_a_baseline_that_was_not_measured(root: Path) -> None:
    run_briefly()
    result = pyrometer("report", "--baseline", "cpython-2.7")
    assert result.exit_code == 2
    assert HERE in result.stderr


# --- everyday verbs ----------------------------------------------------------------------------


def test_lists_are_tables_or_json(root: Path) -> None:
    run_briefly()
    for what in ("interpreters", "suites", "cases", "results"):
        assert pyrometer("list", what).exit_code == 0
        assert json.loads(pyrometer("list", what, "--json").output)
    assert {row["name"] for row in json.loads(pyrometer("list", "suites", "--json").output)} == {
        "right", "sums",
    }  # fmt: skip


def test_a_dry_run_starts_nothing(root: Path) -> None:
    result = pyrometer("run", "--dry-run")
    assert "processes" in result.output
    assert not (root / "results").exists()


def test_a_shown_request_can_be_pasted_into_a_shell(root: Path) -> None:
    shown = pyrometer("show-request", "sums/total", HERE).output.strip()
    left = subprocess.run(shown, shell=True, capture_output=True, text=True, check=True)
    assert left.stdout.startswith("token hello protocol=1\n")
    assert "token end count=" in left.stdout


def test_exec_becomes_the_interpreter(root: Path) -> None:
    words = [sys.executable, "-m", "pyrometer", "exec", sys.executable, "--", "-c", "print(6 * 7)"]
    left = subprocess.run(words, capture_output=True, text=True, check=True, env=dict(os.environ))
    assert left.stdout == "42\n"


def test_compare_knows_two_rows_and_two_sets(root: Path) -> None:
    run_briefly()
    run_briefly()
    first, second = Library(root / "results").names()
    for words in ((HERE, TWIN), (first, second), (f"{first}:{HERE}", f"{second}:{HERE}")):
        result = pyrometer("compare", *words)
        assert result.exit_code == 0, result.output
        assert "sums/total" in result.output
    assert json.loads(pyrometer("compare", HERE, TWIN, "--json").output)[0]["pairs"]


def test_time_and_instructions_are_not_compared(root: Path) -> None:
    run_briefly()
    run_briefly()
    first, second = Library(root / "results").names()
    head = root / "results" / "raw" / second / "run.json"
    head.write_text(head.read_text().replace('"metric": "time"', '"metric": "instructions"'))
    for pair in ((first, second), (second, first)):
        result = pyrometer("compare", *pair)
        assert result.exit_code == 2
        assert "in time" in result.stderr
        assert "in instructions" in result.stderr
    result = pyrometer("compare", first, first, "--fail-above", "1")
    assert result.exit_code == 2
    assert "--fail-above is for results in instructions" in result.stderr


def test_export_writes_what_it_says(root: Path, tmp_path: Path) -> None:
    run_briefly()
    for form in ("csv", "parquet", "pyperf"):
        result = pyrometer("export", "--format", form, "-o", str(tmp_path / form))
        assert result.exit_code == 0, result.output
        assert all(Path(line).exists() for line in result.output.splitlines())


def test_one_command_runs_and_tells_a_ci_system(
    root: Path, write_suite: Callable[..., Path]
) -> None:
    write_suite("wrong", "check", one="def test_wrong(): assert 1 == 2\n")
    junit, summary = root / "new" / "junit.xml", root / "summary.md"
    summary.write_text("before\n")
    words = ["run", "--check", "--junit", str(junit), "--summary", str(summary)]
    assert pyrometer(*words).exit_code == 1
    xml = junit.read_text()
    assert xml.count("<failure ") == 2  # one on each of the two rows
    told = summary.read_text()
    assert told.startswith("before\n## Pyrometer: ")
    assert told.count("wrong/one::test\\_wrong") == 2
    # The same from the results alone, later and elsewhere.
    (root / "suites").rename(root / "gone")
    for form, path in (("junit", junit), ("summary", summary)):
        again = root / form
        assert pyrometer("export", "--format", form, "-o", str(again)).exit_code == 0
        assert again.read_text() in path.read_text()


def test_verdicts_that_cannot_be_written_cost_no_results(root: Path) -> None:
    (root / "file").write_text("")
    result = pyrometer("run", "--check", "--junit", str(root / "file" / "junit.xml"))
    assert result.exit_code == 3
    assert "cannot write the junit" in result.stderr
    assert Library(root / "results").open().complete


def test_a_matrix_is_rows_times_architectures(root: Path) -> None:
    jobs = json.loads(pyrometer("matrix").output)["include"]
    assert {(job["interpreter"], job["arch"]) for job in jobs} == {
        (row, arch) for row in (HERE, TWIN) for arch in ("x86_64", "aarch64")
    }
    assert {(job["arch"], job["runner"]) for job in jobs} == {
        ("x86_64", "ubuntu-24.04"), ("aarch64", "ubuntu-24.04-arm"),
    }  # fmt: skip


def test_a_matrix_is_what_a_ci_system_reads(root: Path) -> None:
    """One line, as an output of a GitHub job must be, with the keys that docs/CI.md promises."""
    (line,) = pyrometer("matrix", "-i", HERE, "--arch", machine()).output.splitlines()
    (job,) = json.loads(line)["include"]
    assert list(job) == ["interpreter", "reference", "arch", "runner", "key"]
    assert job["key"] == pyrometer("build", "--key", "-i", HERE).output.strip()


def test_every_job_of_a_matrix_has_the_reference_that_it_is_held_against(root: Path) -> None:
    for words, reference in (((), HERE), (("--reference", TWIN), TWIN)):
        jobs = json.loads(pyrometer("matrix", "-i", TWIN, *words).output)["include"]
        assert {job["reference"] for job in jobs} == {reference}
    assert pyrometer("matrix", "--reference", "cpython-2.7").exit_code == 2


def test_which_knows_many_as_json(root: Path) -> None:
    paths = json.loads(pyrometer("which", "--json", HERE, TWIN).stdout)
    assert set(paths) == {HERE, TWIN}
    assert set(paths.values()) == {pyrometer("which", HERE).stdout.strip()}


def examples() -> list[list[str]]:
    """The command lines in the help texts."""
    texts = [command.help or "" for command in main.commands.values()] + [main.help or ""]
    lines = [line.strip() for text in texts for line in text.splitlines()]
    found = [re.split(r"\s{3,}", line)[0] for line in lines if line.startswith("pyrometer ")]
    return [shlex.split(line)[1:] for line in found]


@pytest.mark.parametrize("words", examples(), ids=" ".join)
def test_examples_in_help_texts_parse(words: list[str]) -> None:
    command = main.commands[words[0]]
    command.make_context(words[0], words[1:])  # raises UsageError for an option that is not there


def test_a_result_set_reads_back_as_it_was_told(root: Path) -> None:
    run_briefly()
    (folder,) = (root / "results" / "raw").iterdir()
    assert read(folder).warnings == ()


def test_a_verb_that_computes_nothing_waits_for_no_library_that_does() -> None:
    words = "import sys, pyrometer.cli; print(*{name.partition('.')[0] for name in sys.modules})"
    said = subprocess.run([sys.executable, "-c", words], stdout=subprocess.PIPE, check=True).stdout
    heavy = {"numpy", "scipy", "matplotlib", "polars", "pyperf", "jinja2"}
    assert not heavy & set(said.decode().split())
