"""Instructions instead of time: what each case executes on each row, and how well that repeats.

Owns the count of a process (the mean over the last half of its runs), which processes are left out
(the first of a cell, which may have had bytecode to write), and which row each is held against:
that of the baseline's name on the same architecture, since counts of two architectures are of two
languages. Refuses to call fewer instructions faster.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from pyrometer.analysis.apart import Found, apart
from pyrometer.analysis.checksums import judge_timed
from pyrometer.analysis.findings.apart import Apart
from pyrometer.analysis.findings.counts import Counted, CountedCell, CountedSuite
from pyrometer.analysis.gather import Gathered, Key
from pyrometer.analysis.summarise import like_these
from pyrometer.model import MeasuredRow, Outcome, Verdict

# Of the median: beyond it a count is said not to repeat.
SPREAD = 0.001
# A process whose last quarter differs so much from the one before has not warmed up, or is uneven.
STILL = 0.03


def counted(gathered: Gathered, baseline: str) -> Counted | None:
    """All counts of a run and their suites; None for a run that measured time."""
    if gathered.run.metric != "instructions":
        return None
    against = baselines(list(gathered.rows.values()), baseline)
    verdicts, _ = judge_timed(gathered)
    bare = {
        key: _cell(gathered.rows[key.row], key, verdicts[key].verdict, outcomes)
        for key, outcomes in gathered.timed.items()
        if not gathered.rows[key.row].missing
    }
    cells = tuple(_held(cell, bare.get(_same(key, against))) for key, cell in bare.items())
    instruments = {
        _arch(gathered.rows[outcome.job.row]): outcome.facts["instrument"]
        for outcome in gathered.outcomes
        if "instrument" in outcome.facts
    }
    return Counted(
        baselines=tuple(dict.fromkeys(filter(None, against.values()))),
        instruments=dict(sorted(instruments.items())),
        cells=cells,
        suites=_suites(cells),
        releases=_releases(bare, gathered.rows),
        apart=_apart(cells, gathered, against),
    )


def _apart(
    cells: Sequence[CountedCell], gathered: Gathered, against: Mapping[str, str]
) -> tuple[Apart, ...]:
    """Where the architectures differ, the machine's own first; baselines differ from nothing."""
    own = gathered.run.machine.arch
    architectures = sorted({cell.arch for cell in cells}, key=lambda arch: (arch != own, arch))
    names = {
        _identity(row): row.row
        for arch in reversed(architectures)
        for row in gathered.rows.values()
        if _arch(row) == arch
    }
    who = {row.row: names.get(_identity(row), row.row) for row in gathered.rows.values()}
    held = [cell for cell in cells if cell.row not in against.values()]
    return apart(
        (Found(who[cell.row], cell.case, cell.size, cell.arch, cell.ratio) for cell in held),
        architectures,
    )


def baselines(rows: Sequence[MeasuredRow], baseline: str) -> dict[str, str]:
    """Row → what it is held against: the baseline's like of the same architecture, "" for none."""
    model = next((row for row in rows if row.row == baseline), None)
    if model is None:
        return {}
    alike = {_arch(row): row.row for row in reversed(rows) if _identity(row) == _identity(model)}
    return {row.row: alike.get(_arch(row), "") for row in rows}


def _identity(row: MeasuredRow) -> tuple[str, str, str]:
    return row.implementation, row.series, row.variant


def _arch(row: MeasuredRow) -> str:
    return row.facts.arch if row.facts else ""


def _same(key: Key, against: Mapping[str, str]) -> Key:
    return key._replace(row=against.get(key.row, ""))


