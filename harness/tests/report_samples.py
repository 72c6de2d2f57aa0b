"""Hand-made reports: small, invented, with every kind of cell, item and cost that can occur."""

from __future__ import annotations

import math
from dataclasses import replace

from pyrometer.analysis.curve import telling
from pyrometer.analysis.findings import (
    Cell,
    Claim,
    Conformance,
    Cost,
    Course,
    Crossover,
    Curve,
    Figure,
    Item,
    Lead,
    Ratio,
    Report,
    Settling,
    Summary,
    Timing,
    Trace,
)
from pyrometer.model import (
    Facts,
    KnownGap,
    Machine,
    MeasuredCase,
    MeasuredRow,
    Receipt,
    Run,
    Source,
    SuiteKind,
    Verdict,
)

BASELINE = "cpython-3.11"
SPEEDS = {
    "cpython-3.9": 0.8,
    "cpython-3.11": 1.0,
    "cpython-3.13": 1.1,
    "cpython-3.14": 1.25,
    "cpython-3.14+jit": 1.27,
    "cpython-3.15": 1.32,
    "cpython-3.15+jit": 1.41,
    "pypy-7.3": 2.7,
    "pypy-8.0": 3.1,
    "graalpy-25.0+jit": 2.2,
    "graalpy-25.0+interp": 0.05,
    "rustpython-0.6": 0.25,
    "micropython-1.26": 0.42,
}
GONE = "pyodide-314"
GAP = KnownGap(
    rows="pypy-*",
    case="language/scopes",
    check="test_locals",
    verdict=Verdict.DIFFERS,
    reason="locals() returns the live dict",
    snippet="def f():\n    a = 1\n    return locals() is locals()\n",
    link="https://example.org/issue/1",
)


def measured_row(name: str) -> MeasuredRow:
    implementation, _, rest = name.partition("-")
    series, _, variant = rest.partition("+")
    if name == GONE:
        return MeasuredRow(row=name, implementation=implementation, series=series,
                           missing="npm is not installed")  # fmt: skip
    facts = Facts(
        implementation=implementation,
        version=f"{series}.1",
        language="3.11.4",
        arch="x86_64",
        platform="linux",
        jit="pypy" in name or variant == "jit",
        gil=True,
        compiler="GCC 10.2.1" if series == "3.9" else "GCC 16.2.0",
    )
    receipt = Receipt(
        row=name,
        recipe="debian",
        key=f"{abs(sum(map(ord, name))):08x}",
        executable="bin/python",
        sources=(Source(name="python", version=f"{series}.1-1", sha256="ab" * 32),),
        fetch_s=3.0,
        build_s=61.5,
        size_bytes=48 * 2**20,
    )
    plus = f"+{variant}" if variant else ""
    return MeasuredRow(
        row=name,
        interpreter=f"{implementation}-{series}.1{plus}-linux-x86_64",
        variant=variant,
        series=series,
        implementation=implementation,
        released="2026-10-01",
        facts=facts,
        receipt=receipt,
    )


def ratio(value: float, *, processes: int = 10, width: float = 1.04) -> Ratio:
    low, high = value / width, value * width
    claim = Claim.FASTER if low > 1 else Claim.SLOWER if high < 1 else Claim.UNDECIDED
    return Ratio(
        ratio=value,
        low=low,
        high=high,
        claim=claim,
        processes=processes,
        baseline_processes=processes,
        needed_processes=40 if claim is Claim.UNDECIDED else None,
    )


def timing(value_ns: float, *, jit: bool) -> Timing:
    slow = 30.0 if jit else 1.05
    at_s = tuple(0.01 * 1.4**step for step in range(24))
    runs_ns = tuple(value_ns * (1 + (slow - 1) / (1 + at**2 * 8)) for at in at_s)
    curve = Curve(
        at_s=at_s,
        median_ns=runs_ns,
        low_ns=tuple(one * 0.9 for one in runs_ns),
        high_ns=tuple(one * 1.2 for one in runs_ns),
    )
    return Timing(
        value_ns=value_ns,
        low_ns=value_ns * 0.97,
        high_ns=value_ns * 1.03,
        first_ns=value_ns * slow,
        total_ns=value_ns * 90,
        processes=10,
        samples=840,
        cores=1.0 if not jit else 1.4,
        settling=settling(jit=jit),
        runs=90.0,
        cpu_ns=value_ns * (1.4 if jit else 1.0),
        cores_whole=1.0 if not jit else 1.7,
        curve=curve if jit else None,
        trace=trace_of(curve) if jit else None,
    )


