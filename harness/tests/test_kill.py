"""A harness that is killed at any moment: what had ended is kept, nothing of it runs on or is used.

What is killed are whole campaigns, from the build of their interpreter to the sealed results.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pyrometer.execute.workplace import PREFIX
from pyrometer.model import Outcome, Verdict
from pyrometer.records import Library, ResultSet
from tests import killable

pytestmark = pytest.mark.slow

PARTS = 4
KILLS_A_PART = 26
CASES = 4  # of campaigns that are killed at random; elsewhere one is enough
PATIENCE_S = 120.0


class Harnesses:
    """A process that forks harnesses, one at a time."""

    def __init__(self, log: Path) -> None:
        self._log = log.open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.killable"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )

    def start(self, root: Path, *, kill_at: int = 0) -> int:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"root": str(root), "kill_at": kill_at}) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def ended(self) -> int:
        """The exit code, once there is one."""
        return self._answer()

    def run(self, root: Path, *, kill_at: int = 0) -> int:
        self.start(root, kill_at=kill_at)
        return self.ended()

    def close(self) -> None:
        self._process.communicate(timeout=PATIENCE_S)
        self._log.close()

    def _answer(self) -> int:
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())


@pytest.fixture
def harnesses(tmp_path: Path) -> Iterator[Harnesses]:
    with contextlib.closing(Harnesses(tmp_path / "stderr")) as found:
        yield found


def fresh(root: Path, cases: int = CASES) -> Path:
    killable.prepare(root, cases=cases)
    return root


def results(root: Path) -> ResultSet | None:
    library = Library(root / "results")
    return library.open() if library.names() else None


def told(root: Path) -> list[str]:
    """Jobs of which a harness said that they had ended; the last line may be torn."""
    return (root / "journal").read_text().rpartition("\n")[0].splitlines()


def processes_of(root: Path) -> list[str]:
    """Command lines of all processes that have this folder in their environment or words."""
    found = []
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if folder.name.isdigit() and int(folder.name) != os.getpid():
                words = (folder / "cmdline").read_bytes()
                if str(root).encode() in words + (folder / "environ").read_bytes():
                    found.append(words.decode(errors="replace").replace("\0", " "))
    return found


def check_what_a_kill_left(root: Path) -> None:
    """Nothing of it runs on, its results can be read, and they have every job that was told of."""
    deadline = time.monotonic() + PATIENCE_S
    while left := processes_of(root):
        assert time.monotonic() < deadline, f"still running: {left}"
        time.sleep(0.02)
    found = results(root)
    kept = found.done if found else frozenset()
    assert set(told(root)) <= kept
    if found is not None:
        torn = "outcomes-000.jsonl: the last line is torn and is left out"
        assert set(found.warnings) <= {torn}
        assert {outcome.ending for outcome in found.outcomes} <= {Verdict.PASS}
    for build in (root / "store" / "builds").glob("*/receipt.json"):
        assert (build.parent / "bin" / "python").exists(), "half a build with a receipt"


def essence(outcomes: tuple[Outcome, ...]) -> list[tuple[object, ...]]:
    """What must be the same whether or not a campaign was killed on its way."""
    return sorted(
        (
            outcome.job.id,
            outcome.ending.value,
            tuple(sample.checksum for sample in outcome.samples),
            tuple((check.check, check.status, check.value) for check in outcome.checks),
        )
        for outcome in outcomes
    )


def check_complete(root: Path, reference: list[tuple[object, ...]]) -> None:
    found = results(root)
    assert found is not None
    assert found.complete
    assert found.run.finished
    assert found.warnings == ()
    assert essence(found.outcomes) == reference
    folders = [
        path for path in (root / "results" / "raw").iterdir() if (path / "run.json").exists()
    ]
    assert len(folders) == 1
    names = {path.name for path in folders[0].iterdir() if path.suffix != ".gz"}
    assert names <= {"run.json", ".lock"}
    assert list((root / "tmp").glob(f"{PREFIX}*")) == []


def uninterrupted(root: Path, harnesses: Harnesses) -> tuple[list[tuple[object, ...]], float]:
    """What the campaign in `root` comes to, and how long it takes here and now."""
    began = time.monotonic()
    assert harnesses.run(root) == 0
    found = results(root)
    assert found is not None
    assert len(found.outcomes) >= 2
    return essence(found.outcomes), time.monotonic() - began


@pytest.mark.parametrize("part", range(PARTS))
def test_a_harness_killed_at_random_moments(
    part: int, tmp_path: Path, harnesses: Harnesses
) -> None:
    moments = random.Random(f"moments {part}")
    reference, took_s = uninterrupted(fresh(tmp_path / "reference"), harnesses)
    root, chains, kills = fresh(tmp_path / "chain-0"), 1, 0
    while kills < KILLS_A_PART:
        pid = harnesses.start(root)
        time.sleep(moments.uniform(0, took_s / 2))
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        if harnesses.ended() == -signal.SIGKILL:
            kills += 1
            check_what_a_kill_left(root)
        if (left := results(root)) is not None and left.run.finished:
            check_complete(root, reference)
            root, chains = fresh(tmp_path / f"chain-{chains}"), chains + 1
    assert harnesses.run(root) == 0
    check_complete(root, reference)


@pytest.mark.parametrize("part", range(PARTS))
def test_a_harness_killed_before_each_of_its_file_operations(
    part: int, tmp_path: Path, harnesses: Harnesses
) -> None:
    reference, _ = uninterrupted(fresh(tmp_path / "reference", cases=1), harnesses)
    count = int((tmp_path / "reference" / "operations").read_text())
    assert count > 50
    for kill_at in range(1 + part, count + 1, PARTS):
        root = fresh(tmp_path / f"at-{kill_at}", cases=1)
        assert harnesses.run(root, kill_at=kill_at) == -signal.SIGKILL
        check_what_a_kill_left(root)
        found = results(root)
        if found is None or not found.run.finished:
            assert harnesses.run(root) == 0
        check_complete(root, reference)
