"""A made-up run, as realistic as a real one and the same for the same seed.

Default: seven rows of which `cpython-3.13` could not be built; benches, checks, probes and
start-up. `pypy-8.0` is not steady in `programs/slow_warmup` and differs in one check (a known
gap); `cpython-3.15+jit` crashes in `language/generators::test_close` (unexpected); the oldest
row does not support `programs/pattern_match`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.random import Generator

from pyrometer.model import (
    CheckResult,
    Facts,
    Job,
    KnownGap,
    Machine,
    MeasuredCase,
    MeasuredRow,
    Outcome,
    Receipt,
    Run,
    Sample,
    Source,
    SuiteKind,
    Usage,
    Verdict,
)

ROWS = (
    "cpython-3.9",
    "cpython-3.11",
    "cpython-3.13",
    "cpython-3.14",
    "cpython-3.15",
    "cpython-3.15+jit",
    "pypy-8.0",
)
CASES = (
    "micro/integer_loop",
    "micro/float_loop",
    "micro/method_calls",
    "micro/string_building",
    "micro/dict_of_integers",
    "micro/exceptions",
    "programs/raytrace",
    "programs/json_service",
    "programs/pattern_match",
    "programs/slow_warmup",
    "language/integers",
    "language/strings",
    "language/generators",
    "features/concurrency",
    "features/introspection",
    "startup/empty",
    "startup/import_cli",
    "startup/import_data",
)
FUNCTIONS = {
    "language/integers": ("test_division", "test_huge_text", "test_shift"),
    "language/strings": ("test_casefold", "test_format", "test_split"),
    "language/generators": ("test_close", "test_send", "test_throw"),
    "features/concurrency": ("has_fork", "has_threads"),
    "features/introspection": ("has_refcounts", "has_trace"),
}
MISSING = {"cpython-3.13": "build failed: make ended with status 2 (see its log)"}
REFERENCE = "cpython-3.14"
KINDS: dict[str, SuiteKind] = {
    "micro": "bench",
    "extension": "bench",
    "runtime-bench": "bench",
    "programs": "bench",
    "language": "check",
    "features": "feature",
    "startup": "startup",
}
# Relative to cpython-3.11; above 1 is faster.
SPEEDS = {
    "cpython-3.9": 0.8,
    "cpython-3.13": 1.06,
    "cpython-3.14": 1.15,
    "cpython-3.15": 1.22,
    "cpython-3.15+jit": 1.4,
    "pypy-8.0": 4.5,
}


@dataclass(frozen=True, kw_only=True)
class Scale:
    """How much is measured."""

    processes: int = 8
    samples: int = 60


def synthetic_run(
    rows: Sequence[str] = ROWS,
    cases: Sequence[str] = CASES,
    seed: int = 1,
    scale: Scale | None = None,
) -> tuple[Run, list[Outcome]]:
    """A head and its outcomes, one per planned job; missing rows have `not_run` outcomes."""
    rng = np.random.default_rng(seed)
    jobs = _jobs(rows, cases, scale or Scale())
    outcomes = [_outcome(job, rng, scale or Scale()) for job in jobs]
    return _run(rows, cases, jobs, seed), outcomes


def _jobs(rows: Sequence[str], cases: Sequence[str], scale: Scale) -> list[Job]:
    jobs = []
    for suite in dict.fromkeys(case.partition("/")[0] for case in cases):
        kind = KINDS[suite]
        own = tuple(case for case in cases if case.startswith(suite + "/"))
        for row in rows:
            if kind in ("check", "feature"):
                jobs.append(Job(row=row, suite=suite, kind=kind, cases=own))
                continue
            size = "medium" if kind == "bench" else ""
            start = -1 if kind == "bench" else 0
            jobs += [
                Job(row=row, suite=suite, kind=kind, cases=(case,), size=size, round=number)
                for case in own
                for number in range(start, scale.processes)
            ]
    return jobs


def _outcome(job: Job, rng: Generator, scale: Scale) -> Outcome:
    if job.row in MISSING:
        return Outcome(job=job, interpreter="", ending=Verdict.NOT_RUN, reason=MISSING[job.row])
    if job.kind == "bench":
        return _bench(job, rng, scale)
    if job.kind == "startup":
        return _startup(job, rng)
    return _checks(job)


def _number(text: str) -> int:
    return int(sha256(text.encode()).hexdigest()[:8], 16)


def _case_ns(case: str) -> float:
    """One run on the baseline: 50 microseconds to 20 milliseconds."""
    return float(50e3 * 400 ** (_number(case) % 1000 / 1000))


def _speed(row: str, case: str) -> float:
    """Of a row in one case: around the row's own, the same every time."""
    spread = (_number(row + case) % 1000 / 1000 - 0.5) * (1.2 if row.startswith("pypy") else 0.2)
    return SPEEDS.get(row, 1.0) * float(np.exp(spread))