def trace_of(curve: Curve) -> Trace:
    return Trace(at_s=curve.at_s, run_ns=curve.low_ns, edges_s=(0.01, 0.1, 0.4, curve.at_s[-1]),
                 levels_ns=(curve.low_ns[0], curve.median_ns[8], curve.median_ns[-1]),
                 steady_s=0.4)  # fmt: skip


def settling(*, jit: bool) -> Settling:
    counts = {Course.FLAT: 3, Course.WARM_UP: 7} if jit else {Course.FLAT: 10}
    return Settling(
        course=Course.GOOD_INCONSISTENT if jit else Course.FLAT,
        courses=counts,
        at_s=0.4 if jit else 0.02,
        low_s=0.1 if jit else 0.01,
        high_s=0.9 if jit else 0.03,
        runs=17.0 if jit else 1.0,
        low_runs=1.0,
        high_runs=40.0 if jit else 1.0,
        reached=10,
        processes=10,
        within_s=4.0,
        samples=840,
        outliers=6,
        autocorrelation=0.21,
    )


def crossover(at_s: float, *, reached: int = 10) -> Crossover:
    ahead = at_s if reached > 5 else math.inf
    return Crossover(at_s=ahead, low_s=at_s / 2, high_s=at_s * 2 if reached == 10 else math.inf,
                     runs=12.4 if reached > 5 else math.inf, reached=reached, processes=10,
                     within_s=4.0)  # fmt: skip


def cell(row: str, case: str, size: str, value: float) -> Cell:
    suite = case.partition("/")[0]
    jit = "pypy" in row or "jit" in row
    plain = Cell(row=row, case=case, suite=suite, size=size, verdict=Verdict.PASS, expected=True)
    if row.startswith("micropython") and "json" in case:
        return replace(
            plain, verdict=Verdict.UNSUPPORTED, reason="no module json", withheld="unsupported"
        )
    if row.startswith("rustpython") and "regex" in case:
        return replace(
            plain,
            verdict=Verdict.DIFFERS,
            expected=False,
            reason="checksum 12 instead of 17",
            withheld="differs",
        )
    clock = timing(2e6 / value, jit=jit)
    warm = not (row.startswith("graalpy") and len(case) % 3 == 0)
    return replace(
        plain,
        timing=clock,
        speed=ratio(value) if warm else None,
        cpu=ratio(value / 1.4 if jit else value) if warm else None,
        faster_from=crossover(0.2) if jit else None,
        paid_back=crossover(0.9, reached=10 if value > 1 else 3) if jit else None,
        paid_back_called=crossover(0.6, reached=10 if value > 1 else 3) if jit else None,
        first=ratio(value / 9 if jit else value),
        total=ratio(value / 1.3 if jit else value),
        withheld="" if warm else "no steady state",
        warnings=() if warm else ("7 of 10 processes had no steady state",),
    )


CASES: dict[str, tuple[SuiteKind, tuple[str, ...]]] = {
    "language": ("check", ("scopes", "strings", "generators")),
    "features": ("feature", ("fork", "ctypes", "threads")),
    "startup": ("startup", ("import_asyncio", "import_typing")),
    "micro": ("bench", ("integer_loop", "regex_matching", "json_round_trip", "closures")),
    "programs": ("bench", ("richards", "nbody", "havlak")),
}


FEW: dict[str, tuple[SuiteKind, tuple[str, ...]]] = {
    "language": ("check", ("scopes",)),
    "micro": ("bench", ("closures",)),
}


