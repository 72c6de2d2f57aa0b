"""How narrow the intervals of a run with a wished precision became, cell by cell.

Owns what it is that is to be narrow. Refuses to plan.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from pyrometer.analysis.cells import Measured
from pyrometer.analysis.findings import Reached
from pyrometer.analysis.gather import Gathered, Key
from pyrometer.analysis.planning import half_width_of
from pyrometer.analysis.process_value import Process


def compared(
    cell: Measured, measured: Mapping[Key, Measured], reference: str
) -> tuple[tuple[float, ...], bool]:
    """Logarithms of the ratio to the reference in each round, and True; else of its own values."""
    own = {number: math.log(value) for number, value in cell.by_round(_value_ns).items()}
    other = measured.get(cell.key._replace(row=reference))
    if cell.key.row != reference and other is not None:
        theirs = other.by_round(_value_ns)
        shared = [own[number] - math.log(theirs[number]) for number in own if number in theirs]
        if len(shared) >= 2:
            return tuple(shared), True
    return tuple(own.values()), False


def reached(gathered: Gathered, measured: Mapping[Key, Measured]) -> tuple[Reached, ...]:
    """An entry for each planned cell; nothing for a run without a wished precision."""
    run = gathered.run
    by_case = {(key.row, key.case): cell for key, cell in measured.items()}
    found = []
    for planned in run.planned:
        cell = by_case.get((planned.row, planned.case))
        if cell is None:
            continue
        values, paired = compared(cell, measured, run.reference)
        enough = len(values) >= 2 and paired == planned.paired
        spread = float(np.var(values, ddof=1)) if enough else math.nan
        half_width = math.expm1(half_width_of(spread, len(values))) if enough else math.nan
        found.append(
            Reached(
                row=planned.row,
                case=planned.case,
                planned=planned.processes,
                processes=len(values),
                expected=planned.expected,
                half_width=half_width,
                paired=planned.paired,
                limited=planned.limited,
            )
        )
    return tuple(found)


def _value_ns(process: Process) -> float:
    return process.value_ns
