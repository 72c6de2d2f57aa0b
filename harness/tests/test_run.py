from __future__ import annotations

import py_compile
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pyrometer.execute import hygiene
from pyrometer.execute.run import Setting, run, run_job
from pyrometer.model import Job, Limits, Outcome, Plan, SuiteKind, Target, Verdict
from pyrometer.records.form import decode_outcome, encode_outcome
from tests.targets import is_alive

Misbehaving = Callable[[str], Target]


def bench_job(**changes: object) -> Job:
    limits = Limits(timeout_s=20, output_bytes=2**20)
    fields = {"row": "fake-1.0", "suite": "s", "kind": "bench", "cases": ("s/a",), "size": "small",
              "budget_s": 0.05, "limits": limits}  # fmt: skip
    return Job(**{**fields, **changes})  # type: ignore[arg-type]


def outcome_of(target: Target, job: Job) -> Outcome:
    return run_job(job, target, Path("/nowhere/s"), seed=1)


@pytest.mark.parametrize(
    ("how", "ending", "reason"),
    [
        ("silent", Verdict.GARBLED, "it said nothing"),
        ("garbage", Verdict.GARBLED, "no line of the protocol among its output"),
        ("flood", Verdict.GARBLED, "printed more than 1048576 bytes"),
        ("no_end", Verdict.GARBLED, "no end record"),
        ("miscounts", Verdict.GARBLED, "end counts 7 records, 2 arrived"),
        ("wrong_token", Verdict.GARBLED, "no line of the protocol among its output"),
        ("segfaults", Verdict.CRASHED, "killed by SIGSEGV"),
        ("killed", Verdict.CRASHED, "killed by SIGKILL"),
        ("flood_stderr", Verdict.GARBLED, "printed more than 1048576 bytes"),
        ("time_runs_backwards", Verdict.GARBLED, "wall_ns is '-1000'"),
        ("time_is_absurd", Verdict.GARBLED, "it tells of 1000000.000 s and lived for "),
        ("number_without_end", Verdict.GARBLED, "checksum is '1000"),
        ("number_of_another_script", Verdict.GARBLED, "loops is "),
        ("speaks_of_another_case", Verdict.GARBLED, "suite/other, which was not asked for"),
        ("sends_no_sample", Verdict.GARBLED, "0 samples, asked for were 1 to 500"),
        ("sends_too_many_samples", Verdict.GARBLED, "501 samples, asked for were 1 to 500"),
        ("reaches_into_the_harness", Verdict.GARBLED, "unknown record"),
        ("steers_the_terminal", Verdict.CRASHED, "exit status 3: \ufffd[2J\ufffd]0;title"),
        ("leaves_what_is_hard_to_remove", Verdict.PASS, ""),
        ("binary", Verdict.PASS, ""),
        ("also_another_token", Verdict.PASS, ""),
        ("noisy", Verdict.PASS, ""),
        ("wrong_checksum", Verdict.PASS, ""),
    ],
)
def test_misbehaviour_is_an_outcome(
    misbehaving: Misbehaving, how: str, ending: Verdict, reason: str
) -> None:
    outcome = outcome_of(misbehaving(how), bench_job())
    assert outcome.ending is ending
    assert reason in outcome.reason


@pytest.mark.parametrize("how", ["hangs", "ignores_sigterm", "closes_stdout"])
def test_what_does_not_end_is_ended(misbehaving: Misbehaving, how: str) -> None:
    outcome = outcome_of(misbehaving(how), bench_job(limits=Limits(timeout_s=1)))
    assert outcome.ending is Verdict.TIMED_OUT
    assert "no end after 1 s" in outcome.reason


def test_memory_without_end_is_ended_and_named(misbehaving: Misbehaving) -> None:
    limits = Limits(timeout_s=60, memory_bytes=200 * 2**20)
    outcome = outcome_of(misbehaving("exhausts_memory"), bench_job(limits=limits))
    assert outcome.ending is Verdict.CRASHED
    assert outcome.reason == "memory limit 200 MiB exceeded in s/a"


