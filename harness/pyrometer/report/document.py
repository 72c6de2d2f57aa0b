"""`report.json`: every figure that is shown anywhere, for programs; docs/REPORT.md explains it.

Owns the keys and their order. NaN and infinity are null; one list entry is one line, so that two
reports can be compared line by line; the same report gives the same bytes.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from pyrometer.analysis.border_findings import Mechanism
from pyrometer.analysis.count_findings import Counted
from pyrometer.analysis.error_findings import Calibration
from pyrometer.analysis.findings import (
    Cell,
    Conformance,
    Cost,
    Curve,
    Figure,
    Item,
    Lead,
    Ratio,
    Report,
    Summary,
    Timing,
    Trace,
    Versus,
)
from pyrometer.model import KnownGap, MeasuredRow, Verdict
from pyrometer.report.charts import plan
from pyrometer.report.view import View

SCHEMA = 3
DIGITS = 6  # enough to draw and to compare; all of them would make the file three times as large
CURVE_DIGITS = 4

Entry = dict[str, Any]


def document(view: View) -> str:
    """The text of report.json, ending in a newline."""
    return written(contents(view))


def contents(view: View) -> Entry:
    """What report.json holds, before it is written."""
    report = view.report
    who = {row.row: _who(view, row) for row in report.rows}
    missing = {row.row for row in report.rows if row.missing}
    gaps = list(dict.fromkeys(item.known for item in report.items if item.known))
    return {
        "schema": SCHEMA,
        "command": view.command,
        "baseline": report.baseline,
        "headline": view.headline,
        "run": _run(view),
        "machines": [asdict(report.run.machine)],
        "interpreters": [_interpreter(view, row) for row in report.rows],
        "summary": [_summary(one) for name in view.choices for one in view.summaries[name]],
        "alternatives": [
            _briefly(one)
            for name, found in view.summaries.items()
            if name not in view.choices
            for one in found
        ],
        "cases": [who[cell.row] | _cell(cell) for cell in report.cells],
        "conformance": [who[one.row] | _conformance(one) for one in report.conformance],
        "checks": _checks(report.items),
        "gaps": [{"reason": g.reason, "snippet": g.snippet, "link": g.link} for g in gaps],
        "items": [
            who[item.row] | _item(item, gaps)
            for item in report.items
            if _is_remarkable(item) and item.row not in missing
        ],
        "costs": [who[cost.row] | _cost(cost) for cost in report.costs],
        "plan": _plan(view),
        "unexpected": list(report.unexpected),
        "warnings": list(report.warnings),
        "raw": dict(view.raw_links),
        "calibration": _calibration(report.calibration),
        "calibration_of_builds": _calibration(report.calibration_of_builds),
        "leads": [who[one.row] | _lead(one) for one in report.leads],
        "versus_ray": [who[one.row] | _versus(one) for one in report.versus_ray],
        "instructions": _counted_cells(report.counted, who),
        "instructions_summary": _counted_suites(report.counted, who),
        **(
            {"extension": [who[one.row] | _mechanism(one) for one in report.border]}
            if report.border
            else {}
        ),
        **({"pace": asdict(report.pace)} if report.pace else {}),
        **({"precision": _precision(report, who)} if report.reached else {}),
        **(
            {"instructions_releases": [who[one.row] | asdict(one) for one in releases]}
            if (releases := report.counted.releases if report.counted else ())
            else {}
        ),
        **(
            {"instructions_apart": [who[one.who] | asdict(one) for one in found]}
            if (found := report.counted.apart if report.counted else ())
            else {}
        ),
    }


def _precision(report: Report, who: Mapping[str, Entry]) -> Entry:
    cells = [who[one.row] | asdict(one) for one in report.reached]
    return {"wanted": report.run.precision, "cells": cells}


def written(holds: Mapping[str, Any]) -> str:
    """JSON with sorted keys; the entries of a top-level list each on a line of their own."""
    parts = [f"{_compact(key)}: {_block(value)}" for key, value in sorted(holds.items())]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _calibration(found: Calibration | None) -> Entry | None:
    return asdict(found) if found else None


def _block(value: Any) -> str:
    if not isinstance(value, list) or not value:
        return _compact(value)
    return "[\n" + ",\n".join(_compact(entry) for entry in value) + "\n]"


def _compact(value: Any) -> str:
    return json.dumps(_finite(value), sort_keys=True, ensure_ascii=False, allow_nan=False)


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): _finite(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    return value


def _run(view: View) -> Entry:
    run = view.report.run
    plain = ("name", "started", "finished", "revision", "plan_sha256", "seed", "tier", "reference",
             "command")  # fmt: skip
    return {name: getattr(run, name) for name in plain} | {
        "complete": view.report.complete,
        "processes": view.report.outcomes,
        "duration_s": view.report.duration_s,
        "suites": {case.suite: case.kind for case in view.report.cases},
        "cases": {case.id: {"summary": case.summary, "sha256": case.sha256}
                  for case in view.report.cases},
    }  # fmt: skip


def _who(view: View, row: MeasuredRow) -> Entry:
    arch = row.facts.arch if row.facts else view.report.run.machine.arch
    return {"row": row.row, "interpreter": row.interpreter, "arch": arch}


def _interpreter(view: View, row: MeasuredRow) -> Entry:
    return {
        "row": row.row,
        "label": view.label(row.row),
        "interpreter": row.interpreter,
        "implementation": row.implementation,
        "series": row.series,
        "variant": row.variant,
        "title": row.title,
        "released": row.released,
        "missing": row.missing,
        "facts": asdict(row.facts) if row.facts else None,
        "receipt": _receipt(row),
    }


def _receipt(row: MeasuredRow) -> Entry | None:
    if row.receipt is None:
        return None
    shown = ("recipe", "key", "fetch_s", "build_s", "size_bytes", "made", "sha256")
    return {name: getattr(row.receipt, name) for name in shown} | {
        "flags": list(row.receipt.flags),
        "toolchain": dict(row.receipt.toolchain),
        "sources": [asdict(source) for source in row.receipt.sources],
    }


def _ratio(ratio: Ratio | None) -> Entry | None:
    if ratio is None:
        return None
    return asdict(ratio) | {"claim": ratio.claim.value, "warnings": list(ratio.warnings)}


def _plain(ratio: Ratio | None) -> Entry | None:
    """A ratio beside another one, which says how it came to be."""
    return {"ratio": ratio.ratio, "low": ratio.low, "high": ratio.high} if ratio else None


def _summary(summary: Summary) -> Entry:
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


def _briefly(summary: Summary) -> Entry:
    """Against a baseline whose figures are only drawn."""
    shown = ("row", "metric", "suite", "baseline", "cases")
    return {name: getattr(summary, name) for name in shown} | (_plain(summary.ratio) or {})


def _cell(cell: Cell) -> Entry:
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
        name: [_rounded(one) for one in value] if isinstance(value, tuple) else _rounded(value)
        for name, value in asdict(found).items()
    }


def _rounded(value: float) -> float:
    return float(f"{value:.{CURVE_DIGITS}g}")


def _counts(counts: Mapping[Verdict, int]) -> dict[str, int]:
    return {verdict.value: counts.get(verdict, 0) for verdict in Verdict}


def _conformance(found: Conformance) -> Entry:
    return {
        "suite": found.suite,
        "counts": _counts(found.counts),
        "unexpected": found.unexpected,
    }


def _checks(items: Sequence[Item]) -> list[Entry]:
    """One entry per check or probe; rows that are not named passed it."""
    found: dict[tuple[str, str], Entry] = {}
    for item in items:
        fresh = {"suite": item.suite, "case": item.case, "check": item.check,
                 "summary": item.summary, "verdicts": {}}  # fmt: skip
        entry = found.setdefault((item.case, item.check), fresh)
        if item.verdict is not Verdict.PASS:
            entry["verdicts"][item.row] = item.verdict.value
    return list(found.values())


def _is_remarkable(item: Item) -> bool:
    return item.verdict is not Verdict.PASS or not item.expected or bool(item.reason)


def _item(item: Item, gaps: Sequence[KnownGap]) -> Entry:
    gap = gaps.index(item.known) if item.known else None
    shown = ("suite", "case", "check", "expected", "reason", "summary")
    return {name: getattr(item, name) for name in shown} | {
        "verdict": item.verdict.value,
        "known": gap,
    }


def _lead(lead: Lead) -> Entry:
    return {
        "suite": lead.suite,
        "at_s": [_rounded(one) for one in lead.at_s],
        "ahead": list(lead.ahead),
        "cases": lead.cases,
        "left_out": lead.left_out,
    }


def _versus(one: Versus) -> Entry:
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


def _mechanism(one: Mechanism) -> Entry:
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


def _counted_cells(found: Counted | None, who: Mapping[str, Entry]) -> list[Entry]:
    return [who[cell.row] | asdict(cell) for cell in found.cells] if found else []


def _counted_suites(found: Counted | None, who: Mapping[str, Entry]) -> list[Entry]:
    if found is None:
        return []
    return [
        who[one.row] | asdict(one) | {"instrument": found.instruments.get(one.arch, "")}
        for one in found.suites
    ]


def _cost(cost: Cost) -> Entry:
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


def _plan(view: View) -> Entry | None:
    shown = plan.releases(view)
    if shown is None:
        return None
    return {
        "baseline": shown.baseline,
        "releases": list(shown.names),
        "promised": shown.promised,
        "source": plan.PROMISE_SOURCE,
    }