def sample_report(
    rows: tuple[str, ...] = (*SPEEDS, GONE),
    *,
    cases: dict[str, tuple[SuiteKind, tuple[str, ...]]] = CASES,
    baseline: str = BASELINE,
) -> Report:
    """A whole report over `rows`; a row named `GONE` could not be had."""
    measured = tuple(measured_row(name) for name in rows)
    there = [row for row in measured if not row.missing]
    known = tuple(
        MeasuredCase(
            id=f"{suite}/{name}", suite=suite, kind=kind, summary=f"about {name}", sha256=""
        )
        for suite, (kind, names) in cases.items()
        for name in names
    )
    cells = tuple(
        cell(row.row, case.id, "large", speed_of(row.row, index) / speed_of(baseline, index))
        for row in there
        for index, case in enumerate(known)
        if case.kind == "bench"
    )
    items = tuple(item for row in there for item in items_of(row.row, cases))
    return Report(
        run=sample_run(measured, known),
        complete=True,
        baseline=baseline,
        rows=measured,
        cases=known,
        summaries=tuple(summary_of(row, suite, cells, baseline) for row in there
                        for suite, (kind, _) in cases.items() if kind == "bench"),
        cells=cells,
        conformance=conformance_of(items),
        items=items,
        costs=tuple(cost_of(row, cases) for row in measured),
        unexpected=tuple(
            f"{cell.row}: {cell.case}: {cell.reason}" for cell in cells if not cell.expected
        ),
        warnings=("turbo is on: times of one machine only", "load 0.8 before the run"),
        outcomes=2310,
        duration_s=5230.0,
        telling=telling(cells),
        leads=tuple(lead_of(row.row, suite, cells) for row in there if row.facts and row.facts.jit
                    and row.row != baseline for suite, (kind, _) in cases.items()
                    if kind == "bench"),
    )  # fmt: skip


def speed_of(row: str, index: int) -> float:
    wobble = (
        (0.6, 0.85, 1.0, 1.2, 1.9)[(index + len(row)) % 5] if "pypy" in row or "jit" in row else 1.0
    )
    return SPEEDS[row] * wobble


def summary_of(row: MeasuredRow, suite: str, cells: tuple[Cell, ...], baseline: str) -> Summary:
    mine = [cell for cell in cells if cell.row == row.row and cell.suite == suite]
    missing = {cell.case: cell.withheld for cell in mine if cell.speed is None}
    value = SPEEDS[row.row] / SPEEDS[baseline]
    return Summary(
        row=row.row,
        interpreter=row.interpreter,
        arch="x86_64",
        metric="steady",
        suite=suite,
        baseline=baseline,
        ratio=ratio(value, width=1.06) if row.row != baseline else ratio(1.0, width=1.0),
        like_low=value / 1.4,
        like_high=value * 1.4,
        cases=len(mine) - len(missing),
        missing=missing,
        leave_one_out_low=value / 1.1,
        leave_one_out_high=value * 1.1,
        cores=1.0,
        cores_whole=1.2,
        cpu=ratio(value / 1.4) if row.row != baseline else None,
        total=ratio(value / 1.3),
        total_cases=sum(cell.total is not None for cell in mine),
    )


