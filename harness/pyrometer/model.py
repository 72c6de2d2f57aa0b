"""The nouns of Pyrometer: frozen, keyword-only, without behaviour beyond naming themselves.

Owns what the rooms hand to each other. Refuses I/O and imports of ours.
Times are integers in nanoseconds (`_ns`), sizes in bytes (`_bytes`), budgets in seconds (`_s`).
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Literal

SuiteKind = Literal["check", "feature", "bench", "startup"]
Tier = Literal["quick", "full", "wild"]
Metric = Literal["time", "instructions"]
Instrument = Literal["emulator", "perf", "callgrind"]

# What runs on an emulated processor takes about so many times as long (CPython: 12 to 17).
EMULATION = 15


class Verdict(enum.Enum):
    """What became of one check, probe or case on one interpreter."""

    PASS = "pass"
    DIFFERS = "differs"
    UNSUPPORTED = "unsupported"
    CRASHED = "crashed"
    TIMED_OUT = "timed_out"
    GARBLED = "garbled"
    NOT_RUN = "not_run"


# --- definitions -------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How a build is obtained: a kind, and the options that kind understands.

    `copy` 1 and on are further builds of the same: what differs between them, nobody asked for.
    """

    kind: str
    options: Mapping[str, object] = field(default_factory=dict)
    copy: int = 0


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """What a build must turn out to be before it may be measured under a row's name."""

    implementation: str
    series: str
    language: str = ""
    jit: bool | None = None
    gil: bool | None = None
    arch: str = ""


@dataclass(frozen=True, kw_only=True)
class Row:
    """What a definition asks for: a series and variant, and how to get it.

    `machine` is the processor that its build is made for, the host's where it is empty.
    `check_environment` comes on top of `environment` where nothing is timed. `header_packages` are
    of the suite of a Debian recipe: what is compiled for the interpreter needs them, it does not.
    """

    name: str
    expect: Expectation
    variant: str = ""
    recipe: Recipe
    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    check_environment: Mapping[str, str] = field(default_factory=dict)
    default: bool = False
    released: str = ""
    start_s: float = 0.05
    warmup_s: float = 0.0
    title: str = ""
    machine: str = ""
    header_packages: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class KnownGap:
    """A difference that has been understood: expected, with its reason, until it passes.

    `emulated`: the emulator's, expected only where a row's processor is not the machine's own.
    """

    rows: str
    case: str
    check: str = "*"
    verdict: Verdict
    reason: str
    snippet: str = ""
    link: str = ""
    emulated: bool = False


@dataclass(frozen=True, kw_only=True)
class PublishedClaim:
    """What somebody said of an interpreter's speed: `factor` times as fast, or `at_least` that.

    With a `mechanism` it is of calls into native code on `row`, held against calls by the mechanism
    `against`. `not_testable` says why no run can decide it.
    """

    says: str
    source: str
    row: str = ""
    against: str = ""
    suite: str = ""
    mechanism: str = ""
    factor: float = 0.0
    at_least: bool = False
    note: str = ""
    not_testable: str = ""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One file of a suite."""

    suite: str
    name: str
    path: Path
    sizes: tuple[str, ...] = ()
    summary: str = ""
    sha256: str = ""

    @property
    def id(self) -> str:
        """`suite/name`."""
        return f"{self.suite}/{self.name}"


@dataclass(frozen=True, kw_only=True)
class Package:
    """A wheel of pure Python, pinned."""

    name: str
    version: str
    sha256: str

    @property
    def title(self) -> str:
        """As people write it."""
        return f"{self.name} {self.version}"


@dataclass(frozen=True, kw_only=True)
class Extension:
    """Something native that the cases of a suite load, made by a build file from its `inputs`.

    A `shared` one knows no interpreter and is the same for all; one with a `row` is built for that
    row, whichever interpreter loads it. One with a `variant` is for rows of that variant alone.
    """

    name: str
    build: Path
    inputs: tuple[Path, ...] = ()
    toolchain: Literal["", "rust"] = ""
    shared: bool = False
    row: str = ""
    variant: str = ""


@dataclass(frozen=True, kw_only=True)
class Suite:
    """A folder of cases of one kind, with the reason why it exists.

    `libraries` are folders and `packages` wheels that its cases import; `extensions` are built for
    each interpreter. `parallel`: its cases use several processors.
    """

    name: str
    kind: SuiteKind
    purpose: str
    tier: Tier
    origin: str
    licence: str
    needs: tuple[str, ...] = ()
    libraries: tuple[Path, ...] = ()
    packages: tuple[Package, ...] = ()
    extensions: tuple[Extension, ...] = ()
    parallel: bool = False
    cases: tuple[Case, ...] = ()


# --- what is obtained ---------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a binary says of itself when the probe asks."""

    implementation: str
    version: str
    language: str
    arch: str
    platform: str
    jit: bool
    gil: bool
    compiler: str = ""
    soabi: str = ""
    config_args: str = ""
    clock: str = ""
    clock_resolution_ns: int = 0