def test_lines_of_another_run_are_noise(misbehaving: Misbehaving) -> None:
    outcome = outcome_of(misbehaving("also_another_token"), bench_job())
    assert [sample.checksum for sample in outcome.samples] == [42]


def test_what_was_not_asked_for_is_not_kept(misbehaving: Misbehaving) -> None:
    assert outcome_of(misbehaving("speaks_of_another_case"), bench_job()).samples == ()


def test_every_ending_can_be_recorded_and_read_back(misbehaving: Misbehaving) -> None:
    for how in ("binary", "number_without_end", "garbage", "steers_the_terminal"):
        outcome = outcome_of(misbehaving(how), bench_job())
        assert decode_outcome(encode_outcome(outcome)) == outcome


def test_a_clock_that_is_set_changes_no_duration(
    misbehaving: Misbehaving, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A target that is root may set the machine's clock: nothing here may ask for the time."""
    for name in ("time", "time_ns"):
        monkeypatch.setattr(f"time.{name}", lambda: pytest.fail("asked for the time of day"))
    outcome = outcome_of(misbehaving("noisy"), bench_job())
    assert outcome.ending is Verdict.PASS
    assert outcome.usage is not None
    assert outcome.usage.wall_ns > 0


def test_a_job_that_was_stopped_is_no_outcome(misbehaving: Misbehaving) -> None:
    plan = Plan(seed=1, tier="quick", reference="", rows=(), jobs=(bench_job(),))
    setting = Setting(
        targets={"fake-1.0": misbehaving("hangs")}, missing={}, roots={"s": Path("/nowhere/s")}
    )
    asked = iter([False, *[True] * 1000])  # when the job begins nobody has stopped anything
    assert list(run(plan, setting, cancelled=lambda: next(asked))) == []


def test_every_checksum_is_kept_for_the_judge(misbehaving: Misbehaving) -> None:
    outcome = outcome_of(misbehaving("wrong_checksum"), bench_job())
    assert [sample.checksum for sample in outcome.samples] == [42, 42, 41]


@pytest.mark.parametrize("how", ["forks", "forks_without_environment"])
def test_children_that_outlive_a_target_are_ended_and_counted(
    misbehaving: Misbehaving, how: str
) -> None:
    outcome = outcome_of(misbehaving(how), bench_job())
    assert outcome.facts["processes_left_behind"] == "1"
    assert not is_alive(int(outcome.facts["left_behind"]))


def test_files_that_a_target_leaves_are_gone(misbehaving: Misbehaving) -> None:
    outcome = outcome_of(misbehaving("leaves_files"), bench_job())
    assert outcome.ending is Verdict.PASS
    assert not Path(outcome.facts["cwd"]).exists()


def test_a_program_that_cannot_be_started_is_an_outcome(host_target: Target) -> None:
    from dataclasses import replace

    outcome = outcome_of(replace(host_target, argv=("/nonexistent",)), bench_job())
    assert outcome.ending is Verdict.CRASHED
    assert "could not be started" in outcome.reason


def test_checks_go_on_behind_a_culprit_and_rerun_it_alone(misbehaving: Misbehaving) -> None:
    job = bench_job(kind="check", cases=("s/a",), size="")
    outcome = outcome_of(misbehaving("dies_on_a_check"), job)
    assert [(check.check, check.status) for check in outcome.checks] == [
        ("test_one", "pass"),
        ("test_deadly", "crashed"),
        ("test_three", "pass"),
    ]
    assert outcome.ending is Verdict.PASS


def test_a_plan_goes_on_without_an_interpreter_and_says_why(host_target: Target) -> None:
    jobs = (bench_job(row="gone-1.0"), bench_job(row="gone-1.0", round=1))
    plan = Plan(seed=1, tier="quick", reference="gone-1.0", rows=("gone-1.0",), jobs=jobs)
    setting = Setting(targets={}, missing={"gone-1.0": "no mirror"}, roots={})
    outcomes = list(run(plan, setting))
    assert [outcome.ending for outcome in outcomes] == [Verdict.NOT_RUN] * 2
    assert outcomes[0].reason == "no mirror"


def test_what_is_done_is_not_done_again() -> None:
    jobs = (bench_job(), bench_job(round=1))
    plan = Plan(seed=1, tier="quick", reference="", rows=(), jobs=jobs)
    setting = Setting(targets={}, missing={}, roots={})
    assert [o.job.round for o in run(plan, setting, done={jobs[0].id})] == [1]


# --- the real target program, on the python that runs the tests ------------------------------

CHECKS = '''
"""A suite that does everything a check may do."""
import unittest, sys, os
def test_passes(): pass
def test_fails(): assert 1 + 1 == 3, "sums"
def test_skips(): raise unittest.SkipTest("os.fork")
def test_misses(): import no_such_module
def test_returns(): return {"a": [1, 2], "b": b"x"}
def test_exits(): sys.exit(3)
def test_prints(): print("noise", end="")
def test_strange():
    class Odd(Exception):
        def __str__(self): raise RuntimeError
    raise Odd
'''


def host_job(kind: SuiteKind, case: str, **changes: object) -> Job:
    return bench_job(kind=kind, suite="own", cases=(case,), row="host", **changes)


def test_check_functions_speak_for_themselves(
    host_target: Target, write_suite: Callable[..., Path]
) -> None:
    folder = write_suite("own", "check", all=CHECKS)
    outcome = run_job(host_job("check", "own/all", size=""), host_target, folder, seed=1)
    assert outcome.ending is Verdict.PASS
    told = {check.check: (check.status, check.value, check.detail) for check in outcome.checks}
    assert told["test_passes"] == ("pass", None, "")
    assert told["test_fails"][0] == "fail"
    assert "assert 1 + 1 == 3" in told["test_fails"][2]
    assert told["test_skips"] == (
        "skip",
        None,
        'line 6: def test_skips(): raise unittest.SkipTest("os.fork"): SkipTest: os.fork',
    )
    assert told["test_misses"][0] == "skip"
    assert told["test_returns"][1] == "{'a': [1, 2], 'b': b'x'}"
    assert told["test_exits"][0] == "fail"
    assert told["test_strange"][0] == "fail"


def test_a_case_that_kills_the_interpreter_costs_only_itself(
    host_target: Target, write_suite: Callable[..., Path]
) -> None:
    source = "import os\ndef test_a(): pass\ndef test_b(): os.abort()\ndef test_c(): pass\n"
    folder = write_suite("own", "check", deadly=source, quiet="def test_d(): pass\n")
    job = bench_job(kind="check", suite="own", cases=("own/deadly", "own/quiet"), size="")
    outcome = run_job(job, host_target, folder, seed=1)
    assert [(c.check, c.status) for c in outcome.checks] == [
        ("test_a", "pass"), ("test_b", "crashed"), ("test_c", "pass"), ("test_d", "pass"),
    ]  # fmt: skip


def test_a_case_that_dies_while_it_loads_costs_only_itself(
    host_target: Target, write_suite: Callable[..., Path]
) -> None:
    folder = write_suite("own", "check", deadly="import os; os.abort()", quiet="def test_d(): pass")
    job = bench_job(kind="check", suite="own", cases=("own/deadly", "own/quiet"), size="")
    outcome = run_job(job, host_target, folder, seed=1)
    assert [(c.case, c.check, c.status) for c in outcome.checks] == [
        ("own/deadly", "*", "crashed"), ("own/quiet", "test_d", "pass"),
    ]  # fmt: skip


BENCH = """
SIZES = {"small": 300}
def setup(size): return size
def run(n): return sum(range(n))
"""
FICKLE = """
SIZES = {"small": 1}
def setup(size): return [0]
def run(s): s[0] += 1; return s[0] // 400
"""


def test_a_bench_case_is_sampled_and_every_sample_carries_its_checksum(
    host_target: Target, write_suite: Callable[..., Path]
) -> None:
    folder = write_suite("own", "bench", total=BENCH)
    outcome = run_job(host_job("bench", "own/total"), host_target, folder, seed=1)
    assert outcome.ending is Verdict.PASS
    assert {sample.checksum for sample in outcome.samples} == {44850}
    assert outcome.samples[0].loops == 1
    assert outcome.samples[-1].loops > 1
    assert outcome.facts["clock"] == "perf_counter_ns"


def test_a_verifying_job_takes_one_sample(
    host_target: Target, write_suite: Callable[..., Path]
) -> None:
    folder = write_suite("own", "bench", total=BENCH)
    job = host_job("bench", "own/total", max_samples=1, budget_s=0.0)
    assert len(run_job(job, host_target, folder, seed=1).samples) == 1


def test_a_run_that_changes_its_mind_shows_in_the_checksums(
    host_target: Target, write_suite: Callable[..., Path]
) -> None:
    folder = write_suite("own", "bench", fickle=FICKLE)
    outcome = run_job(host_job("bench", "own/fickle"), host_target, folder, seed=1)
    assert len({sample.checksum for sample in outcome.samples}) > 1


def test_a_bench_case_without_its_module_is_unsupported(
    host_target: Target, write_suite: Callable[..., Path]
) -> None:
    folder = write_suite("own", "bench", lacking="import no_such_module\n" + BENCH)
    outcome = run_job(host_job("bench", "own/lacking"), host_target, folder, seed=1)
    assert outcome.ending is Verdict.UNSUPPORTED
    assert "no_such_module" in outcome.reason


def test_a_startup_script_tells_what_it_imported(
    host_target: Target, write_suite: Callable[..., Path]
) -> None:
    folder = write_suite("own", "startup", imports="import asyncio\n")
    outcome = run_job(host_job("startup", "own/imports", size=""), host_target, folder, seed=1)
    assert int(outcome.facts["modules"]) > 10
    assert int(outcome.facts["import_ns"]) > 0
    assert outcome.usage is not None
    assert outcome.usage.first_line_ns is not None


def test_bytecode_inside_an_archive_is_counted_as_such(
    host_target: Target, write_suite: Callable[..., Path], tmp_path: Path
) -> None:
    for name in ("compiled", "plain"):
        (tmp_path / f"{name}.py").write_text("x = 1\n")
    py_compile.compile(str(tmp_path / "compiled.py"), cfile=str(tmp_path / "compiled.pyc"))
    with zipfile.ZipFile(tmp_path / "library.zip", "w") as archive:
        for name in ("compiled.py", "compiled.pyc", "plain.py"):
            archive.write(tmp_path / name, name)
    path = str(tmp_path / "library.zip")
    source = f"import sys, zipimport\nsys.path.insert(0, {path!r})\nimport compiled, plain\n"
    bare = write_suite("bare", "startup", imports=source.replace("compiled, plain", "sys"))
    folder = write_suite("own", "startup", imports=source)
    before = run_job(host_job("startup", "bare/imports", size=""), host_target, bare, seed=1)
    after = run_job(host_job("startup", "own/imports", size=""), host_target, folder, seed=1)
    grown = [int(after.facts[key]) - int(before.facts[key]) for key in ("modules", "bytecode")]
    assert grown == [2, 1]


def test_what_is_published_names_no_path_of_this_machine(
    host_target: Target, write_suite: Callable[..., Path], tmp_path: Path
) -> None:
    source = "import sys, os\ndef test_x(): raise OSError(__file__, sys.prefix, os.getcwd())\n"
    folder = write_suite("own", "check", tells=source)
    outcome = run_job(host_job("check", "own/tells", size=""), host_target, folder, seed=1)
    detail = outcome.checks[0].detail
    assert "$SUITES" in detail
    assert str(tmp_path) not in detail
    assert str(Path(sys.prefix)) not in detail


def test_a_path_below_any_folder_of_this_machine_is_cut_and_a_public_one_stays() -> None:
    top = next(
        entry.name
        for entry in sorted(Path("/").iterdir())
        if entry.is_dir() and entry.name not in hygiene.PUBLIC
    )
    text = hygiene.clean(f"at /{top}/main/.venv: 3/4 of /usr/lib/x and a/{top}/b", {})
    assert text == f"at $PATH/.venv: 3/4 of /usr/lib/x and a/{top}/b"
