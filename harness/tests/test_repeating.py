"""How well counts repeat: within a set without its first processes, between sets cell by cell."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.repeating import between, table, within
from pyrometer.analysis.decide import decide
from pyrometer.analysis.findings import Report
from tests.test_analysis_counted import HERE, THERE, name, outcomes, run_of

ROW = name("3.15", HERE)


def report(grown: float = 1.0, cpu: str = "one") -> Report:
    """Counts of which those of one row are so many times what they were."""
    found = [
        replace(
            one,
            samples=tuple(
                replace(sample, instructions=round(sample.instructions * grown))
                for sample in one.samples
            ),
        )
        if one.job.row == ROW
        else one
        for one in outcomes()
    ]
    run = run_of(found)
    return decide(replace(run, machine=replace(run.machine, cpu=cpu)), found)


def test_cells_that_repeat_are_counted() -> None:
    found = within([report()])
    assert found[ROW] == {
        "cells": 2,
        "exact": 2,
        "within_0.1_percent": 2,
        "median_percent": 0,
        "widest_percent": 0,
    }
    uneven = {"exact": 1, "cells": 2, "widest_percent": 0.0214}
    (*_, line) = table({ROW: found[ROW], name("3.15", THERE): uneven}).splitlines()
    assert line == f"| {ROW} | 2 of 2 | 1 of 2, else ≤ 0.021 % |"


def test_the_same_cells_of_two_sets_are_held_against_each_other() -> None:
    found = between([report(), report(1.01, "another")])
    mine = found.pop(f"{ROW}, another and one")
    assert (mine["pairs"], mine["exact"]) == (2, 0)
    assert mine["widest_percent"] == 0.995033  # of logarithms
    assert found
    assert all(one["exact"] == one["pairs"] for one in found.values())
