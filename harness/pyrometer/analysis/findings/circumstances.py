"""How the measuring went: what it took, how steady the machine was, how precise it became."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Effort:
    """What the processes of one suite took on one row, and what those that died said last.

    `wall_s` sums all of them. `cell_s`: (case, size) → those of one timed case; checks and probes
    share a process and have no time of their own. `last_words`: job id → the end of its stderr.
    """

    row: str
    suite: str
    wall_s: float
    cell_s: Mapping[tuple[str, str], float]
    last_words: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How steady the machine was: a fixed piece of work, timed before each of so many processes.

    Median and the percentiles 10 and 90 in nanoseconds; `changes` are (when, times as long as
    before); `steal` the mean share of its processors that its host took, `throttled` during how
    many of the processes a processor slowed itself down for heat, None where unknown.
    """

    processes: int
    median_ns: float
    low_ns: float
    high_ns: float
    changes: tuple[tuple[str, float], ...]
    steal: float | None
    throttled: int | None


@dataclass(frozen=True, kw_only=True)
class Reached:
    """A cell of a run with a wished precision: what its last stage was to reach and did.

    `half_width` of the interval at 95 % of the ratio to the reference (`paired`) or of the cell's
    own time, as a share, NaN where there is none; `limited` says why fewer processes were planned
    than the wish asks for.
    """

    row: str
    case: str
    planned: int
    processes: int
    expected: float
    half_width: float
    paired: bool
    limited: str
