"""The suite `extension`: each mechanism is built, loads and gives the right values."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from pyrometer.cli import main
from pyrometer.records import Library

MECHANISMS = {"pure", "by_ctypes", "by_cffi_abi", "by_cffi", "by_capi", "by_abi3"}


@pytest.mark.interpreters
@pytest.mark.parametrize(
    ("row", "lacks"),
    [
        ("cpython-3.15", {}),
        ("pypy-8.0", {"by_abi3": "undefined symbol"}),
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
