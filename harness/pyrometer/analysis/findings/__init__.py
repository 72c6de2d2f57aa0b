"""What analysis decides and reports show: every figure with its interval, count and warnings.

Owns the decided rows, a module for each thing that is decided. What every report has is imported
from here; calls into native code, counts, error rates and several result sets on one page are in
the modules of their names. Refuses to compute anything: that is for the modules beside this folder.
Every `ratio` is baseline time / its time: above 1 is faster than the baseline.
"""

from pyrometer.analysis.findings.beside_ray import Latency, Versus
from pyrometer.analysis.findings.cells import Cell, Lead, Summary
from pyrometer.analysis.findings.checks import Conformance, Item
from pyrometer.analysis.findings.circumstances import Effort, Pace, Reached
from pyrometer.analysis.findings.costs import Cost
from pyrometer.analysis.findings.ratios import Claim, Figure, Ratio
from pyrometer.analysis.findings.report import Report
from pyrometer.analysis.findings.times import Course, Crossover, Curve, Settling, Timing, Trace

__all__ = [
    "Cell",
    "Claim",
    "Conformance",
    "Cost",
    "Course",
    "Crossover",
    "Curve",
    "Effort",
    "Figure",
    "Item",
    "Latency",
    "Lead",
    "Pace",
    "Ratio",
    "Reached",
    "Report",
    "Settling",
    "Summary",
    "Timing",
    "Trace",
    "Versus",
]
