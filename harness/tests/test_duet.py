"""Duets: which jobs play together, where, and what is refused."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pyrometer import campaign as campaigns
from pyrometer.cli import main
from pyrometer.cli.progress import Reporter
from pyrometer.execute import duet
from pyrometer.execute.plan import Wish, make_plan
from pyrometer.launch import Command, launch
from pyrometer.model import Outcome
from pyrometer.records import Library
from tests.test_plan import row, suite
from tests.two_rows import DEFINITION, HERE, TWIN

ROWS = (row("a"), row("jit", warmup_s=2.0))
SUITES = (suite("checks", "check", 3), suite("micro", "bench", 5))
# Goes on only when another process is there at the same time and knows of it. What it may run on is
# the checksum, so that the record tells.
TOGETHER = '''
"""Are we two, and where am I?"""
import atexit, os, time
SIZES = {"small": 1}
FOLDER = %r
PATIENCE_S = 60
def setup(size):
    here, known = (os.path.join(FOLDER, f"{word}-{os.getpid()}") for word in ("here", "known"))
    open(here, "w").close()
    atexit.register(lambda: [os.unlink(path) for path in (here, known) if os.path.exists(path)])
    deadline = time.monotonic() + PATIENCE_S
    while not (met(here) and os.path.exists(known)):
        assert time.monotonic() < deadline, "alone"
        time.sleep(0.01)
    return size
def met(here):
    others = [name for name in os.listdir(FOLDER) if name.startswith("here-")]
    others.remove(os.path.basename(here))
    for name in others:
        open(os.path.join(FOLDER, name.replace("here", "known")), "w").close()
    return others
def run(_n): return len(os.sched_getaffinity(0))
'''

needs_two = pytest.mark.skipif(len(duet.processors()) < 2, reason="two processors make a duet")


def test_a_block_plays_together_and_everything_else_alone() -> None:
    plan = make_plan(ROWS, SUITES, Wish(reference="a", duet=True), 1)
    found = duet.groups(plan.jobs)
    assert [job for group in found for job in group] == list(plan.jobs)
    for group in found:
        timed = group[0].kind == "bench" and group[0].round >= 0
        assert len(group) == (2 if timed else 1)
        assert len({job.row for job in group}) == len(group)
        assert len({job.budget_s for job in group}) == 1


def test_they_change_places_from_round_to_round() -> None:
    plan = make_plan(ROWS, SUITES, Wish(reference="a", duet=True), 1)
    pairs = [group for group in duet.groups(plan.jobs) if len(group) == 2]
    seen = {
        (job.round % 2, job.row, cpu) for pair in pairs for job, cpu in duet.seats(pair, (4, 7))
    }
    assert seen == {(0, "a", 4), (0, "jit", 7), (1, "a", 7), (1, "jit", 4)}


@needs_two
def test_a_command_runs_only_where_it_is_told_to() -> None:
    cpu = duet.processors()[1]
    words = (sys.executable, "-c", "import os; print(os.sched_getaffinity(0))")
    left = launch(Command(argv=words, environment=dict(os.environ), cpus=(cpu,)))
    assert left.stdout.decode().strip() == f"{{{cpu}}}"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write_suite: Callable[..., Path]) -> Path:
    (tmp_path / "interpreters").mkdir()
    (tmp_path / "interpreters" / "cpython.toml").write_text(DEFINITION)
    (tmp_path / "meeting").mkdir()
    write_suite("together", "bench", here=TOGETHER % str(tmp_path / "meeting"))
    monkeypatch.setattr(campaigns, "definitions_root", lambda: tmp_path)
    monkeypatch.setattr("pyrometer.cli.options.checkout_root", lambda: tmp_path)
    monkeypatch.setenv("PYROMETER_HOME", str(tmp_path / "store"))
    return tmp_path


def pyrometer(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


@needs_two
def test_both_are_timed_at_once_on_a_processor_each(root: Path) -> None:
    result = pyrometer("run", "--duet", "-s", "together", "--processes", "3", "--budget", "6")
    assert result.exit_code == 0, result.output
    found = Library(root / "results").open()
    assert found.run.duet
    timed = [one for one in found.outcomes if one.job.round >= 0]
    assert len(timed) == 6
    assert {sample.checksum for one in timed for sample in one.samples} == {1}
    assert {one.job.row for one in timed} == {HERE, TWIN}


@needs_two
def test_a_duet_that_was_interrupted_goes_on_with_whole_blocks(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("run", "--duet", "-s", "together", "--processes", "3", "--budget", "6")
    finished = Reporter.finished
    counted = 0

    def interrupt(self: Reporter, outcome: Outcome) -> None:
        nonlocal counted
        counted += 1
        finished(self, outcome)
        if counted == 2:
            os.kill(os.getpid(), signal.SIGINT)

    with monkeypatch.context() as patch:
        patch.setattr(Reporter, "finished", interrupt)
        assert pyrometer(*words).exit_code == 130
    kept = Library(root / "results").open()
    assert 2 <= len(kept.done) < 6
    result = pyrometer(*words)
    assert result.exit_code == 0, result.output
    found = Library(root / "results").open()
    assert found.complete
    assert found.folder == kept.folder


def test_two_threads_of_a_core_are_one_processor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0, 1, 2, 3})
    assert duet.processors(tmp_path) == (0, 1, 2, 3)  # the system does not tell
    for cpu, siblings in enumerate(("0-1", "0-1", "2-3", "2-3")):
        folder = tmp_path / f"cpu{cpu}" / "topology"
        folder.mkdir(parents=True)
        (folder / "thread_siblings_list").write_text(siblings + "\n")
    assert duet.processors(tmp_path) == (0, 2)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {2, 3})
    assert duet.processors(tmp_path) == (2, 3)  # better than none


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("-i", HERE), "two interpreters of this machine against each other, not 1"),
        (("--check",), "--duet is for times"),
        (("--metric", "instructions"), "--duet is for times"),
    ],
)
def test_what_makes_no_duet_is_refused(root: Path, words: tuple[str, ...], said: str) -> None:
    result = pyrometer("run", "--duet", *words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert not Library(root / "results").names()


def test_suites_of_several_processors_and_other_threads_are_refused(
    root: Path, monkeypatch: pytest.MonkeyPatch, write_suite: Callable[..., Path]
) -> None:
    folder = write_suite(
        "crowd",
        "bench",
        here="SIZES = {'small': 1}\ndef setup(n): return n\ndef run(n): return n\n",
    )
    text = (folder / "suite.toml").read_text()
    (folder / "suite.toml").write_text("parallel = true\n" + text)
    result = pyrometer("run", "--duet", "-s", "crowd")
    assert "crowd has those of several" in result.stderr
    rows = campaigns.select_rows(())
    graal = replace(rows[1], expect=replace(rows[1].expect, implementation="graalpy"))
    monkeypatch.setattr(campaigns, "select_rows", lambda _: (rows[0], graal))
    assert "compiles in others" in pyrometer("run", "--duet", "-s", "together").stderr
    monkeypatch.setattr(campaigns, "processors", lambda: (0,))
    assert "needs two processors" in pyrometer("run", "--duet", "-s", "together").stderr
