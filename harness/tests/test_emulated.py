"""An interpreter of another architecture, emulated, and counts of instructions on both."""

from __future__ import annotations

import platform
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from pyrometer.analysis.gather import Gathered
from pyrometer.analysis.judge import judge_checks
from pyrometer.campaign import select_rows
from pyrometer.cli import main
from pyrometer.execute.run import run_job
from pyrometer.model import Build, Job, Outcome, Verdict
from pyrometer.provision.obtain import obtain
from pyrometer.provision.store import Store
from pyrometer.provision.targets import target
from pyrometer.records import Library

pytestmark = [
    pytest.mark.interpreters,
    pytest.mark.skipif(platform.machine() != "x86_64", reason="aarch64 is foreign elsewhere"),
]
NATIVE, FOREIGN = "cpython-3.11", "cpython-3.11-aarch64"
CHILDREN = "language/processes_and_signals"


def outcomes(folder: Path, *words: str) -> list[Outcome]:
    command = ["run", "--results", str(folder), "-i", f"{NATIVE},{FOREIGN}", *words]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 0, result.output + result.stderr
    return list(Library(folder).open().outcomes)


def test_a_foreign_program_and_its_children_pass_and_are_never_timed(tmp_path: Path) -> None:
    found = outcomes(tmp_path, "-c", f"{CHILDREN},language/floats,micro/closures", "--budget", "5")
    foreign = [outcome for outcome in found if outcome.job.row == FOREIGN]
    assert {outcome.interpreter for outcome in foreign} == {"cpython-3.11.2-linux-aarch64"}
    assert {outcome.ending for outcome in found} == {Verdict.PASS}
    checks = [check for outcome in foreign for check in outcome.checks]
    assert {check.status for check in checks} == {"pass"}
    assert {check.case for check in checks} == {CHILDREN, "language/floats"}
    calls = [outcome for outcome in foreign if outcome.job.kind == "bench"]
    assert [len(outcome.samples) for outcome in calls] == [1]
    assert all(s.wall_ns == s.cpu_ns == 0 for outcome in calls for s in outcome.samples)
    assert all(outcome.usage is None for outcome in foreign)


def test_instructions_are_counted_alike_on_both_and_repeat_exactly(tmp_path: Path) -> None:
    found = outcomes(
        tmp_path, "--metric", "instructions", "-c", "micro/exceptions", "--processes", "4"
    )
    counts: dict[str, list[tuple[int, ...]]] = {NATIVE: [], FOREIGN: []}
    for outcome in sorted(found, key=lambda one: one.job.round):
        assert outcome.ending is Verdict.PASS, outcome.reason
        assert outcome.usage is None
        counts[outcome.job.row].append(tuple(s.instructions for s in outcome.samples))
    for first, *later in counts.values():
        assert len(first) == len(later[0]) > 1
        assert len(set(later)) == 1
        assert min(first) > 1_000_000
    native, foreign = counts[NATIVE][-1][-1], counts[FOREIGN][-1][-1]
    assert native != foreign
    assert 0.5 < native / foreign < 2


def test_two_runs_of_one_program_are_the_same_and_sides_of_two_instruments_are_refused(
    tmp_path: Path,
) -> None:
    for _ in range(2):
        outcomes(tmp_path, "--fresh", "--metric", "instructions", "-c", "micro/exceptions",
                 "--processes", "3", "--report")  # fmt: skip
    first, second = Library(tmp_path).names()
    words = ["compare", "--results", str(tmp_path), "--fail-above", "0.1"]
    same = CliRunner().invoke(main, [*words, first, second])
    assert same.exit_code == 0, same.output + same.stderr
    assert same.output.count("the same") == 2
    other = CliRunner().invoke(main, [*words, NATIVE, FOREIGN])
    assert other.exit_code == 2
    assert "counted by different instruments" in other.stderr
    for name in (first, second):
        page = tmp_path / "reports" / name / "index.html"
        assert "1 of 1" in page.read_text()  # cells of the suite that repeat


def test_native_routes_are_cross_compiled_and_keep_their_contract(tmp_path: Path) -> None:
    command = ["run", "--results", str(tmp_path), "-i", FOREIGN, "-s", "native-checks", "--check"]
    # What polyray does by each route (conformance_*) takes many minutes on an emulated processor.
    result = CliRunner().invoke(main, [*command, "-c", "route_*,hpy_*"])
    assert result.exit_code == 0, result.output + result.stderr
    (outcome,) = Library(tmp_path).open().outcomes
    for route in ("capi", "cffi", "cffi_abi", "ctypes", "pyo3"):
        case = f"native-checks/route_{route}"
        statuses = {check.status for check in outcome.checks if check.case == case}
        assert statuses == {"pass"}, route


