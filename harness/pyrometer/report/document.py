"""`report.json`: every figure that is shown anywhere, for programs; docs/REPORT.md explains it.

Owns the keys of the file; `entries` has those within an entry.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from pyrometer.analysis.findings import Item, Report
from pyrometer.analysis.findings.counts import Counted
from pyrometer.analysis.findings.errors import Calibration
from pyrometer.model import MeasuredRow, Verdict
from pyrometer.report import entries
from pyrometer.report.charts import plan
from pyrometer.report.entries import Entry
from pyrometer.report.json_lines import written
from pyrometer.report.view import View

SCHEMA = 3

Who = Mapping[str, Entry]


def document(view: View) -> str:
    """The text of report.json, ending in a newline."""
    return written(contents(view))


def contents(view: View) -> Entry:
    """What report.json holds, before it is written."""
    report = view.report
    who = {row.row: _who(view, row) for row in report.rows}
    return {
        "schema": SCHEMA,
        "command": view.command,
        "headline": view.headline,
        "run": _run(view),
        "machines": [asdict(report.run.machine)],
        "interpreters": [_interpreter(view, row) for row in report.rows],
        "unexpected": list(report.unexpected),
        "warnings": list(report.warnings),
        "raw": dict(view.raw_links),
        **_compared(view, who),
        **_judged(report, who),
        **_counted(report.counted, who),
        **_of_some_runs(report, who),
    }


def _compared(view: View, who: Who) -> Entry:
    """Who is faster than whom, and what each costs."""
    report = view.report
    return {
        "baseline": report.baseline,
        "summary": [
            entries.of_summary(one) for name in view.choices for one in view.summaries[name]
        ],
        "alternatives": [
            entries.of_briefly(one)
            for name, found in view.summaries.items()
            if name not in view.choices
            for one in found
        ],
        "cases": [who[cell.row] | entries.of_cell(cell) for cell in report.cells],
        "leads": [who[one.row] | entries.of_lead(one) for one in report.leads],
        "costs": [who[cost.row] | entries.of_cost(cost) for cost in report.costs],
        "plan": _plan(view),
        "versus_ray": [who[one.row] | entries.of_versus(one) for one in report.versus_ray],
        "calibration": _calibration(report.calibration),
        "calibration_of_builds": _calibration(report.calibration_of_builds),
    }


def _judged(report: Report, who: Who) -> Entry:
    """What each can, and where it differs."""
    missing = {row.row for row in report.rows if row.missing}
    gaps = list(dict.fromkeys(item.known for item in report.items if item.known))
    return {
        "conformance": [who[one.row] | entries.of_conformance(one) for one in report.conformance],
        "checks": _checks(report.items),
        "gaps": [{"reason": g.reason, "snippet": g.snippet, "link": g.link} for g in gaps],
        "items": [
            who[item.row] | entries.of_item(item, gaps)
            for item in report.items
            if _is_remarkable(item) and item.row not in missing
        ],
    }


def _counted(found: Counted | None, who: Who) -> Entry:
    """Instructions: no entries in a run that measured time."""
    if found is None:
        return {"instructions": [], "instructions_summary": []}
    kept = {
        "instructions": [who[cell.row] | asdict(cell) for cell in found.cells],
        "instructions_summary": [
            who[one.row] | asdict(one) | {"instrument": found.instruments.get(one.arch, "")}
            for one in found.suites
        ],
    }
    if found.releases:
        kept["instructions_releases"] = [who[one.row] | asdict(one) for one in found.releases]
    if found.apart:
        kept["instructions_apart"] = [who[one.who] | asdict(one) for one in found.apart]
    return kept


def _of_some_runs(report: Report, who: Who) -> Entry:
    """Keys that are there only where a run has something to say under them."""
    found: Entry = {}
    if report.border:
        found["extension"] = [who[one.row] | entries.of_mechanism(one) for one in report.border]
    if report.pace:
        found["pace"] = asdict(report.pace)
    if report.reached:
        cells = [who[one.row] | asdict(one) for one in report.reached]
        found["precision"] = {"wanted": report.run.precision, "cells": cells}
    return found


def _calibration(found: Calibration | None) -> Entry | None:
    return asdict(found) if found else None


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
