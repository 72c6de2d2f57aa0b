"""How often this program is wrong: comparisons whose truth is known, counted.

Owns the names of the rows of a calibration and what is counted in them. Every comparison is decided
by the functions that decide a report. Refuses to run anything.

The rows of a calibration are one build under many labels: `ROW+same-1`, `ROW+same-2`, … do the same
work, `ROW+plus-20` does 20 thousandths more. The rounds of a case are cut into comparisons of as
many processes a side as a report has. Sides are never used twice for one figure.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from scipy.stats import beta

from pyrometer.analysis.against import Against, headline
from pyrometer.analysis.cells import Measured, measure
from pyrometer.analysis.family import corrected
from pyrometer.analysis.findings import Claim, Ratio
from pyrometer.analysis.findings.errors import ErrorRates, Recall, Share
from pyrometer.analysis.gather import Gathered
from pyrometer.analysis.labels import LABEL, PROCESSES
from pyrometer.analysis.planning import half_width_of
from pyrometer.analysis.ratio import LEVEL

DIFFERENT = (Claim.FASTER, Claim.SLOWER)


def share(count: int, of: int) -> Share:
    """A share with its exact interval (Clopper & Pearson, Biometrika 26, 1934)."""
    tail = (1 - LEVEL) / 2
    low = float(beta.ppf(tail, count, of - count + 1)) if count else 0.0
    high = float(beta.ppf(1 - tail, count + 1, of - count)) if count < of else 1.0
    return Share(value=count / of if of else None, low=low, high=high, comparisons=of)


@dataclass(frozen=True, kw_only=True)
class _Labels:
    """One case on one interpreter under all of its labels."""

    case: str
    same: tuple[Measured, ...]
    plus: Mapping[int, Measured]

    def group(self, cell: Measured, number: int, processes: int) -> Measured | None:
        """The cell with the processes of one group of rounds; None where it lacks one."""
        own = tuple(one for one in cell.processes if one.round // processes == number)
        return replace(cell, processes=own) if len(own) == processes else None

    @cached_property
    def rounds(self) -> int:
        """How many rounds there are."""
        cells = (*self.same, *self.plus.values())
        return 1 + max((one.round for cell in cells for one in cell.processes), default=-1)

    @cached_property
    def logs(self) -> Mapping[int, Mapping[int, float]]:
        """Dose → round → ln of its time over the mean of all labels without one."""
        plain = [cell.by_round(lambda one: one.value_ns) for cell in self.same]
        found: dict[int, dict[int, float]] = {}
        for dose, cell in self.plus.items():
            own = cell.by_round(lambda one: one.value_ns)
            whole = [n for n in own if all(n in side for side in plain)]
            found[dose] = {
                n: math.log(own[n]) - float(np.mean([math.log(side[n]) for side in plain]))
                for n in whole
            }
        return found

    def true_log(self, dose: int, number: int, processes: int) -> tuple[float, float]:
        """What a dose costs, from all rounds but those of one group; its half-width, NaN for none.

        The truth is measured too: what is held against it has to allow for that.
        """
        others = [log for n, log in self.logs[dose].items() if n // processes != number]
        if len(others) < 2:
            return math.nan, math.nan
        return float(np.mean(others)), half_width_of(float(np.var(others, ddof=1)), len(others))


@dataclass(kw_only=True)
class _Tally:
    """What was decided, counted."""

    processes: int
    withheld: int = 0
    alarms: list[bool] = field(default_factory=list)
    reports: list[bool] = field(default_factory=list)
    found: dict[int, list[bool]] = field(default_factory=lambda: defaultdict(list))
    covered: list[bool] = field(default_factory=list)
    equivalent: list[bool] = field(default_factory=list)


def error_rates(gathered: Gathered) -> tuple[ErrorRates, ...]:
    """The figures of a calibration run, for each number of processes that it has rounds for."""
    labels = _labels(gathered)
    return tuple(
        _rates(labels, processes)
        for processes in PROCESSES
        if any(one.rounds >= processes for one in labels)
    )


def _labels(gathered: Gathered) -> list[_Labels]:
    plain: dict[tuple[str, str], dict[int, Measured]] = defaultdict(dict)
    dosed: dict[tuple[str, str], dict[int, Measured]] = defaultdict(dict)
    for key, cell in measure(gathered).items():
        label = LABEL.fullmatch(key.row)
        if label is not None:
            kind = plain if label["kind"] == "same" else dosed
            kind[label["row"], key.case][int(label["number"])] = cell
    return [
        _Labels(
            case=case,
            same=tuple(cell for _, cell in sorted(cells.items())),
            plus=dict(sorted(dosed[row, case].items())),
        )
        for (row, case), cells in plain.items()
    ]


def _rates(labels: Sequence[_Labels], processes: int) -> ErrorRates:
    tally = _Tally(processes=processes)
    for number in range(max(one.rounds for one in labels) // processes):
        reports: dict[int, dict[int, Against]] = defaultdict(dict)
        for at, one in enumerate(labels):
            for pair, held in _same_pairs(one, number, tally):
                reports[pair][at] = held
            _doses(one, number, tally)
        tally.reports += [
            _claims(held.speed for held in corrected(family).values())
            for family in reports.values()
            if len(family) == len(labels)
        ]
    return _counted(labels, tally)


def _same_pairs(labels: _Labels, number: int, tally: _Tally) -> Iterable[tuple[int, Against]]:
    """Each pair of labels held against each other; the claims without any margin are tallied."""
    for pair, (a, b) in enumerate(zip(labels.same[::2], labels.same[1::2], strict=False)):
        sides = (labels.group(side, number, tally.processes) for side in (a, b))
        one, other = sides
        if one is None or other is None:
            continue
        bare, held = headline(one, other, margin=0), headline(one, other)
        if bare.speed is None:
            tally.withheld += 1
            continue
        tally.alarms.append(bare.speed.claim in DIFFERENT)
        yield pair, held


def _doses(labels: _Labels, number: int, tally: _Tally) -> None:
    for at, (dose, cell) in enumerate(labels.plus.items()):
        baseline = labels.group(labels.same[at % len(labels.same)], number, tally.processes)
        its = labels.group(cell, number, tally.processes)
        true, within = labels.true_log(dose, number, tally.processes)
        if baseline is None or its is None:
            continue
        bare = headline(baseline, its, margin=0).speed
        if bare is None:
            tally.withheld += 1
            continue
        tally.found[dose].append(bare.claim is Claim.SLOWER)
        if not math.isfinite(true):
            continue
        apart = abs(math.log(bare.ratio) + true)
        half_width = math.log(bare.high / bare.low) / 2
        tally.covered.append(apart <= math.hypot(half_width, within))
        at_margin = headline(baseline, its, margin=math.expm1(abs(true))).speed
        tally.equivalent.append(at_margin is not None and at_margin.claim is Claim.NO_DIFFERENCE)


def _claims(ratios: Iterable[Ratio | None]) -> bool:
    return any(ratio is not None and ratio.claim in DIFFERENT for ratio in ratios)


def _counted(labels: Sequence[_Labels], tally: _Tally) -> ErrorRates:
    return ErrorRates(
        processes=tally.processes,
        false_positive_rate=_of(tally.alarms),
        report_claim_rate=_of(tally.reports),
        coverage=_of(tally.covered),
        equivalent_at_margin=_of(tally.equivalent),
        recall=tuple(
            Recall(effect=_effect(labels, dose), share=_of(hits))
            for dose, hits in sorted(tally.found.items())
        ),
        withheld=tally.withheld,
    )


def _of(hits: Sequence[bool]) -> Share:
    return share(sum(hits), len(hits))


def _effect(labels: Sequence[_Labels], dose: int) -> float:
    """What a dose cost, over all cases and rounds."""
    logs = [log for one in labels for log in one.logs.get(dose, {}).values()]
    return math.expm1(float(np.mean(logs))) if logs else math.nan
