"""The runtime beside the library whose interface it has: polyray's rates over real Ray's.

Owns which suites run on either, and the turn from a run's time to a rate. A run of
`runtime-bench` gives the number of its operations as its checksum, and its processes the
percentiles of single calls as facts. Refuses to choose what is shown.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import replace

from pyrometer.analysis.against import figure
from pyrometer.analysis.cells import Measured
from pyrometer.analysis.findings import Latency, Versus
from pyrometer.analysis.gather import Gathered, Key
from pyrometer.analysis.process_value import Process
from pyrometer.analysis.ratio import speed_ratio

VARIANT = "ray"
COUNTING = "runtime-bench"
SUITES = (COUNTING, "patterns")
CALLS = "latency_calls"
PERCENTILES = ("latency_p50_ns", "latency_p95_ns", "latency_p99_ns")


def versus_ray(gathered: Gathered, measured: Mapping[Key, Measured]) -> tuple[Versus, ...]:
    """An entry for each case and row, in their order; nothing where real Ray was not measured."""
    theirs = next((row.row for row in gathered.run.rows if row.variant == VARIANT), None)
    if theirs is None:
        return ()
    found = []
    for key, ours in measured.items():
        ray = measured.get(key._replace(row=theirs))
        both = ray is not None and ray.processes and ours.processes
        if key.row != theirs and key.case.partition("/")[0] in SUITES and ray and both:
            entry = _entry(key, ours, ray, _operations(gathered, key))
            latencies = latency(gathered, key), latency(gathered, key._replace(row=theirs))
            found.append(replace(entry, latency=latencies[0], ray_latency=latencies[1]))
    return tuple(found)


def latency(gathered: Gathered, key: Key) -> Latency | None:
    """Of the processes of a cell that have timed single calls; None where none has."""
    told = [outcome.facts for outcome in gathered.timed[key] if CALLS in outcome.facts]
    if not told:
        return None
    p50, p95, p99 = (statistics.median(int(facts[name]) for facts in told) for name in PERCENTILES)
    return Latency(
        p50_ns=p50,
        p95_ns=p95,
        p99_ns=p99,
        calls=min(int(facts[CALLS]) for facts in told),
        processes=len(told),
    )


def _operations(gathered: Gathered, key: Key) -> float:
    if not key.case.startswith(f"{COUNTING}/"):
        return 1.0
    samples = (sample for outcome in gathered.timed[key] for sample in outcome.samples)
    return float(next((sample.checksum for sample in samples), 1))


def _entry(key: Key, ours: Measured, ray: Measured, operations: float) -> Versus:
    doubts = [ours.unsteady, f"Ray {ray.unsteady}" if ray.unsteady else ""]
    return Versus(
        case=key.case,
        row=key.row,
        ours=operations * 1e9 / _value_ns(ours),
        ray=operations * 1e9 / _value_ns(ray),
        ratio=speed_ratio(ray.by_round(_steady_ns), ours.by_round(_steady_ns)),
        doubt=", ".join(filter(None, doubts)),
    )


def _value_ns(cell: Measured) -> float:
    found = figure([process.value_ns for process in cell.processes])
    return float("nan") if found is None else found.value


def _steady_ns(process: Process) -> float:
    return process.value_ns
