"""The probe: a Python tells its facts, anything else is a failure told in one line."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path

import pytest

from pyrometer.errors import WorldFailure
from pyrometer.provision.environment import target_environment, tool_environment
from pyrometer.provision.probe import SCRIPT, parse_answer, probe, resolve_shim

HOST = Path(sys.executable)
TOKEN = "cafe"
KEYS = {
    "implementation": "pypy",
    "version": "8.0.1",
    "language": "3.11.17",
    "arch": "x86_64",
    "platform": "linux",
    "jit": "1",
    "gil": "1",
    "compiler": "GCC%2016%0Anext",
    "soabi": "",
    "config_args": "",
    "clock": "perf_counter",
    "clock_resolution_ns": "40",
    "executable": "/x",
}


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def framed(changes: dict[str, str] | None = None, *, end: int | None = None) -> list[str]:
    told = {**KEYS, **(changes or {})}
    lines = [f"{TOKEN} {key}={value}" for key, value in told.items()]
    return [*lines, f"{TOKEN} end={len(told) if end is None else end}"]


def test_the_hosts_own_python_tells_the_truth() -> None:
    answer = probe((str(HOST),), {}, where="host")
    assert answer.facts.implementation == sys.implementation.name
    assert answer.facts.version == platform.python_version().rstrip("+")
    assert answer.facts.arch == platform.machine()
    assert answer.facts.gil == getattr(sys, "_is_gil_enabled", lambda: True)()
    assert answer.facts.clock in {"perf_counter", "monotonic"}
    assert answer.facts.clock_resolution_ns >= 1
    assert answer.executable == str(HOST)


def test_no_option_of_the_build_names_a_path() -> None:
    assert "/" not in probe((str(HOST),), {}, where="host").facts.config_args


def test_the_rows_environment_arrives_and_the_persons_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = tmp_path / "seen"
    nosy = program(tmp_path / "nosy", f'#!/bin/sh\nenv > {seen}\nexec {HOST} "$@"\n')
    monkeypatch.setenv("PYTHONHOME", "/nonexistent")
    monkeypatch.setenv("LD_PRELOAD_OF_MINE", "x")
    probe((str(nosy),), {"PYTHON_JIT": "1"}, where="r")
    names = {line.partition("=")[0] for line in seen.read_text().splitlines()}
    assert "PYTHON_JIT" in names
    assert not names & {"PYTHONHOME", "LD_PRELOAD_OF_MINE"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("#!/bin/sh\nexit 0\n", "printed no facts"),
        ("#!/bin/sh\necho hello; echo sorry >&2; exit 7\n", r"exit status 7\): sorry"),
        ("#!/bin/sh\nkill -SEGV $$\n", "exit status -11"),
        ("#!/nonexistent\n", "No such file"),
        ("no program at all", "Exec format error|printed no facts"),
        ("#!/bin/sh\necho $2 version=3; exit 0\n", "cut off"),
        ("#!/bin/sh\necho $2 end=0\n", "printed no facts|not those asked for"),
    ],
)
def test_what_is_no_python_is_told_in_one_line(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(WorldFailure, match=reason) as caught:
        probe((str(program(tmp_path / "p", text)),), {}, where="host:p")
    assert caught.value.line.startswith("host:p: does not answer as a Python")
    assert "\n" not in caught.value.line


def test_the_shortest_true_program_is_no_python() -> None:
    with pytest.raises(WorldFailure, match="printed no facts"):
        probe(("/bin/true",), {}, where="host:true")


def test_noise_around_the_facts_is_ignored() -> None:
    noise = ["Warning: cannot find your CPU L2 cache", "beef version=9", "cafe"]
    facts = parse_answer("\n".join(noise + framed() + noise), TOKEN).facts
    assert (facts.version, facts.jit, facts.compiler) == ("8.0.1", True, "GCC 16\nnext")
    assert facts.clock_resolution_ns == 40


@pytest.mark.parametrize(
    "lines",
    [
        framed()[:-1],
        framed()[1:],
        framed(end=99),
        [*framed({"more": "1"})],
        framed({"clock_resolution_ns": "soon"}),
        [],
    ],
)
def test_broken_answers_are_refused(lines: list[str]) -> None:
    with pytest.raises(ValueError, match=r"facts|invalid literal"):
        parse_answer("\n".join(lines), TOKEN)


def test_a_binary_is_its_own_target() -> None:
    assert resolve_shim(HOST, where="x") == HOST


def test_a_shim_is_followed_under_the_persons_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f'#!/bin/sh\n[ "$PYENV_VERSION" = 3.9.18 ] || exit 1\nexec {HOST} "$@"\n'
    shim = program(tmp_path / ".pyenv" / "shims" / "python3.9", text)
    monkeypatch.setenv("PYENV_VERSION", "3.9.18")
    assert resolve_shim(shim, where="host:python3.9") == HOST


def test_the_script_is_of_the_old_dialect() -> None:
    compile_with_grammar_of_39(SCRIPT.read_text())


def compile_with_grammar_of_39(source: str) -> None:
    import ast

    ast.parse(source, feature_version=(3, 9))


def test_target_environment_is_a_short_list() -> None:
    base = {
        "HOME": "/h", "TMPDIR": "/t", "PATH": "/evil", "PYTHONPATH": "/p", "VIRTUAL_ENV": "/v",
        "CONDA_PREFIX": "/c", "PYENV_VERSION": "3", "LD_LIBRARY_PATH": "/l", "LANG": "de_DE",
        "PYTHONDONTWRITEBYTECODE": "1", "SECRET": "s",
    }  # fmt: skip
    made = target_environment({"PYTHON_JIT": "1", "LANG": "C"}, base)
    assert made == {
        "HOME": "/h",
        "TMPDIR": "/t",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "C",
        "TERM": "dumb",
        "PYTHONNOUSERSITE": "1",
        "PYTHON_JIT": "1",
    }


def test_tools_keep_proxies_but_no_python_of_the_person() -> None:
    base = {"https_proxy": "p", "PATH": "/usr/bin", "PYTHONDONTWRITEBYTECODE": "1", "LANG": "de"}
    made = tool_environment(base)
    assert made["https_proxy"] == "p"
    assert made["LC_ALL"] == "C"
    assert "PYTHONDONTWRITEBYTECODE" not in made


def test_the_environment_is_the_processes_unless_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/somewhere")
    assert target_environment({})["HOME"] == "/somewhere"
    assert os.environ["PATH"] == tool_environment()["PATH"]
