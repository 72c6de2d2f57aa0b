"""The suite `extension`: each mechanism is built, loads and gives the right values."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from pyrometer.cli import main
from pyrometer.records import Library

MECHANISMS = {
    "pure",
    "by_ctypes",
    "by_cffi_abi",
    "by_cffi",
    "by_cython",
    "by_pybind11",
    "by_pyo3",
    "by_pyo3_abi3",
    "by_capi",
    "by_abi3",
    "by_abi3t",
    "by_hpy",
    "by_hpy_universal",
    "by_hpy_debug",
    "by_hpy_trace",
    "by_java",
    "by_rustpython",
}
BUILDS = Path(__file__).parents[2] / "suites/extension/_mechanisms"
STABLE = {
    "by_abi3": "undefined symbol",
    "by_pyo3_abi3": "undefined symbol",
    "by_abi3t": "begins with CPython 3.15",
}
ELSEWHERE = {"by_java": "only GraalPy runs on a JVM", "by_rustpython": "it is linked into"}
NO_HPY = {
    "by_hpy": "needs CPython's structures",
    "by_hpy_universal": "PyPy 8 has no HPy any more",
    "by_hpy_debug": "PyPy 8 has no HPy any more",
    "by_hpy_trace": "PyPy 8 has no HPy any more",
}


@pytest.mark.interpreters
@pytest.mark.parametrize(
    ("row", "lacks"),
    [
        ("cpython-3.15", ELSEWHERE),
        ("pypy-8.0", {**STABLE, **NO_HPY, **ELSEWHERE}),
        ("rustpython-0.6", dict.fromkeys(MECHANISMS - {"pure", "by_ctypes"}, "")),
    ],
)
def test_every_mechanism_is_right_where_it_is(
    row: str, lacks: dict[str, str], tmp_path: Path
) -> None:
    words = ["run", "-s", "extension", "-i", row, "--check"]
    ended = CliRunner().invoke(main, [*words, "--results", str(tmp_path)])
    assert ended.exit_code == 0, ended.output
    found = Library(tmp_path).open()
    verdicts = {
        outcome.job.cases[0].partition("/")[2]: (outcome.ending.value, outcome.reason)
        for outcome in found.outcomes
    }
    assert set(verdicts) == MECHANISMS
    assert {name for name, (ending, _) in verdicts.items() if ending == "unsupported"} == set(lacks)
    for name, words_in in lacks.items():
        assert words_in in verdicts[name][1]
    failed = {
        (outcome.job.cases[0], name, text)
        for outcome in found.outcomes
        for name, text in outcome.facts.items()
        if name.startswith("failed:")
    }
    assert not failed or row == "rustpython-0.6"


@pytest.mark.parametrize(
    ("mechanism", "facts", "said"),
    [
        ("ctypes", {"machine": "vax"}, "no C compiler for vax: set CC to one"),
        ("cython", {"suffixes": []}, "this interpreter imports no extension modules"),
        ("pyo3", {"suffixes": [".so"], "implementation": "jython"}, "PyO3 does not know jython"),
        ("abi3t", {"implementation": "pypy"}, "abi3t begins with CPython 3.15"),
        (
            "java",
            {"implementation": "cpython"},
            "only GraalPy runs on a JVM and has access to its classes",
        ),
    ],
)
def test_what_cannot_be_built_is_one_line(
    mechanism: str, facts: dict[str, object], said: str, tmp_path: Path
) -> None:
    (tmp_path / "facts").write_text(json.dumps({"language": [3, 14], "gil": True, **facts}))
    (tmp_path / "before/packages").mkdir(parents=True)
    told = {"BUILD_FOR": str(tmp_path / "facts"), "BUILT_BEFORE": str(tmp_path / "before")}
    words = [sys.executable, str(BUILDS / mechanism / "build.py"), str(tmp_path / "made")]
    environment = {name: text for name, text in os.environ.items() if name not in ("CC", "CXX")}
    ended = subprocess.run(
        words, env=environment | told, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (3, f"{mechanism}: {said}\n")
    assert not (tmp_path / "made").exists()
