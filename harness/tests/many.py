"""A made-up run as large as they get: fifteen rows of six implementations, one not to be had.

As many cases, checks and probes as the suites have, ratios from 0.02 to 20, a JIT that compiles
beside its program on a second core, and every verdict. The same every time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from hashlib import sha256

import numpy as np

from pyrometer.model import (
    CheckResult,
    Facts,
    Job,
    KnownGap,
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
from tests.synthetic import MACHINE

PROCESSES, STARTUPS, MOST_SAMPLES = 6, 6, 80
REFERENCE = "cpython-3.11"
GONE = "pyodide-0.29"
NAMES: dict[str, tuple[SuiteKind, str]] = {
    "features": ("feature", "files introspection memory native processes runtime sockets threads"),
    "language": (
        "check",
        (
            "bytes_and_buffers calls_and_displays classes containers context_managers coroutines "
            "dataclasses_and_enums dates_and_times decorators_and_functools descriptors exceptions "
            "exact_numbers files_and_io floats formatting frames_and_tracing garbage generators "
            "imports integers iterators_and_itertools json_and_struct limits metaclasses pickling "
            "newer_syntax processes_and_signals regular_expressions scopes slicing source_code "
            "strings text_codecs threads"
        ),
    ),
    "micro": (
        "bench",
        (
            "big_integers byte_scan closures context_managers coroutines descriptors "
            "dict_of_integers dict_of_strings exceptions float_loop function_calls generators "
            "instance_creation integer_loop json_round_trip list_operations method_calls "
            "pickle_round_trip polymorphic_dispatch regex_matching sorting_by_key "
            "string_building string_formatting struct_packing"
        ),
    ),
    "programs": (
        "bench",
        (
            "compressor constraint_solver exact_algebra game_of_life harbour little_language "
            "log_pipeline order_messages page_templates planets route_planner search_index "
            "spreadsheet task_scheduler"
        ),
    ),
    "startup": ("startup", "empty import_asyncio import_cli import_data import_network"),
}
CHECKS = [
    "test_are_equal_and_hash_alike",
    "test_can_be_nested",
    "test_close_and_throw",
    "test_counts_from_the_end",
    "test_division_rounds_down",
    "test_empty_is_false",
    "test_error_names_the_argument",
    "test_huge_values",
    "test_is_evaluated_once",
    "test_keeps_its_order",
    "test_keyword_only",
    "test_pickles_by_name",
    "test_repr_can_be_read",
    "test_surrogates_survive",
    "test_truth_of_subclasses",
    "test_unpacks_in_order",
]
PROBES = ["has_fork", "has_shared_memory", "has_tracing", "has_weak_references", "has_c_modules"]


@dataclass(frozen=True, kw_only=True)
class Sort:
    """How a row behaves: speed against the reference, warm-up, start-up, and what it lacks.

    `cold` is how many times slower the first run is, `settles_s` the time constant of its end;
    `beside` the cores that compile meanwhile. `gaps` is the share of checks that differ.
    """

    speed: float
    spread: float = 0.1
    jit: bool = False
    cold: float = 1.1
    settles_s: float = 0.02
    lives_s: float = 0.6
    beside: float = 0.0
    start_s: float = 0.014
    peak_bytes: float = 10e6
    recipe: str = "debian"
    build_s: float = 2.0
    size_bytes: float = 110e6
    gaps: float = 0.0
    unsupported: float = 0.01


SORTS = {
    "cpython-3.9": Sort(speed=0.72, unsupported=0.04),
    "cpython-3.11": Sort(speed=1.0),
    "cpython-3.13": Sort(speed=1.03),
    "cpython-3.13+source": Sort(speed=1.09, recipe="source", build_s=412, size_bytes=260e6),
    "cpython-3.13+ft": Sort(speed=0.78, recipe="source", build_s=398, gaps=0.01),
    "cpython-3.14": Sort(speed=1.06),
    "cpython-3.15": Sort(speed=1.05),
    "cpython-3.15+jit": Sort(speed=1.3, spread=0.25, jit=True, cold=1.6, lives_s=2.0),
    "pypy-8.0": Sort(speed=3.6, spread=1.3, jit=True, cold=25, settles_s=0.05, lives_s=3.5,
                     start_s=0.042, peak_bytes=72e6, gaps=0.03),
    "graalpy-25.0+jit": Sort(speed=2.6, spread=1.5, jit=True, cold=90, settles_s=0.5, lives_s=30,
                             beside=0.9, start_s=6.2, peak_bytes=480e6, recipe="maven",
                             size_bytes=900e6, gaps=0.05, unsupported=0.03),
    "graalpy-25.0+interp": Sort(speed=0.06, spread=0.4, cold=3, settles_s=0.1, lives_s=4,
                                start_s=4.8, peak_bytes=390e6, recipe="maven", size_bytes=900e6,
                                gaps=0.05, unsupported=0.03),
    "rustpython-0.6": Sort(speed=0.11, spread=0.5, lives_s=1.0, recipe="crate", build_s=1310,
                           start_s=0.09, peak_bytes=30e6, gaps=0.14, unsupported=0.05),
    "rustpython-0.6+jit": Sort(speed=0.13, spread=0.6, jit=True, cold=1.5, settles_s=0.1,
                               lives_s=1.0, recipe="crate", build_s=1502, start_s=0.09, gaps=0.15,
                               unsupported=0.05),
    "micropython-1.26": Sort(speed=0.45, spread=0.8, recipe="source", build_s=38, start_s=0.003,
                             size_bytes=2e6, gaps=0.25, unsupported=0.3),
    GONE: Sort(speed=0.4),
}  # fmt: skip
REASONS = tuple(
    f"{what}: documented, and not to be changed"
    for what in (
        "objects live until the next collection",
        "the message of this exception is worded otherwise",
        "frames cannot be reached from outside",
        "integers are converted whatever their length",
        "no surrogates in strings",
        "the order of finalisers is not fixed",
        "the module is a part of another package here",
        "no code objects",
    )
)
SNIPPET = """import gc

