"""Interpreters outside the default set: built where they are missing, asked, and held to suites.

The rows are those of the definitions. One alone: `pytest -m builds -k 'cpython-3.13+ft'`.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from pyrometer.campaign import BASELINE
from pyrometer.cli import main
from pyrometer.definitions import load_rows
from pyrometer.definitions.locate import definitions_root
from pyrometer.model import Verdict
from pyrometer.provision.verify import in_series
from pyrometer.records import Library

pytestmark = pytest.mark.builds

# Checks, and the checksums of benchmarks: an interpreter without a `unittest` runs the latter.
SUITES = "language,micro"
ROWS = {row.name: row for row in load_rows(definitions_root() / "interpreters")[0]}


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if not row.default])
def test_a_row_outside_the_default_set_means_what_it_promises(name: str, tmp_path: Path) -> None:
    words = ["run", "--check", "--results", str(tmp_path), "-s", SUITES]
    result = CliRunner().invoke(main, [*words, "-i", f"{BASELINE},{name}"])
    assert result.exit_code == 0, result.output + result.stderr
    found = Library(tmp_path).open()
    (measured,) = [row for row in found.run.rows if row.row == name]
    expect = ROWS[name].expect
    assert measured.facts is not None
    assert in_series(measured.facts.version, expect.series)
    assert (measured.facts.jit, measured.facts.gil) == (expect.jit, expect.gil)
    assert measured.receipt is not None
    assert measured.receipt.sources
    endings = [outcome.ending for outcome in found.outcomes if outcome.job.row == name]
    assert Verdict.PASS in endings
