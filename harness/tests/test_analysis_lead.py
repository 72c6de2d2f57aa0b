"""Who is ahead at a moment, on series that can be worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from pyrometer.analysis.cells import measure
from pyrometer.analysis.decide import decide
from pyrometer.analysis.gather import Gathered
from pyrometer.analysis.lead import is_ahead, leads
from pyrometer.analysis.process_value import Process
from pyrometer.model import Outcome, Run
from tests.synthetic import Scale, synthetic_run

ROWS = ("cpython-3.11", "cpython-3.14", "pypy-8.0")
CASES = ("micro/integer_loop", "micro/float_loop", "programs/raytrace")


def process(per_run_s: Sequence[float], *, start_s: float = 0.0) -> Process:
    wall = np.array(per_run_s) * 1e9
    return Process(round=0, loops=np.ones(wall.size), wall_ns=wall, cpu_ns=wall,
                   start_ns=start_s * 1e9)  # fmt: skip


def ahead(its: list[Process], baseline: list[Process], *at_s: float) -> list[bool]:
    return [bool(one) for one in is_ahead(its, baseline, np.array(at_s) * 1e9)]


def test_it_is_ahead_once_the_baseline_needs_longer_for_as_many_runs() -> None:
    """It has paid back after 16 s and five runs, as in the example of overtaking."""
    its, baseline = process([10] + [1] * 9, start_s=2), process([3] * 10, start_s=1)
    assert ahead([its], [baseline], 3, 12, 15.9, 16.1, 21) == [False, False, False, True, True]


def test_it_may_be_ahead_for_a_while() -> None:
    its = process([1, 1, 1, 30, 30])
    assert ahead([its], [process([3] * 9)], 2, 5, 40) == [True, True, False]


def test_before_its_first_line_it_has_done_nothing() -> None:
    assert ahead([process([1.0] * 9, start_s=3)], [process([5.0] * 9, start_s=8)], 1, 3, 4) == [
        False,
        False,
        True,
    ]


def test_most_of_the_processes_must_be() -> None:
    swift, slow, baseline = process([1.0] * 9), process([9.0] * 9), process([3.0] * 9)
    assert ahead([swift, swift, slow], [baseline], 5) == [True]
    assert ahead([swift, slow], [baseline], 5) == [False]


@pytest.fixture(scope="module")
def made() -> tuple[Run, list[Outcome]]:
    return synthetic_run(ROWS, CASES, scale=Scale(processes=4, samples=60))


def test_the_leads_of_a_run_are_of_what_compiles(made: tuple[Run, list[Outcome]]) -> None:
    run, outcomes = made
    gathered = Gathered.of(run, outcomes)
    found = leads(gathered, measure(gathered), "cpython-3.11")
    assert [(one.row, one.suite, one.cases, one.left_out) for one in found] == [
        ("pypy-8.0", "micro", 2, 0),
        ("pypy-8.0", "programs", 1, 0),
    ]
    for one in found:
        assert len(one.at_s) == len(one.ahead)
        assert list(one.at_s) == sorted(one.at_s)
        assert one.ahead[0] == 0  # before its first line
        assert one.ahead[-1] == one.cases  # four times as fast, a second later
    assert decide(run, outcomes).leads == found


def test_it_ends_as_it_has_paid_back(made: tuple[Run, list[Outcome]]) -> None:
    """Where most processes had paid back, the case is ahead at the end, and only there."""
    report = decide(*made, baseline="cpython-3.14")
    paid = [cell.paid_back for cell in report.cells if cell.paid_back and cell.suite == "micro"]
    (lead,) = [one for one in report.leads if one.suite == "micro"]
    assert lead.ahead[-1] == sum(2 * one.reached > one.processes for one in paid)


def test_wrong_answers_and_unsteady_baselines_are_left_out(
    made: tuple[Run, list[Outcome]],
) -> None:
    run, outcomes = made
    wrong = [
        replace(one, samples=tuple(replace(sample, checksum=1) for sample in one.samples))
        if (one.job.row, one.job.cases[0]) == ("pypy-8.0", "micro/float_loop")
        else one
        for one in outcomes
    ]
    report = decide(replace(run, reference="cpython-3.11"), wrong)
    micro = next(one for one in report.leads if one.suite == "micro")
    assert (micro.cases, micro.left_out) == (1, 1)
    assert not decide(run, outcomes, baseline="pypy-8.0").leads  # nobody else compiles
