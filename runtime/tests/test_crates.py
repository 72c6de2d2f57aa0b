"""Crates with PyO3: for whom they can be compiled, and with which compiler and C library."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

NATIVE = Path(__file__).parents[1] / "native"
FACTS = {"implementation": "cpython", "language": [3, 14, 0], "gil": True, "machine": "x86_64"}


@pytest.fixture
def tools(monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any]:
    """What build files import."""
    monkeypatch.syspath_prepend(str(NATIVE / "tools"))
    import building
    import crates

    return building, crates


def test_it_is_told_for_whom(tools: tuple[Any, Any]) -> None:
    _, crates = tools
    told = crates.for_interpreter({**FACTS, "gil": False})
    assert told["PYO3_CROSS_PYTHON_VERSION"] == "3.14t"
    assert crates.for_interpreter(FACTS)["PYO3_CROSS_PYTHON_IMPLEMENTATION"] == "CPython"


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"implementation": "rustpython"}, "PyO3 does not know rustpython"),
        ({"language": [3, 13, 9], "gil": False}, "PyO3 begins with CPython 3.14"),
    ],
)
def test_for_whom_it_cannot_be(facts: dict[str, Any], said: str, tools: tuple[Any, Any]) -> None:
    building, crates = tools
    with pytest.raises(building.CannotBuild, match=said):
        crates.for_interpreter({**FACTS, **facts})


def program(folder: Path, name: str, *lines: str) -> str:
    path = folder / name
    path.write_text("\n".join(["#!/bin/sh", *lines]))
    path.chmod(0o755)
    return str(path)


def test_a_compiler_that_is_too_old_is_said_in_one_line(tmp_path: Path) -> None:
    tools = {
        "CARGO": program(tmp_path, "cargo"),
        "RUSTC": program(tmp_path, "rustc", "echo rustc 1.63.0 '(Debian)'"),
        "CC": program(tmp_path, "cc", "echo 12.2.0"),
    }
    words = [sys.executable, str(NATIVE / "pyo3/build.py"), str(tmp_path / "into")]
    environment = {**{k: v for k, v in os.environ.items() if k != "BUILT_BEFORE"}, **tools}
    ended = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (3, "")
    assert ended.stderr == "pyo3: rustc 1.63.0 is too old: it takes 1.85\n"
    assert not (tmp_path / "into").exists()


@pytest.mark.parametrize(("beside", "taken"), [("2.31", True), ("2.36", False), ("2.42", False)])
def test_a_c_library_older_than_the_compilers_is_linked_with(
    beside: str,
    taken: bool,
    tools: tuple[Any, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    building, crates = tools
    place = "lib/x86_64-linux-gnu"
    libraries, headers = tmp_path / "usr" / place, tmp_path / "usr/include/python3.9"
    for folder in (libraries, headers, tmp_path / place):
        folder.mkdir(parents=True)
    (libraries / "libc.so").touch()
    text = "\0GNU C Library (Debian GLIBC {}-1) stable release version {}.\n"
    (tmp_path / place / "libc.so.6").write_text(text.format(beside, beside))
    (tmp_path / "own").write_text(text.format("2.36", "2.36"))
    monkeypatch.setattr(building, "compiler", list)
    monkeypatch.setattr(building, "run", lambda words: f"{tmp_path / 'own'}\n")
    facts = {**FACTS, "include": [str(headers)]}
    words = [f"-Clink-arg=--sysroot={tmp_path}", f"-Clink-arg=-L{libraries}"]
    assert crates.for_its_linker(facts) == (words if taken else [])