class Left:
    def __del__(self):
        print('gone')

one = Left()
del one
print('after')
"""


def many_run() -> tuple[Run, list[Outcome]]:
    """A head and its outcomes, one per planned job."""
    rng = np.random.default_rng(14)
    jobs = [job for row in SORTS for job in _jobs(row)]
    outcomes = [_outcome(job, rng) for job in jobs]
    return _run(jobs), outcomes


def cases(*kinds: SuiteKind) -> list[str]:
    """Ids of the cases of these kinds."""
    return [f"{suite}/{name}" for suite, (kind, names) in NAMES.items() if kind in kinds
            for name in names.split()]  # fmt: skip


def _jobs(row: str) -> list[Job]:
    jobs = []
    for suite, (kind, _) in NAMES.items():
        own = tuple(case for case in cases(kind) if case.startswith(f"{suite}/"))
        if kind in ("check", "feature"):
            jobs.append(Job(row=row, suite=suite, kind=kind, cases=own))
            continue
        size, count = ("small", PROCESSES) if kind == "bench" else ("", STARTUPS)
        jobs += [
            Job(row=row, suite=suite, kind=kind, cases=(case,), size=size, round=number)
            for case in own
            for number in range(count)
        ]
    return jobs


def _outcome(job: Job, rng: np.random.Generator) -> Outcome:
    if job.row == GONE:
        return Outcome(job=job, interpreter="", ending=Verdict.NOT_RUN, reason="no node")
    done = Outcome(job=job, interpreter=_key(job.row), ending=Verdict.PASS, exit_code=0)
    if job.kind == "startup":
        import_ns = int((1e4 + 3e7 * _share(job.cases[0])) * (5 if "graal" in job.row else 1))
        facts = {"import_ns": str(import_ns), "modules": "40", "bytecode": "39"}
        return replace(done, facts=facts, usage=_usage(job.row, rng, import_ns))
    return _bench(done, rng) if job.kind == "bench" else _checks(done, rng)


def _share(text: str) -> float:
    """A number in [0, 1) that belongs to a text."""
    return int(sha256(text.encode()).hexdigest()[:8], 16) / 2**32


def _bench(done: Outcome, rng: np.random.Generator) -> Outcome:
    row, case = done.job.row, done.job.cases[0]
    sort, luck = SORTS[row], _share(row.partition("-")[0] + case)
    if row.startswith("micropython") and luck < 0.2:
        reason = "SkipTest: no module of that name"
        return replace(done, ending=Verdict.UNSUPPORTED, reason=reason)
    if row.startswith("rustpython") and luck < 0.1:
        reason = "killed by SIGSEGV"
        return replace(done, ending=Verdict.CRASHED, reason=reason, exit_code=-11)
    warm_ns = 2e5 * 50 ** _share(case) / sort.speed * math.exp(-sort.spread * 2 * (luck - 0.5))
    process = rng.normal(0, 0.01)
    noise = np.exp(process + rng.normal(0, 0.012, MOST_SAMPLES))
    settles_s = sort.settles_s * 20 ** _share(case + "settles")
    at_s, samples = 0.0, list[Sample]()
    while at_s < sort.lives_s and len(samples) < MOST_SAMPLES:
        slower = 1 + (sort.cold - 1) * math.exp(-at_s / settles_s)
        run_ns = warm_ns * slower * noise[len(samples)]
        loops = max(1, round(sort.lives_s * 8e6 / run_ns)) if samples else 1
        wall = int(run_ns * loops)
        cores = 0.998 + sort.beside * (slower - 1) / (slower + 2)
        checksum = int(1e6 * _share(case)) + (row == "rustpython-0.6" and luck < 0.15)
        samples.append(Sample(case=case, loops=loops, wall_ns=wall, cpu_ns=int(wall * cores),
                              checksum=checksum))  # fmt: skip
        at_s += wall / 1e9
    facts = {"cpu_clock": "time_ns" if "micropython" in row else "process_time_ns"}
    return replace(done, samples=tuple(samples), facts=facts, usage=_usage(row, rng, at_s * 1e9))


def _usage(row: str, rng: np.random.Generator, spent_ns: float) -> Usage:
    sort = SORTS[row]
    first = int(sort.start_s * 1e9 * np.exp(rng.normal(0, 0.03)))
    wall = int(first + spent_ns + 5e6)
    return Usage(wall_ns=wall, user_ns=int(wall * 0.9), system_ns=int(wall * 0.07),
                 peak_bytes=int(sort.peak_bytes * np.exp(rng.normal(0, 0.01))),
                 first_line_ns=first)  # fmt: skip


def _checks(done: Outcome, rng: np.random.Generator) -> Outcome:
    names = CHECKS if done.job.kind == "check" else PROBES
    results = [_result(done.job.row, case, name) for case in done.job.cases for name in names]
    return replace(done, checks=tuple(results), usage=_usage(done.job.row, rng, 2e9))


def _result(row: str, case: str, check: str) -> CheckResult:
    sort, luck = SORTS[row], _share(row.partition("+")[0] + case + check)
    result = CheckResult(case=case, check=check, status="pass",
                         summary=f"Does {check[4:].replace('_', ' ')} hold?")  # fmt: skip
    if luck < sort.unsupported or (check.startswith("has_") and luck < 4 * sort.unsupported):
        return replace(result, status="skip", detail="SkipTest: os.fork")
    if check.startswith("has_"):
        return result
    if row == "rustpython-0.6" and luck > 0.997:
        return replace(result, status="crashed", detail="killed by SIGSEGV; alone too")
    if row == "micropython-1.26" and luck > 0.99:
        return replace(result, status="timed_out", detail="more than 120 s; alone too")
    if luck > 1 - sort.gaps:
        return replace(result, status="fail", detail="AssertionError: assert 3 == 2 (line 41)")
    return result


def _known() -> tuple[KnownGap, ...]:
    """Most of what differs is understood, each gap with one of a few reasons."""
    failing = (
        (row, case, check)
        for row in SORTS
        for case in cases("check")
        for check in CHECKS
        if row != GONE and _result(row, case, check).status == "fail"
    )
    return tuple(
        KnownGap(
            rows=row,
            case=case,
            check=check,
            verdict=Verdict.DIFFERS,
            reason=REASONS[int(len(REASONS) * _share(check + row.partition("-")[0]))],
            snippet=SNIPPET,
            link="https://example.org/differences",
        )
        for row, case, check in failing
        if _share(case + check) < 0.9
    )


def _key(row: str) -> str:
    name, _, variant = row.partition("+")
    return f"{name}.1{'+' + variant if variant else ''}-linux-x86_64"


def _measured_row(row: str) -> MeasuredRow:
    name, _, variant = row.partition("+")
    implementation, _, series = name.partition("-")
    measured = MeasuredRow(row=row, variant=variant, series=series, implementation=implementation,
                           title=f"{implementation} {series}", default=True)  # fmt: skip
    if row == GONE:
        return replace(measured, missing="no package root has node (pyrometer doctor tells more)")
    sort = SORTS[row]
    facts = Facts(
        implementation=implementation,
        version=f"{series}.1",
        language="3.12.8" if implementation != "cpython" else f"{series}.1",
        arch="x86_64",
        platform="linux",
        jit=sort.jit,
        gil=variant != "ft",
        compiler="GCC 10.2.1" if series == "3.9" else "GCC 16.2.0",
        config_args="--enable-optimizations --with-lto" if sort.recipe == "source" else "",
        clock="clock_gettime(CLOCK_MONOTONIC)",
        clock_resolution_ns=41,
    )
    receipt = Receipt(
        row=row,
        recipe=sort.recipe,
        key=f"{name}-{sha256(row.encode()).hexdigest()[:12]}",
        executable="usr/bin/python3",
        sources=tuple(_source(row, number) for number in range(22)),
        flags=("--enable-optimizations", "--with-lto") if sort.recipe == "source" else (),
        toolchain={"gcc": "16.2.0", "binutils": "2.45"} if sort.recipe == "source" else {},
        fetch_s=9.5,
        build_s=sort.build_s,
        size_bytes=int(sort.size_bytes),
        made="2026-06-01T09:00:00Z",
    )
    return replace(measured, interpreter=_key(row), facts=facts, receipt=receipt)


def _source(row: str, number: int) -> Source:
    digest = sha256(f"{row} {number}".encode()).hexdigest()
    return Source(name=f"libpart{number}-dev", version=f"6.6+2026-{number}", sha256=digest,
                  size_bytes=25_000 * (number + 1))  # fmt: skip


def _run(jobs: list[Job]) -> Run:
    known = [(case, kind) for suite, (kind, _) in NAMES.items() for case in cases(kind)
             if case.startswith(f"{suite}/")]  # fmt: skip
    return Run(
        schema=1,
        name="2026-06-01-many",
        started="2026-06-01T10:00:00Z",
        finished="2026-06-01T13:45:00Z",
        revision="0123456789abcdef0123456789abcdef01234567",
        plan_sha256=sha256(repr(len(jobs)).encode()).hexdigest(),
        seed=14,
        tier="full",
        reference=REFERENCE,
        command="pyrometer run --tier full --report",
        machine=MACHINE,
        rows=tuple(_measured_row(row) for row in SORTS),
        cases=tuple(
            MeasuredCase(id=case, suite=case.partition("/")[0], kind=kind, sha256="",
                         summary=f"What {case.partition('/')[2].replace('_', ' ')} mean or cost.")
            for case, kind in known
        ),
        known=_known(),
        job_ids=tuple(job.id for job in jobs),
    )  # fmt: skip
