"""Published claims: the file, the verdicts, the page."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from pyrometer.analysis.claims import Held, hold
from pyrometer.analysis.decide import Basis
from pyrometer.cli import main
from pyrometer.definitions.claims import load_claims
from pyrometer.errors import Mistake
from pyrometer.model import PublishedClaim
from pyrometer.records import Writer
from tests.synthetic import Scale, synthetic_run

SUITES = Path(__file__).parents[2] / "suites"
ROWS = ("cpython-3.11", "cpython-3.14")
CASES = ("micro/integer_loop", "micro/float_loop", "micro/method_calls", "micro/exceptions")


def claimed(factor: float, row: str = "cpython-3.14", *, at_least: bool = False) -> PublishedClaim:
    return PublishedClaim(
        says="fast", source="here", row=row, against=ROWS[0], suite="micro", factor=factor,
        at_least=at_least,
    )  # fmt: skip


def test_a_claim_holds_where_the_interval_has_it_and_not_where_it_has_not() -> None:
    basis = Basis.of(*synthetic_run(ROWS, CASES, scale=Scale(processes=4, samples=12)))
    claims = (
        claimed(1.15),
        claimed(2.0),
        claimed(0.9, at_least=True),
        claimed(1.15, at_least=True),
        claimed(3.0, at_least=True),
        claimed(3.0, row="pypy-8.0"),
        PublishedClaim(says="small", source="here", not_testable="nobody weighed it"),
    )
    found = hold(claims, ROWS, basis.summaries)
    assert [one.held for one in found] == [
        Held.HOLDS,
        Held.DOES_NOT,
        Held.HOLDS,
        Held.UNDECIDED,
        Held.DOES_NOT,
        Held.NOT_HERE,
        Held.NOT_HERE,
    ]
    assert found[5].why == "pypy-8.0 was not measured"
    assert found[6].why == "nobody weighed it"


def test_our_file_of_claims_is_one(tmp_path: Path) -> None:
    claims = load_claims(SUITES / "claims.toml")
    assert len(claims) >= 5
    assert all(claim.source for claim in claims)
    (tmp_path / "odd.toml").write_text('[[claim]]\nsays = "a"\nsource = "b"\n')
    with pytest.raises(Mistake, match="claim 1: needs row"):
        load_claims(tmp_path / "odd.toml")


def test_the_page_has_every_claim_with_its_verdict(tmp_path: Path) -> None:
    run, outcomes = synthetic_run(("cpython-3.9", *ROWS), ("programs/raytrace", *CASES))
    with Writer(tmp_path / "raw" / run.name, run) as writer:
        for outcome in outcomes:
            writer.append(outcome)
    words = ["claims", "--results", str(tmp_path), "-o", str(tmp_path / "page.md")]
    told = CliRunner().invoke(main, words)
    assert told.exit_code == 0, told.output
    lines = (tmp_path / "page.md").read_text().splitlines()
    assert lines[0] == f"<!-- made by: pyrometer claims {run.name} -->"
    rows = [line for line in lines if line.startswith("| ")][1:]
    assert len([line for line in rows if "---" not in line]) == len(
        load_claims(SUITES / "claims.toml")
    )