def _cell(row: MeasuredRow, key: Key, verdict: Verdict, outcomes: Sequence[Outcome]) -> CountedCell:
    usual = [one for one in outcomes if one.ending is Verdict.PASS and one.samples]
    first = min(outcomes, key=_began, default=None)  # it may have bytecode to write
    kept = [one for one in usual if one is not first] or usual
    runs = [[s.instructions / s.loops for s in one.samples] for one in kept]
    beside = [sum(s.beside for s in one.samples) / len(one.samples) for one in kept]
    last = np.array([float(np.mean(series[len(series) // 2 :])) for series in runs])
    return CountedCell(
        row=row.row,
        arch=_arch(row),
        case=key.case,
        suite=key.case.partition("/")[0],
        size=key.size,
        instructions=float(np.median(last)) if last.size else math.nan,
        beside=float(np.median(beside)) if beside else math.nan,
        processes=len(kept),
        distinct=len(set(last.tolist())),
        spread=float(np.ptp(last) / np.median(last)) if last.size else math.nan,
        iterations=tuple(np.median(runs, axis=0).tolist()) if _even(runs) else (),
        withheld=_withheld(verdict, runs, outcomes, compiles=bool(row.facts and row.facts.jit)),
    )


def _began(outcome: Outcome) -> tuple[str, int]:
    """Orders processes as they ran: older result sets have rounds in another order."""
    return outcome.started, outcome.job.round


def _even(runs: Sequence[Sequence[float]]) -> bool:
    return bool(runs) and len({len(series) for series in runs}) == 1


def _withheld(
    verdict: Verdict,
    runs: Sequence[Sequence[float]],
    outcomes: Sequence[Outcome],
    *,
    compiles: bool,
) -> str:
    """Why a count says nothing; empty where it does.

    Where nothing is compiled while it runs, runs that differ are a collector at work in some.
    """
    if verdict is not Verdict.PASS:
        return str(verdict.value).replace("_", " ")
    if not runs:
        return next((one.reason for one in outcomes if one.reason), "not counted")
    moves = [_moved(series) for series in runs if len(series) > 1]
    if not moves or float(np.median(moves)) <= STILL:
        return ""
    return "still warming" if compiles else "runs differ"


def _moved(series: Sequence[float]) -> float:
    """How far the last quarter of the runs is from the one before, as a share."""
    quarter = max(1, len(series) // 4)
    last, before = series[-quarter:], series[-2 * quarter : -quarter]
    return abs(float(np.median(last) / np.median(before)) - 1)


def _held(cell: CountedCell, other: CountedCell | None) -> CountedCell:
    if other is None or cell.withheld or other.withheld:
        return cell
    return replace(cell, ratio=other.instructions / cell.instructions)


def _releases(
    bare: Mapping[Key, CountedCell], rows: Mapping[str, MeasuredRow]
) -> tuple[CountedSuite, ...]:
    """CPython's releases over each suite, held against the earliest of the same architecture."""
    counted_rows = {key.row for key in bare}
    own = [rows[name] for name in rows if name in counted_rows and _is_release(rows[name])]
    plain = sorted((row for row in own if not row.variant), key=_version, reverse=True)
    earliest = {_arch(row): row.row for row in plain}
    against = {row.row: earliest.get(_arch(row), "") for row in own}
    held = [
        _held(cell, bare.get(_same(key, against)))
        for key, cell in bare.items()
        if key.row in against
    ]
    return _suites(held)


def _is_release(row: MeasuredRow) -> bool:
    return row.implementation == "cpython" and row.series.startswith("3.")


def _version(row: MeasuredRow) -> tuple[int, ...]:
    return tuple(int(part) for part in row.series.split(".") if part.isdigit())


def _suites(cells: Sequence[CountedCell]) -> tuple[CountedSuite, ...]:
    groups: dict[tuple[str, str], list[CountedCell]] = {}
    for cell in cells:
        groups.setdefault((cell.row, cell.suite), []).append(cell)
    return tuple(_suite(group) for group in groups.values())


def _suite(cells: Sequence[CountedCell]) -> CountedSuite:
    """The geometric mean over the cases, and how far it would go for other cases like these.

    The interval is that for cases like these: the counts themselves have next to no error.
    """
    logs = np.log([cell.ratio for cell in cells if math.isfinite(cell.ratio)])
    middle, half = like_these(logs) if logs.size else (math.nan, math.nan)
    repeats = [cell for cell in cells if cell.processes > 1]
    return CountedSuite(
        row=cells[0].row,
        arch=cells[0].arch,
        suite=cells[0].suite,
        ratio=math.exp(middle),
        low=math.exp(middle - half),
        high=math.exp(middle + half),
        cases=logs.size,
        missing={
            cell.case: cell.withheld or "no baseline of this architecture"
            for cell in cells
            if not math.isfinite(cell.ratio)
        },
        exact=sum(cell.distinct == 1 for cell in repeats),
        repeated=len(repeats),
        widest=max((cell.spread for cell in repeats), default=math.nan),
    )