def lead_of(row: str, suite: str, cells: tuple[Cell, ...]) -> Lead:
    mine = [cell for cell in cells if cell.row == row and cell.suite == suite]
    at_s = tuple(0.02 * 1.5**step for step in range(14))
    most = len(mine) if SPEEDS[row] > 1 else 0
    ahead = tuple(min(most, step // 3) for step in range(14))
    return Lead(row=row, suite=suite, at_s=at_s, ahead=ahead, cases=len(mine), left_out=0)


def items_of(row: str, cases: dict[str, tuple[SuiteKind, tuple[str, ...]]]) -> list[Item]:
    items = []
    for suite, (kind, names) in cases.items():
        if kind not in ("check", "feature"):
            continue
        for name in names:
            for check in ("test_locals", "test_plain") if kind == "check" else ("probe",):
                items.append(judged(row, suite, name, check, kind))
    return items


def judged(row: str, suite: str, name: str, check: str, kind: SuiteKind) -> Item:
    verdict, expected, reason, known = Verdict.PASS, True, "", None
    if kind == "feature" and name == "fork" and row.startswith(("graalpy", "micropython")):
        verdict, reason = Verdict.UNSUPPORTED, "os.fork is absent"
    elif row.startswith("pypy") and (name, check) == ("scopes", "test_locals"):
        verdict, reason, known = Verdict.DIFFERS, "True instead of False", GAP
    elif row.startswith("rustpython") and (name, check) == ("strings", "test_plain"):
        verdict, reason, expected = Verdict.CRASHED, "signal 4", False
    return Item(row=row, suite=suite, case=f"{suite}/{name}", check=check, verdict=verdict,
                expected=expected, reason=reason, known=known, summary="promised")  # fmt: skip


def conformance_of(items: tuple[Item, ...]) -> tuple[Conformance, ...]:
    found: dict[tuple[str, str], list[Item]] = {}
    for item in items:
        found.setdefault((item.row, item.suite), []).append(item)
    return tuple(
        Conformance(
            row=row,
            suite=suite,
            counts={verdict: sum(item.verdict is verdict for item in group) for verdict in Verdict},
            unexpected=sum(not item.expected for item in group),
        )
        for (row, suite), group in found.items()
    )


def cost_of(row: MeasuredRow, cases: dict[str, tuple[SuiteKind, tuple[str, ...]]]) -> Cost:
    if row.missing or row.receipt is None:
        return Cost(row=row.row, fetch_s=None, build_s=None, size_bytes=None, start_ns=None,
                    peak_bytes=None)  # fmt: skip
    names = cases.get("startup", ("startup", ()))[1]
    start_ns = 6e9 if "graalpy" in row.row else 18e6
    return Cost(
        row=row.row,
        fetch_s=row.receipt.fetch_s,
        build_s=row.receipt.build_s,
        size_bytes=row.receipt.size_bytes,
        start_ns=Figure(value=start_ns, low=start_ns * 0.96, high=start_ns * 1.04, count=10),
        peak_bytes=Figure(value=9.2e6, low=9.1e6, high=9.3e6, count=10),
        imports={f"startup/{name}": Figure(value=4e7, low=3.9e7, high=4.1e7, count=10)
                 for name in names},
        bytecode={f"startup/{name}": 0.98 for name in names},
    )  # fmt: skip


def sample_run(rows: tuple[MeasuredRow, ...], cases: tuple[MeasuredCase, ...]) -> Run:
    return Run(
        schema=1,
        name="2026-11-24-box",
        started="2026-11-24T10:00:00+00:00",
        finished="2026-11-24T11:27:10+00:00",
        revision="0123456789abcdef",
        plan_sha256="cd" * 32,
        seed=20261124,
        tier="quick",
        reference="cpython-3.11",
        command="pyrometer run --report",
        machine=Machine(
            name="box",
            cpu="Example CPU 2.5 GHz",
            arch="x86_64",
            cores=2,
            memory_bytes=8 * 2**30,
            kernel="6.1.0",
            distribution="Debian 12",
            libc="glibc 2.36",
            virtualised="kvm",
            governor="unknown",
            turbo="on",
            load_before=0.8,
            aslr="2",
        ),
        rows=rows,
        cases=cases,
        known=(GAP,),
        job_ids=("a", "b"),
    )


def withheld_only(report: Report, *rows: str) -> Report:
    """The same report where no timed cell is steady, or none of these rows."""
    held = set(rows) or {row.row for row in report.rows}
    cells = tuple(
        replace(cell, speed=None, withheld="no steady state") if cell.row in held else cell
        for cell in report.cells
    )
    summaries = tuple(_without_figure(one) if one.row in held else one for one in report.summaries)
    return replace(report, cells=cells, summaries=summaries if rows else ())


def _without_figure(summary: Summary) -> Summary:
    nothing = replace(summary.ratio, ratio=math.nan, low=math.nan, high=math.nan)
    return replace(summary, ratio=nothing, cases=0, missing={})
