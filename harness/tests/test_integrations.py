"""tox, virtualenv and nox on our interpreters: what is not built is said, what is built is used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pyrometer.errors import Mistake, WorldFailure
from pyrometer.integrations import supply
from pyrometer.integrations.supply import may_build, row_meant, target_for
from pyrometer.integrations.wheels import Wheelhouse, reaches_an_index

TOLD = """\
import os, sys
print('TOLD', sys.implementation.name, sys.version_info[:2], os.environ.get('PYTHON_JIT'))
"""
TOX = """\
[tox]
env_list = py311,pypy311,compiled
skip_missing_interpreters = false
[testenv]
runner = pyrometer
package = skip
commands = python told.py
[testenv:compiled]
base_python = cpython-3.15+jit
"""


@pytest.fixture
def empty_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PYROMETER_HOME", str(tmp_path / "store"))
    monkeypatch.delenv("PYROMETER_BUILD_MISSING", raising=False)
    return tmp_path


def tox(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tox", "-c", str(folder / "tox.ini"), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)


def test_what_is_not_built_is_a_mistake_with_the_command_that_builds_it(empty_store: Path) -> None:
    found = row_meant("pypy311")
    assert found is not None
    with pytest.raises(Mistake, match=r"pypy-8\.0 is not built \(pyrometer build -i pypy-8\.0, or"):
        target_for(found)


@pytest.mark.parametrize(
    ("value", "allowed"), [("1", True), ("yes", True), ("0", False), ("", False)]
)
def test_building_is_allowed_by_a_variable(value: str, *, allowed: bool) -> None:
    assert may_build({"PYROMETER_BUILD_MISSING": value}) is allowed


def test_tox_says_how_to_build_what_is_missing(empty_store: Path) -> None:
    (empty_store / "tox.ini").write_text(TOX)
    ended = tox(empty_store, "run", "-e", "pypy311")
    assert ended.returncode != 0
    assert "pyrometer build -i pypy-8.0" in ended.stdout + ended.stderr


def test_a_runner_is_not_forced_on_anybody(empty_store: Path) -> None:
    plain = TOX.replace("runner = pyrometer\n", "").replace("py311,pypy311,compiled", "py")
    (empty_store / "tox.ini").write_text(plain)
    ended = tox(empty_store, "config", "-e", "py", "-k", "runner")
    assert "runner = virtualenv" in ended.stdout, ended.stderr


def test_a_wheelhouse_names_the_package_that_is_not_pure(tmp_path: Path) -> None:
    project = tmp_path / "tiny"
    project.mkdir()
    house = Wheelhouse(folder=tmp_path / "wheels", python="3.12", environment={})
    (project / "pyproject.toml").write_text("[build-system]\nrequires = []\n")
    with pytest.raises(WorldFailure, match=r"pip wheel: .*\(only pure wheels can be had"):
        house.fetch([str(project)])


def test_who_reaches_an_index() -> None:
    assert reaches_an_index("cpython")
    assert not reaches_an_index("graalpy")


@pytest.mark.interpreters
def test_tox_runs_a_project_on_three_of_ours(tmp_path: Path) -> None:
    for name in ("cpython-3.11", "pypy-8.0", "cpython-3.15+jit"):
        found = row_meant(name)
        assert found is not None
        assert supply.found(found), f"{name} is built by the tests before"
    (tmp_path / "told.py").write_text(TOLD)
    (tmp_path / "tox.ini").write_text(TOX)
    ended = tox(tmp_path, "run")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    told = [line for line in ended.stdout.splitlines() if line.startswith("TOLD")]
    assert told == [
        "TOLD cpython (3, 11) None",
        "TOLD pypy (3, 11) None",
        "TOLD cpython (3, 15) 1",
    ]
