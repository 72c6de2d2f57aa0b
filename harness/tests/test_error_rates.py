"""Calibration: what is counted, on made-up runs of known truth, and the verb on this python."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from pyrometer import calibration
from pyrometer import campaign as campaigns
from pyrometer.analysis.error_rates import error_rates, share
from pyrometer.analysis.findings.errors import Calibration
from pyrometer.analysis.gather import Gathered
from pyrometer.cli import calibrations, main
from pyrometer.errors import Mistake
from pyrometer.model import Outcome, Run, Sample
from pyrometer.provision.keys import key_of
from pyrometer.records import Library
from tests.synthetic import Scale, synthetic_run

BASE = "cpython-3.11"
SAME = tuple(f"{BASE}+same-{number}" for number in range(1, 7))
PLUS = {f"{BASE}+plus-{dose}": dose / 1000 for dose in (10, 20, 30, 50, 100)}
CASES = ("micro/integer_loop", "micro/float_loop", "micro/method_calls", "micro/exceptions")
SUITES = Path(__file__).parents[2] / "suites"


def calibrated(processes: int, spread: float, rows: Sequence[str] = (*SAME, *PLUS)) -> Gathered:
    """Rows that differ by their dose alone; `spread` is the sd between processes, for 1 %: 0.01."""
    run, outcomes = synthetic_run(rows, CASES, scale=Scale(processes=processes, samples=12))
    rng = np.random.default_rng(5)
    timed = [one for one in outcomes if one.job.round >= 0]
    return Gathered.of(run, [dosed(one, float(rng.normal(0, spread))) for one in timed])


def dosed(outcome: Outcome, noise: float) -> Outcome:
    factor = (1 + PLUS.get(outcome.job.row, 0.0)) * np.exp(noise)
    samples = tuple(
        Sample(case=one.case, loops=1, wall_ns=round(1e7 * factor), cpu_ns=0, checksum=1)
        for one in outcome.samples
    )
    return replace(outcome, samples=samples)


def test_a_share_has_the_exact_interval_of_the_literature() -> None:
    found = share(104, 2000)
    assert (found.low, found.high) == pytest.approx((0.042682, 0.062657), abs=5e-7)
    none, every, nothing = share(0, 20), share(20, 20), share(0, 0)
    assert (none.low, every.high) == (0, 1)
    assert nothing.value is None
    assert (nothing.low, nothing.high) == (0, 1)


def test_rates_of_a_quiet_machine_are_those_that_were_promised() -> None:
    (quick, full) = error_rates(calibrated(80, 0.01))
    assert (quick.processes, full.processes) == (4, 10)
    alarms = quick.false_positive_rate
    assert alarms.comparisons == 20 * 3 * len(CASES)  # groups of rounds, pairs, cases
    assert alarms.low < 0.05 < alarms.high
    assert quick.report_claim_rate.comparisons == 60
    assert quick.report_claim_rate.low < 0.05
    assert quick.coverage.comparisons == 20 * 5 * len(CASES)
    assert quick.coverage.low < 0.95 < quick.coverage.high
    assert quick.equivalent_at_margin.low < 0.05
    effects = [one.effect for one in full.recall]
    assert effects == pytest.approx(list(PLUS.values()), abs=0.004)
    shares = [one.share.value for one in full.recall]
    assert shares == sorted(shares, key=lambda value: value or 0)
    assert shares[-1] == 1


def test_one_comparison_has_no_truth_from_elsewhere_but_says_what_it_found() -> None:
    (only,) = error_rates(calibrated(4, 0.001))
    assert only.coverage.comparisons == 0
    assert [one.share.comparisons for one in only.recall] == [len(CASES)] * 5
    assert only.recall[-1].share.value == 1


def test_too_few_rounds_are_no_comparison() -> None:
    assert error_rates(calibrated(3, 0.01)) == ()
    assert error_rates(calibrated(4, 0.01, rows=(BASE,))) == ()


# --- the verb, and what reports show of it --------------------------------------------------

DEFINITION = f"""
implementation = "cpython"
title = "CPython"
[recipe.here]
kind = "host"
path = "{sys.executable}"
[[row]]
series = "{sys.version_info[0]}.{sys.version_info[1]}"
recipe = "here"
default = true
"""
HERE = f"cpython-{sys.version_info[0]}.{sys.version_info[1]}"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "interpreters").mkdir()
    (tmp_path / "interpreters" / "cpython.toml").write_text(DEFINITION)
    shutil.copytree(SUITES / "_calibration", tmp_path / "suites" / "_calibration")
    for module in (campaigns, calibration):
        monkeypatch.setattr(module, "definitions_root", lambda: tmp_path)
    monkeypatch.setattr("pyrometer.cli.options.checkout_root", lambda: tmp_path)
    monkeypatch.setenv("PYROMETER_HOME", str(tmp_path / "store"))
    return tmp_path


def test_several_builds_are_labels_of_one_build_each() -> None:
    rows = campaigns.select_rows((calibration.COMPILED,))
    campaign = calibration.prepare(rows, 100, "", builds=3)
    keys = {row.name.rpartition("-")[2]: key_of(row) for row in campaign.rows}
    assert len(keys) == calibration.LABELS  # and none with more work
    assert keys["1"] == keys["4"] == key_of(rows[0])
    assert len(set(keys.values())) == 3
    assert all(keys[a] != keys[b] for a, b in ("12", "34", "56"))  # these are compared


def test_builds_that_are_all_the_same_are_refused() -> None:
    rows = campaigns.select_rows(("cpython-3.14",))
    with pytest.raises(Mistake, match="not compiled here: all its builds are the same"):
        calibration.prepare(rows, 100, "", builds=2)
    with pytest.raises(Mistake, match="7 builds"):
        calibration.prepare(rows, 100, "", builds=7)


@pytest.mark.slow
def test_the_verb_measures_keeps_and_counts_again(root: Path) -> None:
    for case in sorted((root / "suites/_calibration/calibration").glob("[!_]*.py"))[2:]:
        case.unlink()
    words = ["calibrate", "-i", HERE, "--budget", "30", "--json"]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output + result.stderr
    found = json.loads(result.stdout)
    assert found["rates"][0]["false_positive_rate"]["comparisons"] > 0
    library = Library(root / "results", calibration.KIND)
    (name,) = library.names()
    (library.raw / name / calibrations.FIGURES).unlink()
    again = CliRunner().invoke(main, ["calibrate", "--again", name])
    assert again.exit_code == 0, again.output
    assert "the same build called different" in again.stdout
    newest = calibrations.newest(found["machine"], library)
    assert newest is not None
    assert newest.name == name
    assert calibrations.newest("another", library) is None


def test_a_budget_that_is_too_short_says_what_would_do(root: Path) -> None:
    result = CliRunner().invoke(main, ["calibrate", "-i", HERE, "--budget", "2"])
    assert result.exit_code == 2
    assert "at least" in result.stderr


def test_figures_that_are_none_are_named(tmp_path: Path) -> None:
    folder = tmp_path / calibration.KIND / "then"
    folder.mkdir(parents=True)
    (folder / calibrations.FIGURES).write_text("{}")
    with pytest.raises(Mistake, match="--again then"):
        calibrations.newest("any", Library(tmp_path))


def figures(run: Run) -> Calibration:
    return Calibration(
        name="then",
        machine=run.machine.name,
        started=run.started,
        revision="",
        interpreters=("cpython-3.11.2-linux-x86_64",),
        cases=4,
        processes=100,
        rates=error_rates(calibrated(8, 0.01)),
    )


def test_a_report_shows_the_figures_of_its_machine_or_that_there_are_none(tmp_path: Path) -> None:
    from pyrometer.cli import reporting
    from pyrometer.records import Writer, read

    run, outcomes = synthetic_run((BASE, "cpython-3.14"), CASES, scale=Scale(processes=3))
    library = Library(tmp_path)
    with Writer(library.raw / run.name, run) as writer:
        for outcome in outcomes:
            writer.append(outcome)
    results = reporting.Results.of(read(library.raw / run.name))
    page = reporting.write(results.report(), results, library)
    assert "Nobody has measured that on the machine of this run" in page.read_text()
    assert json.loads(page.with_name("report.json").read_text())["calibration"] is None
    folder = library.root / calibration.KIND / "then"
    folder.mkdir(parents=True)
    calibrations.keep(figures(run), folder)
    page = reporting.write(results.report(), results, library)
    told = json.loads(page.with_name("report.json").read_text())["calibration"]
    assert told["rates"][0]["false_positive_rate"]["comparisons"] == 2 * 3 * len(CASES)
    for name in ("index.html", "report.md"):
        text = page.with_name(name).read_text()
        assert "a slowdown by" in text
        assert "another build" not in text
    beside = folder.with_name("builds")
    beside.mkdir()
    calibrations.keep(replace(figures(run), name="builds", builds=3), beside)
    page = reporting.write(results.report(), results, library)
    document = json.loads(page.with_name("report.json").read_text())
    assert document["calibration"]["name"] == "then"
    assert document["calibration_of_builds"]["builds"] == 3
    for name in ("index.html", "report.md"):
        text = page.with_name(name).read_text()
        assert "the same build called different" in text
        assert "another build of the same source called different" in text
