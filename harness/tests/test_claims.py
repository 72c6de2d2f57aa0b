"""Published claims: the file, the verdicts, the page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from pyrometer.analysis.claims import Held, hold
from pyrometer.analysis.decide import Basis
from pyrometer.cli import main
from pyrometer.definitions.claims import load_claims
from pyrometer.errors import Mistake
from pyrometer.model import Outcome, PublishedClaim
from pyrometer.records import Writer
from pyrometer.report.claims import claims_page
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
    found = hold(claims, [basis])
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


def test_a_claim_about_calls_is_held_against_the_run_that_has_them() -> None:
    calls = {"extension/by_capi": 20.0, "extension/by_hpy": 30.0, "extension/pure": 40.0}

    def told(one: Outcome) -> Outcome:
        ns = calls[one.job.cases[0]] * (1 + 0.01 * one.job.round)
        return replace(one, facts={"call_ns:add": str(ns), "call_ns:sum_16": str(1.1 * ns)})

    run, outcomes = synthetic_run(ROWS[:1], tuple(calls), scale=Scale(processes=4, samples=12))
    native = Basis.of(run, [told(one) for one in outcomes])
    other = Basis.of(*synthetic_run(ROWS, CASES))
    common = PublishedClaim(
        says="free", source="here", row=ROWS[0], mechanism="hpy", against="capi", factor=1.0
    )
    dearer = replace(common, factor=1 / 1.5)
    found = hold([common, dearer, replace(common, mechanism="pyo3")], [other, native])
    assert [one.held for one in found] == [Held.DOES_NOT, Held.HOLDS, Held.NOT_HERE]
    assert found[0].run == native.gathered.run.name
    assert found[0].figure is not None
    assert found[0].figure.ratio == pytest.approx(1 / 1.5)
    assert found[2].why == "no run holds pyo3 against capi"
    page = claims_page(found, machines={"one": "a processor"}, command="c")
    assert "hpy against capi on cpython-3.11: 0.67×" in page
    assert "2 functions" in page


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
