"""All that is shown of one run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pyrometer.analysis.findings.beside_ray import Versus
from pyrometer.analysis.findings.border import Mechanism
from pyrometer.analysis.findings.cells import Cell, Lead, Summary
from pyrometer.analysis.findings.checks import Conformance, Item
from pyrometer.analysis.findings.circumstances import Effort, Pace, Reached
from pyrometer.analysis.findings.costs import Cost
from pyrometer.analysis.findings.counts import Counted
from pyrometer.analysis.findings.errors import Calibration
from pyrometer.model import MeasuredCase, MeasuredRow, Run


@dataclass(frozen=True, kw_only=True)
class Report:
    """All that is shown of one run, decided: nothing is computed after this.

    `telling`: suite → (case, size) in which warm-up moves the time of a run most, the most first.
    `calibration`: the newest error rates of its machine, `calibration_of_builds` those between
    several builds of one source.
    """

    run: Run
    complete: bool
    baseline: str
    rows: tuple[MeasuredRow, ...]
    cases: tuple[MeasuredCase, ...]
    summaries: tuple[Summary, ...]
    cells: tuple[Cell, ...]
    conformance: tuple[Conformance, ...]
    items: tuple[Item, ...]
    costs: tuple[Cost, ...]
    unexpected: tuple[str, ...]
    warnings: tuple[str, ...]
    outcomes: int
    duration_s: float
    efforts: tuple[Effort, ...] = ()
    telling: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    leads: tuple[Lead, ...] = ()
    versus_ray: tuple[Versus, ...] = ()
    border: tuple[Mechanism, ...] = ()
    reached: tuple[Reached, ...] = ()
    pace: Pace | None = None
    counted: Counted | None = None
    calibration: Calibration | None = None
    calibration_of_builds: Calibration | None = None
