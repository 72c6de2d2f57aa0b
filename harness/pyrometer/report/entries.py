"""One entry of `report.json` from one finding: which figures, under which keys.

Owns the keys within an entry; who it is about comes before them, and docs/REPORT.md explains them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from pyrometer.analysis.findings import (
    Cell,
    Conformance,
    Cost,
    Curve,
    Figure,
    Item,
    Lead,
    Ratio,
    Summary,
    Timing,
    Trace,
    Versus,
)
from pyrometer.analysis.findings.border import Mechanism
from pyrometer.model import KnownGap, Verdict
from pyrometer.report.json_lines import rounded

Entry = dict[str, Any]


def _ratio(ratio: Ratio | None) -> Entry | None:
    if ratio is None:
        return None
    return asdict(ratio) | {"claim": ratio.claim.value, "warnings": list(ratio.warnings)}


def _plain(ratio: Ratio | None) -> Entry | None:
    """A ratio beside another one, which says how it came to be."""
    return {"ratio": ratio.ratio, "low": ratio.low, "high": ratio.high} if ratio else None


def of_summary(summary: Summary) -> Entry:
    """The mean over a suite against a baseline."""
    found = summary.ratio
    return {
        "row": summary.row,
        "interpreter": summary.interpreter,
        "arch": summary.arch,
        "metric": summary.metric,
        "suite": summary.suite,
        "baseline": summary.baseline,
        "ratio": found.ratio,
        "low": found.low,
        "high": found.high,
        "level": found.level,
        "like_low": summary.like_low,
        "like_high": summary.like_high,
        "leave_one_out_low": summary.leave_one_out_low,
        "leave_one_out_high": summary.leave_one_out_high,
        "cases": summary.cases,
        "processes": found.processes,
        "baseline_processes": found.baseline_processes,
        "cores": summary.cores,
        "cores_whole": summary.cores_whole,
        "cpu": _plain(summary.cpu),
        "total": _plain(summary.total),
        "total_cases": summary.total_cases,
        "verdict": found.claim.value if math.isfinite(found.ratio) else None,
        "missing": dict(summary.missing),
        "warnings": list(found.warnings),
    }


def of_briefly(summary: Summary) -> Entry:
    """Against a baseline whose figures are only drawn."""
    shown = ("row", "metric", "suite", "baseline", "cases")
    return {name: getattr(summary, name) for name in shown} | (_plain(summary.ratio) or {})


def of_cell(cell: Cell) -> Entry:
    """One case on one row."""
    return {
        "case": cell.case,
        "suite": cell.suite,
        "size": cell.size,
        "verdict": cell.verdict.value,
        "expected": cell.expected,
        "reason": cell.reason,
        "withheld": cell.withheld,
        "speed": _ratio(cell.speed),
        "cpu": _plain(cell.cpu),
        "first": _ratio(cell.first),
        "total": _ratio(cell.total),
        "faster_from": asdict(cell.faster_from) if cell.faster_from else None,
        "paid_back": asdict(cell.paid_back) if cell.paid_back else None,
        "paid_back_called": asdict(cell.paid_back_called) if cell.paid_back_called else None,
        "timing": _timing(cell.timing),
        "warnings": list(cell.warnings),
    }


def _timing(timing: Timing | None) -> Entry | None:
    if timing is None:
        return None
    settling = asdict(timing.settling) | {
        "course": timing.settling.course.value,
        "courses": {course.value: n for course, n in timing.settling.courses.items()},
    }
    curve, trace = _drawn(timing.curve), _drawn(timing.trace)
    return asdict(timing) | {"curve": curve, "trace": trace, "settling": settling}


def _drawn(found: Curve | Trace | None) -> Entry | None:
    """What is there to be drawn: with fewer digits, it would be half of the file in full."""
    if found is None:
        return None
    return {
        name: [rounded(one) for one in value] if isinstance(value, tuple) else rounded(value)
        for name, value in asdict(found).items()
    }


def _counts(counts: Mapping[Verdict, int]) -> dict[str, int]:
    return {verdict.value: counts.get(verdict, 0) for verdict in Verdict}


def of_conformance(found: Conformance) -> Entry:
    """How many checks of a suite got which verdict."""
    return {
        "suite": found.suite,
        "counts": _counts(found.counts),
        "unexpected": found.unexpected,
    }


def of_item(item: Item, gaps: Sequence[KnownGap]) -> Entry:
    """One check, with the place of its reason among the gaps."""
    gap = gaps.index(item.known) if item.known else None
    shown = ("suite", "case", "check", "expected", "reason", "summary")
    return {name: getattr(item, name) for name in shown} | {
        "verdict": item.verdict.value,
        "known": gap,
    }


def of_lead(lead: Lead) -> Entry:
    """Who has done more, by the time."""
    return {
        "suite": lead.suite,
        "at_s": [rounded(one) for one in lead.at_s],
        "ahead": list(lead.ahead),
        "cases": lead.cases,
        "left_out": lead.left_out,
    }


def of_versus(one: Versus) -> Entry:
    """One benchmark row beside real Ray."""
    return {
        "case": one.case,
        "ours": one.ours,
        "ray": one.ray,
        **(_plain(one.ratio) or dict.fromkeys(("ratio", "low", "high"))),
        "processes": one.ratio.processes if one.ratio else None,
        "ray_processes": one.ratio.baseline_processes if one.ratio else None,
        "doubt": one.doubt,
        **{
            name: asdict(found)
            for name, found in (("latency", one.latency), ("ray_latency", one.ray_latency))
            if found  # runs before 2026-11-26 have timed no single calls
        },
    }


def of_mechanism(one: Mechanism) -> Entry:
    """One way into native code."""
    return {
        "mechanism": one.name,
        "title": one.title,
        "call_ns": {name: asdict(found) for name, found in one.call_ns.items()},
        "faster_than_pure_from": {cross.function: cross.size for cross in one.crossovers},
        "import_ns": asdict(one.import_ns) if one.import_ns else None,
        "object_bytes": one.object_bytes,
        "build_s": one.build_s,
        "binary_bytes": one.binary_bytes,
        "failures": dict(one.failures),
        "reason": one.reason,
        "overhead": asdict(one.overhead) if one.overhead else None,
    }


def of_cost(cost: Cost) -> Entry:
    """What an interpreter costs before it computes anything."""
    return {
        "fetch_s": cost.fetch_s,
        "build_s": cost.build_s,
        "size_bytes": cost.size_bytes,
        "start_ns": _figure(cost.start_ns),
        "peak_bytes": _figure(cost.peak_bytes),
        "imports_ns": {case: _figure(figure) for case, figure in cost.imports.items()},
        "bytecode": dict(cost.bytecode),
    }


def _figure(figure: Figure | None) -> Entry | None:
    return asdict(figure) if figure else None