@dataclass(frozen=True, kw_only=True)
class Source:
    """One thing a build was made from."""

    name: str
    version: str
    sha256: str
    size_bytes: int = 0


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """Proof of a build: what it was made from, how, at what cost, and what it turned out to be.

    Published: carries no absolute path, user, host name or download address.
    """

    row: str
    recipe: str
    key: str
    executable: str
    sources: tuple[Source, ...]
    flags: tuple[str, ...] = ()
    toolchain: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Facts] = field(default_factory=dict)
    fetch_s: float = 0.0
    build_s: float = 0.0
    size_bytes: int = 0
    made: str = ""
    sha256: str = ""


@dataclass(frozen=True, kw_only=True)
class Build:
    """Files at their final path, with the receipt that makes them usable."""

    root: Path
    executable: Path
    receipt: Receipt


@dataclass(frozen=True, kw_only=True)
class Interpreter:
    """Identity of what was measured; prints to and parses from one key."""

    implementation: str
    version: str
    variant: str = ""
    platform: str = "linux"
    arch: str = "x86_64"

    _PATTERN = re.compile(
        r"(?P<implementation>[a-z]+)-(?P<version>[0-9][0-9A-Za-z.]*)"
        r"(?:\+(?P<variant>[a-z0-9]+))?-(?P<platform>[a-z]+)-(?P<arch>[a-z0-9_]+)"
    )

    @property
    def key(self) -> str:
        """For example `cpython-3.15.0+jit-linux-x86_64`."""
        variant = f"+{self.variant}" if self.variant else ""
        return f"{self.implementation}-{self.version}{variant}-{self.platform}-{self.arch}"

    @classmethod
    def parse(cls, key: str) -> Interpreter:
        """Read a key back; raises ValueError for anything that `key` would not print."""
        match = cls._PATTERN.fullmatch(key)
        if match is None:
            raise ValueError(f"not an interpreter key: {key!r}")
        return cls(**{name: value or "" for name, value in match.groupdict().items()})


@dataclass(frozen=True, kw_only=True)
class Counter:
    """An instrument that counts instructions: words before the target's own.

    `name` says all that a count depends on: program, version, processor. An emulator has a
    `plugin`, which sees the marks of the target. The others know a process as a whole alone; of
    their words `OUT` stands for the file that they write to.
    """

    OUT: ClassVar[str] = "{out}"

    name: str
    argv: tuple[str, ...]
    instrument: Instrument = "emulator"
    plugin: Path = Path()


@dataclass(frozen=True, kw_only=True)
class Target:
    """Something that can be started: an interpreter, its build, words before the program.

    `emulated` names what stands in for a processor that the host has not: no time that passes
    there means anything. `counter` is there where instructions are to be counted and can be.
    """

    row: Row
    interpreter: Interpreter
    build: Build
    facts: Facts
    argv: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    emulated: str = ""
    counter: Counter | None = None


# --- what is planned and what happened -----------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Bounds of one process; beyond them its whole tree is killed.

    `silence_s`: the longest time without output; 0 is no such bound.
    """

    timeout_s: float = 60.0
    silence_s: float = 0.0
    output_bytes: int = 16 * 2**20
    memory_bytes: int = 0


@dataclass(frozen=True, kw_only=True)
class Job:
    """One process to be started: some cases of a suite on a row, in one round.

    A `control` runs the host's own build of the row's release, emulated as the row is: what that
    shows too is the emulator's. An `audit` is as long as the first processes of its cell were,
    where the others were planned to be shorter.
    """

    row: str
    suite: str
    kind: SuiteKind
    cases: tuple[str, ...]
    size: str = ""
    round: int = 0
    budget_s: float = 0.0
    max_samples: int = 0
    limits: Limits = Limits()
    metric: Metric = "time"
    instrument: Instrument = "emulator"
    control: bool = False
    audit: bool = False

    @property
    def id(self) -> str:
        """Names the job within its run, so that a resumed run knows what is done."""
        what = self.cases[0] if len(self.cases) == 1 else f"{self.suite}/*"
        size = f"@{self.size}" if self.size else ""
        control = "control:" if self.control else ""
        return f"{control}{self.kind}:{what}{size}:{self.row}:{self.round}"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Jobs in the order in which they are to run, and the seed that ordered them.

    In a `duet` the two timed jobs of a block run at the same time.
    """

    seed: int
    tier: Tier
    reference: str
    rows: tuple[str, ...]
    jobs: tuple[Job, ...]
    duet: bool = False


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


# --- what is recorded ----------------------------------------------------------------------


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