def _warmup(row: str, case: str, samples: int) -> np.ndarray:
    """Factors by which each sample is slower than in the end."""
    at = np.arange(samples)
    if row == "pypy-8.0" and case == "programs/slow_warmup":
        return np.asarray(1 + 6 * np.exp(-at / (0.4 * samples)))
    if row == "pypy-8.0":
        return np.asarray(1 + 15 * np.exp(-at / 2))
    return np.asarray(1 + (0.8 if "+jit" in row else 0.05) * np.exp(-at / 2))


def _bench(job: Job, rng: Generator, scale: Scale) -> Outcome:
    row, case = job.row, job.cases[0]
    if row == "cpython-3.9" and case == "programs/pattern_match":
        reason = "SkipTest: needs structural pattern matching"
        return Outcome(job=job, interpreter=_key(row), ending=Verdict.UNSUPPORTED, reason=reason)
    count = 1 if job.round < 0 else scale.samples
    noise = rng.normal(0, 0.008) + rng.normal(0, 0.01, count)
    per_run = _case_ns(case) / _speed(row, case) * _warmup(row, case, scale.samples)[:count]
    per_run = per_run * np.exp(noise)
    samples = []
    for position, time_ns in enumerate(per_run):
        loops = 1 if position == 0 else max(1, round(10e6 / time_ns))
        wall = int(time_ns * loops)
        cpu = int(wall * (1.04 if row.startswith("pypy") else 0.998))
        samples.append(
            Sample(case=case, loops=loops, wall_ns=wall, cpu_ns=cpu, checksum=_number(case))
        )
    spent = sum(sample.wall_ns for sample in samples)
    return Outcome(
        job=job,
        interpreter=_key(row),
        ending=Verdict.PASS,
        exit_code=0,
        samples=tuple(samples),
        facts={"clock": "perf_counter_ns", "clock_resolution_ns": "42"},
        usage=_usage(row, rng, spent),
        load=0.3,
        started="2026-06-01T10:00:00Z",
    )


def _usage(row: str, rng: Generator, spent_ns: int) -> Usage:
    first = int((60e6 if row.startswith("pypy") else 14e6) * np.exp(rng.normal(0, 0.03)))
    peak = int((70e6 if row.startswith("pypy") else 9e6) * np.exp(rng.normal(0, 0.01)))
    wall = first + spent_ns + 2_000_000
    return Usage(
        wall_ns=wall,
        user_ns=int(wall * 0.9),
        system_ns=int(wall * 0.08),
        peak_bytes=peak,
        first_line_ns=first,
    )


def _startup(job: Job, rng: Generator) -> Outcome:
    case = job.cases[0]
    modules = 0 if case == "startup/empty" else 20 + _number(case) % 60
    slow = 3 if job.row.startswith("pypy") else 1
    import_ns = int((2e3 + modules * 4e5 * slow) * np.exp(rng.normal(0, 0.04)))
    return Outcome(
        job=job,
        interpreter=_key(job.row),
        ending=Verdict.PASS,
        exit_code=0,
        facts={
            "import_ns": str(import_ns),
            "modules": str(modules),
            "bytecode": str(max(0, modules - 1)),
        },
        usage=_usage(job.row, rng, import_ns),
    )


def _checks(job: Job) -> Outcome:
    results = [_result(job.row, case, check) for case in job.cases for check in FUNCTIONS[case]]
    return Outcome(
        job=job,
        interpreter=_key(job.row),
        ending=Verdict.PASS,
        exit_code=0,
        checks=tuple(results),
        usage=Usage(wall_ns=10**9, user_ns=9 * 10**8, system_ns=10**7, peak_bytes=3 * 10**7),
    )


def _result(row: str, case: str, check: str) -> CheckResult:
    pypy = row.startswith("pypy")
    if check.startswith("has_"):
        lacks = pypy and check == "has_refcounts"
        summary = f"Does it have {check[4:]}?"
        status = "skip" if lacks else "pass"
        return CheckResult(case=case, check=check, status=status, summary=summary)  # type: ignore[arg-type]
    if check == "test_close" and row.endswith("+jit"):
        detail = f"killed by SIGSEGV in {case}::{check}"
        return CheckResult(case=case, check=check, status="crashed", detail=detail)
    if check == "test_huge_text":
        if row == "cpython-3.9":
            return CheckResult(
                case=case, check=check, status="skip", detail="SkipTest: no limit on digits"
            )
        value = "'4300 digits'" if not pypy else "'no limit'"
        return CheckResult(case=case, check=check, status="pass", value=value)
    return CheckResult(case=case, check=check, status="pass")


