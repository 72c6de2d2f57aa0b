"""Runs comparisons whose truth is known: one build under many labels, some with more work, or
several builds of one source.

Owns what is run and how much of it fits into a budget. Refuses to count what was right: that is
`analysis/error_rates.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pyrometer.analysis.labels import PROCESSES, plus, same
from pyrometer.campaign import Campaign, planned
from pyrometer.definitions import load_suites
from pyrometer.definitions.locate import definitions_root
from pyrometer.errors import Mistake
from pyrometer.execute.allowance import INTENSITY, PROCESS_OVERHEAD_S
from pyrometer.execute.plan import Wish
from pyrometer.model import Row, Suite
from pyrometer.provision import recipes

KIND = "calibration"
LABELS = 6
# Thousandths of the work on top: about 1, 2, 3, 5 and 10 %.
DOSES = (10, 20, 30, 50, 100)
DOSE_VARIABLE = "PYROMETER_DOSE"
BUDGET_S = 540.0
COMPILED = "cpython-3.13+source"  # of which several builds can be made


def prepare(rows: Sequence[Row], budget_s: float, command: str, builds: int = 1) -> Campaign:
    """What is to be run; Mistake where the budget is too short for one comparison of each.

    With several `builds` the labels are of one build each in turn, and none does more work.
    """
    suites, _ = load_suites(definitions_root() / "suites" / "_calibration")
    _refuse_copies(rows, builds)
    labelled = tuple(label for row in rows for label in _labelled(row, builds))
    rounds = _rounds(labelled, suites, budget_s)
    wish = Wish(
        reference=labelled[0].name,
        processes=rounds,
        budget_s=budget_s,
        most_s=INTENSITY["quick"].least_s,
    )
    return planned(labelled, suites, (), wish, command)


def _refuse_copies(rows: Sequence[Row], builds: int) -> None:
    if not 1 <= builds <= LABELS:
        raise Mistake(f"{builds} builds", where="--builds", next_step=f"between 1 and {LABELS}")
    for row in rows:
        if builds > 1 and not recipes.find(row.recipe.kind, where=row.name).COMPILES:
            raise Mistake(
                "it is not compiled here: all its builds are the same",
                where=row.name,
                next_step="name a row of a recipe that compiles, cpython-3.13+source for one",
            )


def _labelled(row: Row, builds: int) -> list[Row]:
    plain = [
        replace(
            row,
            name=same(row.name, number + 1),
            recipe=replace(row.recipe, copy=number % builds),
        )
        for number in range(LABELS)
    ]
    if builds > 1:
        return [replace(label, default=False) for label in plain]
    dosed = [
        replace(
            row,
            name=plus(row.name, dose),
            environment={**row.environment, DOSE_VARIABLE: str(dose)},
        )
        for dose in DOSES
    ]
    return [replace(label, default=False) for label in (*plain, *dosed)]


def _rounds(rows: Sequence[Row], suites: Sequence[Suite], budget_s: float) -> int:
    """As many as fit, in whole comparisons of the fewest processes."""
    cases = sum(len(suite.cases) for suite in suites)
    sampling_s = INTENSITY["quick"].least_s + PROCESS_OVERHEAD_S
    round_s = cases * sum(sampling_s + row.start_s + row.warmup_s for row in rows)
    least = min(PROCESSES)
    rounds = int(budget_s / round_s) // least * least
    if rounds < least:
        raise Mistake(
            f"{budget_s:g} s are too short for {least} rounds",
            where="--budget",
            next_step=f"at least {least * round_s:.0f} s",
        )
    return rounds
