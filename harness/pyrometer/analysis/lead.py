"""Who is ahead, and when: in how many cases of a suite a row has done more than the baseline.

Owns which cells can be held against each other over time. Refuses to extrapolate the row: it is
told of up to the end of its shortest process.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from pyrometer.analysis.cells import Measured
from pyrometer.analysis.crossover import spent_ns, timely
from pyrometer.analysis.findings import Lead
from pyrometer.analysis.gather import Gathered, Key
from pyrometer.analysis.process_value import Process
from pyrometer.analysis.series import Floats
from pyrometer.model import Verdict

POINTS = 120


def comparable(its: Measured, baseline: Measured) -> bool:
    """Whether its runs can be held against the baseline's over time.

    A wrong answer overtakes nobody, and a baseline without a steady state cannot go on.
    """
    right = its.judged.verdict is Verdict.PASS
    return right and its is not baseline and not baseline.withheld


def leads(gathered: Gathered, measured: Mapping[Key, Measured], baseline: str) -> tuple[Lead, ...]:
    """Of each row that compiles while it runs, over each suite of benches where it can be told."""
    suites = dict.fromkeys(case.suite for case in gathered.cases_of("bench"))
    found = []
    for row in gathered.rows:
        for suite in suites:
            own = [cell for key, cell in measured.items()
                   if key.row == row and key.case.startswith(f"{suite}/")]  # fmt: skip
            others = [measured.get(cell.key._replace(row=baseline)) for cell in own]
            pairs = [
                (timely(its.processes), timely(other.processes))
                for its, other in zip(own, others, strict=True)
                if its.compiles and other is not None and comparable(its, other)
            ]
            known = [pair for pair in pairs if pair[0] and pair[1]]
            if known:
                found.append(_lead(row, suite, known, len(own) - len(known)))
    return tuple(found)


def _lead(
    row: str,
    suite: str,
    pairs: Sequence[tuple[Sequence[Process], Sequence[Process]]],
    left_out: int,
) -> Lead:
    own = [one for its, _ in pairs for one in its]
    ends_ns = min(one.start_ns + float(one.elapsed_ns[-1]) for one in own)
    begins_ns = min(*(one.start_ns for one in own), ends_ns)
    at_ns = np.geomspace(begins_ns, ends_ns, POINTS)
    ahead = np.sum([is_ahead(its, others, at_ns) for its, others in pairs], axis=0)
    return Lead(
        row=row,
        suite=suite,
        at_s=tuple((at_ns / 1e9).tolist()),
        ahead=tuple(int(one) for one in ahead),
        cases=len(pairs),
        left_out=left_out,
    )


def is_ahead(processes: Sequence[Process], baseline: Sequence[Process], at_ns: Floats) -> Floats:
    """1 at the moments since the start at which most processes had done more than the baseline.

    More: the baseline takes longer, in the mean over its processes, for as many runs.
    """
    votes = np.zeros(at_ns.size)
    for one in processes:
        ends_ns = one.start_ns + np.append(0.0, one.elapsed_ns)
        runs = np.interp(at_ns, ends_ns, np.append(0.0, one.work))
        votes += (runs > 0) & (spent_ns(baseline, runs) > at_ns)
    return np.asarray(votes > len(processes) / 2, float)
