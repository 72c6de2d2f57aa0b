"""How much of a run's timed work one interpreter is given. Pure.

Owns the answer to an interpreter whose start takes seconds and whose warm-up half a minute: it
gets fewer processes, then fewer cases, but never processes too short to warm up. A case that is
left out is called once for its checksum and shown as not timed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pyrometer.model import Row, Suite, SuiteKind, Tier

# Between the start of a process and its first line, beyond what a row says of itself.
PROCESS_OVERHEAD_S = 0.06
# All checks or probes of a suite together.
CHECK_JOB_S = 2.0
CHECK_JOB_STARTS = 10


@dataclass(frozen=True, kw_only=True)
class Intensity:
    """How much a tier spends: processes per cell, seconds for the whole, bounds per process.

    `least_processes` and `least_startups` are what an expensive row gets at least. `warmup`
    multiplies what a row says it needs to warm up, up to `most_warmup_s`. One row's timed
    processes take at most `row_share` of the budget, its start-up processes `startup_share`.
    """

    processes: int
    least_processes: int
    startups: int
    least_startups: int
    budget_s: float
    least_s: float
    most_s: float
    size: str
    warmup: float
    most_warmup_s: float
    row_share: float
    startup_share: float = 0.1


INTENSITY: dict[Tier, Intensity] = {
    "quick": Intensity(
        processes=4,
        least_processes=3,
        startups=6,
        least_startups=3,
        budget_s=1440,
        least_s=0.15,
        most_s=2.0,
        size="small",
        warmup=1.0,
        most_warmup_s=20.0,
        row_share=0.25,
    ),
    "full": Intensity(
        processes=10,
        least_processes=4,
        startups=20,
        least_startups=5,
        budget_s=3600,
        least_s=0.5,
        most_s=5.0,
        size="small",
        warmup=3.0,
        most_warmup_s=30.0,
        row_share=0.5,
    ),
    "wild": Intensity(
        processes=20,
        least_processes=10,
        startups=40,
        least_startups=10,
        budget_s=21600,
        least_s=1.0,
        most_s=20.0,
        size="large",
        warmup=10.0,
        most_warmup_s=120.0,
        row_share=0.5,
    ),
}


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """Rounds of the cases that one row is timed on, by id, and the seconds to warm up in each."""

    benches: dict[str, tuple[int, ...]]
    startups: dict[str, tuple[int, ...]]
    warmup_s: float

    @property
    def rounds(self) -> dict[str, tuple[int, ...]]:
        """Of every timed case."""
        return self.benches | self.startups


@dataclass(frozen=True, kw_only=True)
class Division:
    """A budget divided among rows: what each is given, and the sampling seconds of a process."""

    intensity: Intensity
    allowances: dict[str, Allowance]
    bench_s: float


def divide(
    rows: Sequence[Row], suites: Sequence[Suite], intensity: Intensity, budget_s: float
) -> Division:
    """The most processes a cell that fit into the budget, and then the longest samples.

    Where not even the least fit, the least is what is planned: fewer would show no interval.
    """
    for processes in range(intensity.processes, intensity.least_processes - 1, -1):
        fewer = replace(intensity, processes=processes)
        given = {row.name: allowance(row, suites, fewer, budget_s, rows=len(rows)) for row in rows}
        fixed_s = sum(_fixed_s(row, suites, given[row.name]) for row in rows)
        benches = sum(len(r) for one in given.values() for r in one.benches.values())
        if fixed_s + benches * intensity.least_s <= budget_s:
            break
    share_s = (budget_s - fixed_s) / max(1, benches)
    bench_s = min(intensity.most_s, max(intensity.least_s, share_s))
    return Division(intensity=fewer, allowances=given, bench_s=bench_s)


def allowance(
    row: Row, suites: Sequence[Suite], intensity: Intensity, budget_s: float, *, rows: int
) -> Allowance:
    """What one of `rows` rows is given of a budget: everything, or what its share can pay for."""
    warmup_s = min(row.warmup_s * intensity.warmup, max(row.warmup_s, intensity.most_warmup_s))
    start_s = row.start_s + PROCESS_OVERHEAD_S
    share = max(intensity.row_share, 1 / rows)  # where there are few, none has to step back
    benches = _afford(
        _ids(suites, "bench"),
        wanted=intensity.processes,
        least=intensity.least_processes,
        most=int(budget_s * share / (start_s + warmup_s + intensity.least_s)),
    )
    startups = _afford(
        _ids(suites, "startup"),
        wanted=intensity.startups,
        least=intensity.least_startups,
        most=int(budget_s * intensity.startup_share / start_s),
    )
    return Allowance(benches=benches, startups=startups, warmup_s=warmup_s)


def check_job_s(start_s: float) -> float:
    """Checks start children and import much: what starts slowly is slow at them too."""
    return CHECK_JOB_S + CHECK_JOB_STARTS * start_s


def evenly(count: int, out_of: int) -> tuple[int, ...]:
    """`count` of the numbers below `out_of`, spread evenly; all of them if there are no more."""
    if count >= out_of:
        return tuple(range(out_of))
    return tuple((2 * index + 1) * out_of // (2 * count) for index in range(count))


def _afford(
    cases: Sequence[str], *, wanted: int, least: int, most: int
) -> dict[str, tuple[int, ...]]:
    """Case → rounds, out of `wanted`, at most `most` processes: first fewer rounds, then cases."""
    if not cases:
        return {}
    rounds = min(wanted, max(min(least, wanted), most // len(cases)))
    kept = evenly(max(1, most // rounds), len(cases))
    return {cases[index]: evenly(rounds, wanted) for index in kept}


def _fixed_s(row: Row, suites: Sequence[Suite], given: Allowance) -> float:
    """Seconds that a row takes before anything of it is sampled: starts, checks and warm-up."""
    start_s = row.start_s + PROCESS_OVERHEAD_S
    checks = sum(suite.kind in ("check", "feature") for suite in suites)
    timed = len(_ids(suites, "bench")) + len(_ids(suites, "startup"))
    processes = sum(map(len, given.rounds.values())) + timed - len(given.rounds)
    warm_s = given.warmup_s * sum(map(len, given.benches.values()))
    return checks * (start_s + check_job_s(row.start_s)) + processes * start_s + warm_s


def _ids(suites: Sequence[Suite], kind: SuiteKind) -> list[str]:
    return [case.id for suite in suites if suite.kind == kind for case in suite.cases]
