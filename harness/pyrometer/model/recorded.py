"""What is recorded of a run beside its outcomes: its head, with the machine, rows and cases."""

from __future__ import annotations

from dataclasses import dataclass

from pyrometer.model.defined import KnownGap
from pyrometer.model.obtained import Facts, Receipt
from pyrometer.model.words import Metric, SuiteKind, Tier


@dataclass(frozen=True, kw_only=True)
class Machine:
    """Facts of a machine that move a timing; nothing that names its owner."""

    name: str
    cpu: str
    arch: str
    cores: int
    memory_bytes: int
    kernel: str
    distribution: str
    libc: str
    virtualised: str
    governor: str
    turbo: str
    load_before: float | None
    swap_bytes: int = 0
    aslr: str = ""
    smt: str = ""
    isolated: str = ""
    temperature: str = ""


@dataclass(frozen=True, kw_only=True)
class MeasuredRow:
    """A row as it was in one run: who it was, or why it could not be had."""

    row: str
    interpreter: str = ""
    variant: str = ""
    series: str = ""
    implementation: str = ""
    title: str = ""
    released: str = ""
    default: bool = False
    warmup_s: float = 0.0
    missing: str = ""
    receipt: Receipt | None = None
    facts: Facts | None = None


@dataclass(frozen=True, kw_only=True)
class MeasuredCase:
    """A case as it was in one run."""

    id: str
    suite: str
    kind: SuiteKind
    summary: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class PlannedCell:
    """What the last stage of a run was planned to reach in one cell.

    `processes` in all, each sampled for `length_s`; `expected` is the half-width that their
    interval would have, as a share of what is measured, were they like those of the first stage.
    With `paired` that is the ratio to the reference within each round, else the cell's own value.
    `limited` says why they are fewer than the wished precision asks for.
    """

    row: str
    case: str
    processes: int
    length_s: float
    expected: float
    paired: bool
    limited: str = ""


@dataclass(frozen=True, kw_only=True)
class Run:
    """The head of a result set: everything a report needs besides the outcomes."""

    schema: int
    name: str
    started: str
    revision: str
    plan_sha256: str
    seed: int
    tier: Tier
    reference: str
    command: str
    machine: Machine
    rows: tuple[MeasuredRow, ...]
    cases: tuple[MeasuredCase, ...]
    known: tuple[KnownGap, ...]
    job_ids: tuple[str, ...]
    finished: str = ""
    metric: Metric = "time"
    precision: float = 0.0  # the wished half-width, as a share; 0 where none was
    planned: tuple[PlannedCell, ...] = ()
    duet: bool = False
