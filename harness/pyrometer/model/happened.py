"""What happened: all that one process left behind, before anybody judges it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pyrometer.model.planned import Job
from pyrometer.model.words import Verdict


@dataclass(frozen=True, slots=True)  # a result set has a million of them
class Sample:
    """`loops` runs of a case measured together; the checksum is that of every one of them.

    Of time, or of instructions: those of the thread that ran the case, and of all others beside
    it. What was not measured is 0, as times are on an emulated processor.
    """

    case: str
    loops: int
    wall_ns: int
    cpu_ns: int
    checksum: int
    instructions: int = 0
    beside: int = 0


@dataclass(frozen=True, kw_only=True)
class CheckResult:
    """What became of one test function or probe, before anyone judges it.

    `check` is `*` where the case as a whole is meant. The first three statuses are its own
    words; the others are what the host saw when the process died on it, also when alone.
    """

    case: str
    check: str
    status: Literal["pass", "fail", "skip", "crashed", "timed_out", "garbled"]
    value: str | None = None
    detail: str = ""
    summary: str = ""


@dataclass(frozen=True, kw_only=True)
class Usage:
    """What the kernel charged a process tree with."""

    wall_ns: int
    user_ns: int
    system_ns: int
    peak_bytes: int
    first_line_ns: int | None = None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """All that one process left behind.

    `ending` says how the process ended as a process: `pass` when it ran to its `end` record,
    otherwise the misbehaviour. Whether its values are right is decided by analysis. `spin_ns` is
    what a fixed piece of work took the harness just before it (0: not timed), `steal` the share of
    all processors' time that the host of a virtual machine took for others during it, `throttled`
    how often processors slowed themselves down for heat meanwhile (None: the kernel does not say).
    """

    job: Job
    interpreter: str
    ending: Verdict
    reason: str = ""
    exit_code: int | None = None
    samples: Sequence[Sample] = ()
    checks: tuple[CheckResult, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    stderr_tail: str = ""
    usage: Usage | None = None
    load: float | None = None
    started: str = ""
    spin_ns: int = 0
    steal: float | None = None
    throttled: int | None = None
