"""The nouns of Pyrometer: frozen, keyword-only, without behaviour beyond naming themselves.

Owns what the rooms hand to each other, a module for each stage of it; all are imported from here.
Refuses I/O and imports of ours.
Times are integers in nanoseconds (`_ns`), sizes in bytes (`_bytes`), budgets in seconds (`_s`).
"""

from pyrometer.model.defined import (
    Case,
    Expectation,
    Extension,
    KnownGap,
    Package,
    PublishedClaim,
    Recipe,
    Row,
    Suite,
)
from pyrometer.model.happened import CheckResult, Outcome, Sample, Usage
from pyrometer.model.obtained import Build, Counter, Facts, Interpreter, Receipt, Source, Target
from pyrometer.model.planned import Job, Limits, Plan
from pyrometer.model.recorded import Machine, MeasuredCase, MeasuredRow, PlannedCell, Run
from pyrometer.model.words import EMULATION, Instrument, Metric, SuiteKind, Tier, Verdict

__all__ = [
    "EMULATION",
    "Build",
    "Case",
    "CheckResult",
    "Counter",
    "Expectation",
    "Extension",
    "Facts",
    "Instrument",
    "Interpreter",
    "Job",
    "KnownGap",
    "Limits",
    "Machine",
    "MeasuredCase",
    "MeasuredRow",
    "Metric",
    "Outcome",
    "Package",
    "Plan",
    "PlannedCell",
    "PublishedClaim",
    "Receipt",
    "Recipe",
    "Row",
    "Run",
    "Sample",
    "Source",
    "Suite",
    "SuiteKind",
    "Target",
    "Tier",
    "Usage",
    "Verdict",
]
