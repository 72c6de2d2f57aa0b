"""What may run beside what: checks beside builds, and nothing that is timed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pyrometer import campaign as campaigns
from pyrometer.campaign import Campaign, Selection
from pyrometer.conduct import Interrupted, Listener, carry_out
from pyrometer.errors import Mistake
from pyrometer.execute.plan import Wish
from pyrometer.heads import NOT_YET
from pyrometer.model import Outcome
from pyrometer.provision import recipes
from pyrometer.provision.work import Progress
from pyrometer.records import Library
from tests.provision_rows import FAKE_RECIPES, HOST, HOST_SERIES

THERE = f"{HOST}-{HOST_SERIES}"
SLOW = f"{THERE}+slow"
DEFINITION = f"""
implementation = "{HOST}"
title = "Python"
[recipe.here]
kind = "host"
path = "{sys.executable}"
[recipe.slow]
kind = "pretend"
until = "{{until}}"
[[row]]
series = "{HOST_SERIES}"
recipe = "here"
default = true
[[row]]
series = "{HOST_SERIES}"
variant = "slow"
recipe = "slow"
default = true
"""
SUITE = 'purpose = "here"\nkind = "{}"\ntier = "quick"\norigin = "here"\nlicence = "MIT"\n'
CHECKS = "def test_one(): pass\n"
BENCH = "SIZES = {'small': 9}\ndef setup(size): return size\ndef run(n): return sum(range(n))\n"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A row that is there, one whose build ends once `root/awaited` exists; two suites."""
    (tmp_path / "interpreters").mkdir()
    text = DEFINITION.format(until=tmp_path / "awaited")
    (tmp_path / "interpreters" / "python.toml").write_text(text)
    for name, kind, case in (("right", "check", CHECKS), ("sums", "bench", BENCH)):
        folder = tmp_path / "suites" / name
        folder.mkdir(parents=True)
        (folder / "suite.toml").write_text(SUITE.format(kind))
        (folder / "only.py").write_text(case)
    (tmp_path / "ledger").touch()
    monkeypatch.setattr(campaigns, "definitions_root", lambda: tmp_path)
    monkeypatch.setattr(recipes, "__path__", [*recipes.__path__, str(FAKE_RECIPES)])
    monkeypatch.setenv("PYROMETER_HOME", str(tmp_path / "store"))
    monkeypatch.setenv("FAKE_LEDGER", str(tmp_path / "ledger"))
    return tmp_path


@dataclass
class Diary:
    """What a campaign told, in order: `row kind` of an outcome, `row ready`, `built`."""

    then: Callable[[], None]
    lines: list[str] = field(default_factory=list)
    stop: bool = False

    def finished(self, outcome: Outcome) -> None:
        self.lines.append(f"{outcome.job.row} {outcome.job.kind}")
        self.then()

    def building(self, progress: Progress) -> None:
        if progress.phase.startswith("ready"):
            self.lines.append(f"{progress.row} ready")

    def listener(self) -> Listener:
        return Listener(
            building=self.building,
            built=lambda: self.lines.append("built"),
            finished=self.finished,
            stopped=lambda: self.stop,
        )


def prepared(library: Library) -> Campaign:
    wish = Wish(processes=2, budget_s=1)
    return campaigns.prepare(Selection(), wish, "pyrometer run", library)


def test_what_is_there_is_checked_while_others_are_built(root: Path) -> None:
    """The slow build waits for the first outcome: were that to wait for it, neither would come."""
    library = Library(root / "results")
    diary = Diary(then=(root / "awaited").touch)
    carry_out(prepared(library), library, diary.listener())
    lines = diary.lines
    assert lines.index(f"{THERE} check") < lines.index(f"{SLOW} ready")
    assert lines.index(f"{SLOW} check") < lines.index("built")
    assert sorted(lines[lines.index("built") + 1 :]) == 2 * [f"{THERE} bench"] + 2 * [
        f"{SLOW} bench"
    ]
    found = library.open()
    assert found.run.finished
    assert all(row.receipt and not row.missing for row in found.run.rows)


def test_a_run_stopped_while_it_builds_keeps_what_was_checked_and_goes_on(root: Path) -> None:
    library = Library(root / "results")
    diary = Diary(then=lambda: setattr(diary, "stop", True))
    with pytest.raises(Interrupted):
        carry_out(prepared(library), library, diary.listener())
    there, slow = library.open().run.rows
    assert there.receipt
    assert not there.missing
    assert slow.receipt is None
    assert slow.missing == NOT_YET
    assert diary.lines == [f"{THERE} ready", f"{THERE} check"]

    (root / "awaited").touch()
    resumed = prepared(library)
    assert resumed.resumed is not None
    again = Diary(then=lambda: None)
    carry_out(resumed, library, again.listener())
    assert f"{THERE} check" not in again.lines
    assert library.names() == [library.open().run.name]
    assert library.open().run.finished
    assert all(row.receipt and not row.missing for row in library.open().run.rows)


PACKAGE = '[[package]]\nname = "x"\nversion = "1"\nsha256 = "0"\n'


def test_cases_import_the_libraries_of_their_suite(root: Path) -> None:
    suite = root / "suites" / "right"
    (root / "lib").mkdir()
    (root / "lib" / "shared.py").write_text("answer = 42\n")
    (suite / "_beside.py").write_text("from shared import answer\n")
    (suite / "only.py").write_text(
        "def test_one():\n    import _beside\n    return _beside.answer\n"
    )
    (suite / "suite.toml").write_text(SUITE.format("check") + 'libraries = ["../../lib"]\n')
    (root / "awaited").touch()
    library = Library(root / "results")
    campaign = campaigns.prepare(Selection(), Wish(check_only=True), "pyrometer run", library)
    carry_out(campaign, library, Listener())
    checks = [check for outcome in library.open().outcomes for check in outcome.checks]
    assert {(check.status, check.value) for check in checks} == {("pass", "42")}


def test_a_suite_whose_packages_cannot_be_had_is_not_run_and_others_are(root: Path) -> None:
    suite = root / "suites" / "right" / "suite.toml"
    suite.write_text(SUITE.format("check") + PACKAGE)
    (root / "awaited").touch()
    library = Library(root / "results")
    campaign = campaigns.prepare(Selection(), Wish(check_only=True), "pyrometer run", library)
    carry_out(campaign, library, Listener(), offline=True)
    endings = {(outcome.job.suite, outcome.ending.value) for outcome in library.open().outcomes}
    assert endings == {("right", "not_run"), ("sums", "pass")}


def test_a_library_that_is_not_there_is_a_mistake_with_its_place(root: Path) -> None:
    suite = root / "suites" / "right" / "suite.toml"
    suite.write_text(SUITE.format("check") + 'libraries = ["../../nowhere"]\n')
    with pytest.raises(Mistake, match=r"suite\.toml: libraries"):
        prepared(Library(root / "results"))
