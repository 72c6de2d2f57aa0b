"""Benchmark rows of the runtime beside real Ray."""

from __future__ import annotations

from dataclasses import dataclass

from pyrometer.analysis.findings.ratios import Ratio


@dataclass(frozen=True, kw_only=True)
class Latency:
    """How long one call of a benchmark row takes: medians over `processes` of their percentiles.

    `calls`: how many were timed in the process with the fewest.
    """

    p50_ns: float
    p95_ns: float
    p99_ns: float
    calls: int
    processes: int


@dataclass(frozen=True, kw_only=True)
class Versus:
    """One benchmark row of the runtime on one interpreter, beside real Ray in the same run.

    `ours`, `ray`: operations a second (bytes a second where the row counts bytes; runs a second
    where it counts nothing), geometric means over processes. `ratio` is ours / Ray's, None where
    one side has too few processes for an interval. `doubt` says what keeps it from being steady.
    `latency`, `ray_latency`: of single calls, None where they were not timed one by one.
    """

    case: str
    row: str
    ours: float
    ray: float
    ratio: Ratio | None
    doubt: str = ""
    latency: Latency | None = None
    ray_latency: Latency | None = None
