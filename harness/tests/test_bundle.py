"""A bundle: packed here, run as a volunteer would, and read here again."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pyrometer import bundle as module
from pyrometer.cli import main
from pyrometer.definitions.locate import checkout_root
from pyrometer.records import Library

ROOT = checkout_root()
CASE = "startup/empty"


def bundled(*words: str) -> Result:
    return CliRunner().invoke(main, ["bundle", *words])


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle for one case on the host's own Python, as it lies on the other machine."""
    folder = tmp_path_factory.mktemp("volunteer")
    path = folder / "b.tar.gz"
    made = bundled(str(path), "-i", "host:python3.11", "-c", CASE, "--check")
    assert made.exit_code == 0, made.output + made.stderr
    with tarfile.open(path) as archive:
        archive.extractall(folder, filter="data")
    return folder / module.FOLDER


def test_it_has_what_runs_and_no_results(unpacked: Path) -> None:
    names = {path.name for path in unpacked.iterdir()}
    assert {"RUN", "harness", "interpreters", "suites", "runtime", "constraints.txt"} <= names
    assert not {"results", ".git", ".github", ".venv"} & names
    assert os.access(unpacked / "RUN", os.X_OK)
    script = (unpacked / "RUN").read_text()
    assert "--tier=quick --check -i host:python3.11 -c startup/empty" in script
    assert ROOT is None or str(ROOT) not in script


def test_the_same_checkout_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        assert bundled(str(tmp_path / name), "-s", "startup").exit_code == 0
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_what_it_measures_comes_back_as_a_result_set_with_its_revision(unpacked: Path) -> None:
    tool = unpacked / ".venv/bin/pyrometer"
    tool.parent.mkdir(parents=True)
    # Instead of an environment of its own, which takes a network and minutes.
    tool.write_text(
        f'#!/bin/sh\nPYTHONPATH={unpacked}/harness exec {sys.executable} -m pyrometer "$@"\n'
    )
    tool.chmod(0o755)
    left = subprocess.run(
        [str(unpacked / "RUN")], capture_output=True, text=True, check=False, timeout=120
    )
    assert left.returncode == 0, left.stdout + left.stderr
    assert "Please send back" in left.stdout
    back = unpacked / "back"
    back.mkdir()
    with tarfile.open(unpacked / "measured.tar.gz") as archive:
        archive.extractall(back, filter="data")
    found = Library(back).open()
    assert found.complete
    assert found.run.revision == (unpacked / ".revision").read_text().strip()
    assert {outcome.job.cases for outcome in found.outcomes} == {(CASE,)}


def test_a_tool_that_breaks_leaves_nothing_to_send(unpacked: Path, tmp_path: Path) -> None:
    tool = tmp_path / ".venv/bin/pyrometer"
    tool.parent.mkdir(parents=True)
    tool.write_text("#!/bin/sh\nexit 1\n")
    tool.chmod(0o755)
    (tmp_path / "RUN").write_bytes((unpacked / "RUN").read_bytes())
    left = subprocess.run(["sh", "RUN"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert left.returncode == 1
    assert left.stderr == "RUN: nothing was measured\n"
    assert not (tmp_path / "measured.tar.gz").exists()


def test_an_old_python_is_told_in_one_line(unpacked: Path, tmp_path: Path) -> None:
    old = tmp_path / "python"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    elsewhere = tmp_path / "bundle"
    elsewhere.mkdir()
    (elsewhere / "RUN").write_bytes((unpacked / "RUN").read_bytes())
    left = subprocess.run(
        ["sh", str(elsewhere / "RUN")], env={**os.environ, "PYTHON": str(old)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert left.returncode == 2
    assert left.stderr == f"RUN: {old} is older than 3.11: PYTHON=... names another\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-i", "cpithon"], "no interpreter matches"),
        (["-c", "nothing/at_all"], "no case matches"),
        (["-i", "/usr/bin/python3"], "/usr/bin/python3 is on this machine alone"),
        (["--suites", "mine"], "mine is on this machine alone"),
    ],
)
def test_what_the_other_machine_would_not_find_is_a_mistake(
    tmp_path: Path, words: list[str], said: str
) -> None:
    refused = bundled(str(tmp_path / "b"), *words)
    assert refused.exit_code == 2
    assert said in refused.stderr
    assert not (tmp_path / "b").exists()


def test_only_a_checkout_can_be_packed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "checkout_root", lambda: None)
    refused = bundled(str(tmp_path / "b"))
    assert refused.exit_code == 2
    assert "only a checkout can be packed" in refused.stderr
    monkeypatch.setattr(module, "checkout_root", lambda: tmp_path)
    refused = bundled(str(tmp_path / "b"))
    assert "not a git checkout" in refused.stderr


def test_a_bundle_that_cannot_be_written(tmp_path: Path) -> None:
    refused = bundled(str(tmp_path / "no" / "folder"))
    assert refused.exit_code == 3
    assert "cannot write the bundle" in refused.stderr
