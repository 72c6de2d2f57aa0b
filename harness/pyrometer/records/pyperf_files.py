"""Files of the pyperf command as a result set: every file a row, every run of it a process.

Owns the translation inwards. What pyperf does not record is left empty and never guessed: there are
no checksums, no CPU times, no rounds that two files would share. Host names are not taken over.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyperf

from pyrometer.errors import Mistake
from pyrometer.model import (
    Facts,
    Job,
    Machine,
    MeasuredCase,
    MeasuredRow,
    Outcome,
    Run,
    Sample,
    Verdict,
)
from pyrometer.records.form import SCHEMA
from pyrometer.records.library import Library
from pyrometer.records.write import Writer

SUITE = "pyperf"
COMPILING = ("pypy", "graalpy", "graalvm")
# Runs of two files were never close in time: no round of one is a round of another.
APART = 100_000

Metadata = Mapping[str, Any]


def import_pyperf(paths: Sequence[Path], library: Library) -> Path:
    """Write a result set with a row for each file; returns its folder.

    Raises Mistake for a file that pyperf does not load or that holds no times, and for two files
    of one name.
    """
    suites = {_row_name(path): _load(path) for path in paths}
    if len(suites) < len(paths):
        raise Mistake("two files have the same name, and rows are named after files")
    outcomes = [
        outcome
        for at, (row, suite) in enumerate(suites.items())
        for benchmark in suite
        for outcome in _outcomes(row, benchmark, at * APART)
    ]
    head = _run(suites, outcomes)
    folder = library.new_folder(head.started[:10] or "undated", head.machine.name)
    with Writer(folder, replace(head, name=folder.name)) as writer:
        for outcome in outcomes:
            writer.append(outcome)
    return folder


def _row_name(path: Path) -> str:
    stem = path.name.removesuffix(".gz").removesuffix(".json")
    return re.sub(r"[^A-Za-z0-9.+_-]+", "-", stem).strip("-") or SUITE


def _load(path: Path) -> list[pyperf.Benchmark]:
    try:
        suite = pyperf.BenchmarkSuite.load(str(path))
    except OSError as error:
        raise Mistake(f"cannot be read: {error.strerror}", where=str(path)) from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Mistake(f"not a file of pyperf: {error}", where=str(path)) from None
    timed = [one for one in suite.get_benchmarks() if one.get_unit() == "second"]
    if not timed:
        raise Mistake("holds no times", where=str(path), next_step="only times are imported")
    return timed


def _outcomes(row: str, benchmark: pyperf.Benchmark, first_round: int) -> list[Outcome]:
    """One for each run with values; runs that only calibrated have none."""
    runs = [run for run in benchmark.get_runs() if run.values]
    return [
        Outcome(
            job=Job(
                row=row,
                suite=SUITE,
                kind="bench",
                cases=(_case_id(benchmark),),
                round=first_round + number,
            ),
            interpreter=_row(row, [benchmark]).interpreter,
            ending=Verdict.PASS,
            samples=_samples(run, _case_id(benchmark)),
            facts={"clock": "pyperf", "cpu_clock": "none"},
            load=run.get_metadata().get("load_avg_1min"),
            started=str(run.get_metadata().get("date", "")),
        )
        for number, run in enumerate(runs)
    ]


def _samples(run: pyperf.Run, case: str) -> tuple[Sample, ...]:
    """Its warm-ups first: they were run first. Values are seconds for one of so many loops."""
    loops = run.get_total_loops()
    series = [*(run.warmups or ()), *((loops, value) for value in run.values)]
    return tuple(
        Sample(case=case, loops=count, wall_ns=round(value * count * 1e9), cpu_ns=0, checksum=0)
        for count, value in series
    )


def _case_id(benchmark: pyperf.Benchmark) -> str:
    return f"{SUITE}/{benchmark.get_name().replace('/', '_')}"


def _run(suites: Mapping[str, list[pyperf.Benchmark]], outcomes: Sequence[Outcome]) -> Run:
    first = next(iter(suites.values()))[0]
    dates = sorted(one.started for one in outcomes if one.started)
    cases = dict.fromkeys(_case_id(one) for suite in suites.values() for one in suite)
    facts = first.get_metadata()
    return Run(
        schema=SCHEMA,
        name="",
        started=dates[0].replace(" ", "T") if dates else "",
        finished=dates[-1].replace(" ", "T") if dates else "",
        revision=f"pyperf {facts.get('perf_version', 'unknown')}",
        plan_sha256="",
        seed=0,
        tier="quick",
        reference=next(iter(suites)),
        command=f"pyrometer import {' '.join(f'{row}.json' for row in suites)}",
        machine=_machine(facts),
        rows=tuple(_row(row, suite) for row, suite in suites.items()),
        cases=tuple(
            MeasuredCase(id=case, suite=SUITE, kind="bench", summary="", sha256="")
            for case in cases
        ),
        known=(),
        job_ids=tuple(outcome.job.id for outcome in outcomes),
    )


def _row(row: str, suite: Sequence[pyperf.Benchmark]) -> MeasuredRow:
    facts = suite[0].get_metadata()
    implementation = str(facts.get("python_implementation", "python")).lower()
    version = str(facts.get("python_version", "")).split(" ")[0]
    plain = re.match(r"\d+(?:\.\d+)*\w*", version)
    version = plain[0] if plain else "0"
    arch = _arch(facts)
    return MeasuredRow(
        row=row,
        interpreter=f"{implementation}-{version}-linux-{arch}",
        series=".".join(version.split(".")[:2]),
        implementation=implementation,
        title=row,
        facts=Facts(
            implementation=implementation,
            version=version,
            language=version,
            arch=arch,
            platform="linux",
            jit=implementation in COMPILING,
            gil=True,
            compiler=str(facts.get("python_compiler", "")),
            clock=str(facts.get("timer", "")).partition(",")[0],
        ),
    )


def _machine(facts: Metadata) -> Machine:
    cpu = str(facts.get("cpu_model_name", "unknown"))
    slug = re.sub(r"[^a-z0-9]+", "-", re.sub(r"\((?:r|tm)\)|cpu|@.*", " ", cpu.lower())).strip("-")
    platform = str(facts.get("platform", "unknown"))
    return Machine(
        name=f"imported-{slug or 'unknown'}",
        cpu=cpu,
        arch=_arch(facts),
        cores=int(facts.get("cpu_count", 1)),
        memory_bytes=0,
        kernel=platform,
        distribution="unknown",
        libc="unknown",
        virtualised="unknown",
        governor="unknown",
        turbo="unknown",
        load_before=facts.get("load_avg_1min"),
        aslr=str(facts.get("aslr", "unknown")),
    )


def _arch(facts: Metadata) -> str:
    known = ("x86_64", "aarch64", "arm64", "armv7l", "i686", "riscv64", "ppc64le", "s390x")
    platform = str(facts.get("platform", ""))
    return next((name for name in known if name in platform), "unknown")
