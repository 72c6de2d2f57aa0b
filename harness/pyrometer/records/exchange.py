"""Samples of a result set in the forms that other tools read: pyperf JSON, CSV, Parquet.

Owns the translation outwards. Nothing is computed but the value of one run that pyperf wants.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl
import pyperf

from pyrometer.model import Outcome, Verdict
from pyrometer.records.read import ResultSet

COLUMNS = {
    "row": pl.String,
    "interpreter": pl.String,
    "case": pl.String,
    "size": pl.String,
    "round": pl.Int32,
    "sample": pl.Int32,
    "loops": pl.Int64,
    "wall_ns": pl.Int64,
    "cpu_ns": pl.Int64,
    "checksum": pl.Int64,
    "instructions": pl.Int64,
    "beside": pl.Int64,
}


def samples(found: ResultSet) -> pl.DataFrame:
    """One row per sample of every timed process; columns and their units are COLUMNS."""
    rows = [
        (o.job.row, o.interpreter, s.case, o.job.size, o.job.round, number,
         s.loops, s.wall_ns, s.cpu_ns, s.checksum, s.instructions, s.beside)
        for o in _timed(found)
        for number, s in enumerate(o.samples)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=COLUMNS, orient="row")


def to_csv(found: ResultSet, path: Path) -> list[Path]:
    """Write one CSV file."""
    samples(found).write_csv(path)
    return [path]


def to_parquet(found: ResultSet, path: Path) -> list[Path]:
    """Write one Parquet file."""
    samples(found).write_parquet(path)
    return [path]


def to_pyperf(found: ResultSet, folder: Path) -> list[Path]:
    """Write `<row>.json` for each row, which `pyperf stats` and `compare_to` load.

    The first half of a process's samples is given as warm-ups: pyperf would average over it. Values
    are seconds, or instructions (pyperf's unit `integer`) of a run that counted those.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for row in found.run.rows:
        cells: dict[str, list[Outcome]] = defaultdict(list)
        for outcome in _timed(found):
            if outcome.job.row == row.row:
                cells[outcome.samples[0].case].append(outcome)
        if not cells:
            continue
        benchmarks = [
            pyperf.Benchmark([_pyperf_run(outcome, name) for outcome in outcomes])
            for name, outcomes in sorted(cells.items())
        ]
        path = folder / f"{row.row}.json"
        path.unlink(missing_ok=True)
        pyperf.BenchmarkSuite(benchmarks).dump(str(path))
        written.append(path)
    return written


def _pyperf_run(outcome: Outcome, name: str) -> pyperf.Run:
    half = len(outcome.samples) // 2
    timed = outcome.job.metric == "time"
    values = [
        (s.loops, s.wall_ns / 1e9 / s.loops if timed else s.instructions // s.loops)
        for s in outcome.samples
    ]
    unit = "second" if timed else "integer"
    return pyperf.Run(
        values=[value for _, value in values[half:]],
        warmups=values[:half],
        metadata={"name": name, "loops": 1, "unit": unit, "tags": [outcome.job.suite]},
        collect_metadata=False,
    )


def _timed(found: ResultSet) -> list[Outcome]:
    return [
        outcome
        for outcome in found.outcomes
        if outcome.job.kind == "bench"
        and outcome.job.round >= 0
        and outcome.ending is Verdict.PASS
        and outcome.samples
    ]


FORMS: Mapping[str, Callable[[ResultSet, Path], list[Path]]] = {
    "csv": to_csv,
    "parquet": to_parquet,
    "pyperf": to_pyperf,
}