SHARED = """
import platform
import subprocess


def test_a_program_that_is_not_there():
    try:
        subprocess.Popen(["/no/such/program"])
    except FileNotFoundError:
        return
    raise AssertionError("it was started")


def test_whose_processor_it_is():
    return platform.machine()
"""
SUITE = """
purpose = "What an emulator does, and what a processor."
kind = "check"
tier = "quick"
origin = "here"
licence = "MIT"
"""


def test_a_difference_seen_emulated_is_seen_again_with_the_hosts_own_build(tmp_path: Path) -> None:
    folder = tmp_path / "suites" / "shared"
    folder.mkdir(parents=True)
    (folder / "suite.toml").write_text(SUITE)
    (folder / "starts.py").write_text(SHARED)
    row = "cpython-3.14-aarch64"  # its subprocess starts programs by posix_spawn
    command = ["run", "--results", str(tmp_path / "r"), "--suites", str(folder.parent)]
    result = CliRunner().invoke(main, [*command, "-i", f"cpython-3.11,{row}", "--report"])
    assert result.exit_code == 1, result.output + result.stderr
    found = Library(tmp_path / "r").open()
    controls = [outcome for outcome in found.outcomes if outcome.job.control]
    (control,) = controls
    assert control.interpreter.startswith("cpython-3.14")
    assert control.interpreter.endswith("-linux-x86_64")
    items, _ = judge_checks(Gathered.of(found.run, found.outcomes))
    told = {item.check: item.reason for item in items if item.row == row}
    assert told["test_a_program_that_is_not_there"].endswith("shows it as well: the emulator's")
    assert told["test_whose_processor_it_is"].endswith(
        "'aarch64' instead of 'x86_64'; the x86_64 build, emulated too, does not: aarch64's own"
    )


BENCH = """
import subprocess
import sys

SIZES = {"small": 1}


def setup(size):
    return size


def run(state):
    subprocess.run([sys.executable, "-c", "for number in range(%d): pass"], check=True)
    return state
"""


def counts_beside(folder: Path, work: int) -> list[int]:
    """What a process executes that starts a child with so much work of its own."""
    suite = folder / "suites" / "children"
    suite.mkdir(parents=True)
    (suite / "suite.toml").write_text(SUITE.replace('"check"', '"bench"'))
    (suite / "child.py").write_text(BENCH % work)
    command = ["run", "--results", str(folder / "r"), "--suites", str(suite.parent)]
    command += ["-i", FOREIGN, "--metric", "instructions", "--processes", "2"]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 0, result.output + result.stderr
    (*_, last) = Library(folder / "r").open().outcomes
    assert last.ending is Verdict.PASS
    return [sample.instructions for sample in last.samples]


def test_what_a_child_executes_is_not_counted(tmp_path: Path) -> None:
    little, much = counts_beside(tmp_path / "a", 1), counts_beside(tmp_path / "b", 3_000_000)
    # The child's loop takes a hundred million.
    assert abs(much[-1] - little[-1]) < 5_000_000


DYING = """
#include <signal.h>
#include <stdint.h>
extern void qemu_plugin_register_vcpu_syscall_cb(uint64_t, void (*)(void));
__attribute__((visibility("default"))) int qemu_plugin_version = 1;
static void die(void) { raise(SIGKILL); }
__attribute__((visibility("default"))) int qemu_plugin_install(
    uint64_t id, const void *info, int count, char **words)
{
    qemu_plugin_register_vcpu_syscall_cb(id, die);
    return 0;
}
"""


def counted_with(plugin: Path, folder: Path) -> Outcome:
    """A case of the foreign interpreter under a plugin that is not ours."""
    (row,) = select_rows((FOREIGN,))
    store = Store.default()
    build = obtain((row,), store)[row.name]
    assert isinstance(build, Build)
    there = target(row, build, store, counted=True)
    assert there.counter is not None
    (folder / "one.py").write_text(
        'SIZES = {"small": 1}\n\n\ndef setup(size):\n    return size\n\n\n'
        "def run(state):\n    return state\n"
    )
    job = Job(row=row.name, suite="s", kind="bench", cases=("s/one",), size="small",
              max_samples=2, metric="instructions")  # fmt: skip
    return run_job(
        job, replace(there, counter=replace(there.counter, plugin=plugin)), folder, seed=1
    )


def test_a_plugin_that_dies_takes_its_process_with_it_and_says_so(tmp_path: Path) -> None:
    source, plugin = tmp_path / "p.c", tmp_path / "p.so"
    source.write_text(DYING)
    subprocess.run(["cc", "-shared", "-fPIC", "-o", plugin, source], check=True)
    outcome = counted_with(plugin, tmp_path)
    assert outcome.ending is Verdict.CRASHED
    assert "SIGKILL" in outcome.reason
    assert outcome.samples == ()


def test_a_plugin_that_is_not_there_is_told(tmp_path: Path) -> None:
    outcome = counted_with(tmp_path / "none.so", tmp_path)
    assert outcome.ending is Verdict.CRASHED
    assert "plugin" in outcome.reason