def _key(row: str) -> str:
    name, _, variant = row.partition("+")
    return f"{name}.1{'+' + variant if variant else ''}-linux-x86_64"


def _measured_row(row: str) -> MeasuredRow:
    name, _, variant = row.partition("+")
    implementation, _, series = name.partition("-")
    missing = MISSING.get(row, "")
    return MeasuredRow(
        row=row,
        interpreter="" if missing else _key(row),
        variant=variant,
        series=series,
        implementation=implementation,
        title=f"{implementation.title()} {series}{' with JIT' if variant else ''}",
        released="2026-05-01" if series == "3.15" else "2025-01-01",
        default=True,
        warmup_s=4.0 if implementation == "pypy" else 0.0,
        missing=missing,
        receipt=None if missing else _receipt(row, implementation, series),
        facts=None if missing else _facts(implementation, series, jit=_has_jit(row)),
    )


def _has_jit(row: str) -> bool:
    return row.startswith("pypy") or row.endswith("+jit")


def _facts(implementation: str, series: str, *, jit: bool) -> Facts:
    return Facts(
        implementation=implementation,
        version=f"{series}.1",
        language="3.11.15" if implementation == "pypy" else f"{series}.1",
        arch="x86_64",
        platform="linux",
        jit=jit,
        gil=True,
        compiler="GCC 12.2.0",
        clock="clock_gettime(CLOCK_MONOTONIC)",
        clock_resolution_ns=42,
    )


def _receipt(row: str, implementation: str, series: str) -> Receipt:
    digest = sha256(row.encode()).hexdigest()
    source = Source(
        name=f"{implementation} source", version=f"{series}.1", sha256=digest, size_bytes=25_000_000
    )
    return Receipt(
        row=row,
        recipe="debian",
        key=digest[:16],
        executable="bin/python3",
        sources=(source,),
        flags=("--enable-optimizations", "--with-lto"),
        toolchain={"gcc": "12.2.0", "binutils": "2.40"},
        facts={"": _facts(implementation, series, jit=_has_jit(row))},
        fetch_s=float(3 + _number(row) % 9),
        build_s=float(200 + _number(row) % 200),
        size_bytes=90_000_000 + _number(row) % 10**7,
        made="2026-06-01T09:00:00Z",
        sha256=sha256(digest.encode()).hexdigest(),
    )


def _run(rows: Sequence[str], cases: Sequence[str], jobs: list[Job], seed: int) -> Run:
    return Run(
        schema=1,
        name="2026-06-01-synthetic",
        started="2026-06-01T10:00:00Z",
        finished="2026-06-01T10:45:00Z",
        revision="0123456789abcdef0123456789abcdef01234567",
        plan_sha256=sha256(repr(jobs).encode()).hexdigest(),
        seed=seed,
        tier="quick",
        reference=REFERENCE,
        command="pyrometer run --report",
        machine=MACHINE,
        rows=tuple(_measured_row(row) for row in rows),
        cases=tuple(_measured_case(case) for case in cases),
        known=(KNOWN,),
        job_ids=tuple(job.id for job in jobs),
    )


def _measured_case(case: str) -> MeasuredCase:
    suite, _, name = case.partition("/")
    return MeasuredCase(
        id=case,
        suite=suite,
        kind=KINDS[suite],
        summary=f"What {name.replace('_', ' ')} costs or means.",
        sha256=sha256(case.encode()).hexdigest(),
    )


MACHINE = Machine(
    name="synthetic",
    cpu="Imaginary 9000",
    arch="x86_64",
    cores=2,
    memory_bytes=8 * 2**30,
    kernel="6.1.0",
    distribution="Debian GNU/Linux 12",
    libc="glibc 2.36",
    virtualised="kvm",
    governor="",
    turbo="",
    load_before=0.2,
    aslr="2",
)
KNOWN = KnownGap(
    rows="pypy-*",
    case="language/integers",
    check="test_huge_text",
    verdict=Verdict.DIFFERS,
    reason="PyPy converts integers of any length",
    snippet="str(10 ** 5000)",
    link="https://doc.pypy.org/en/latest/cpython_differences.html",
)
