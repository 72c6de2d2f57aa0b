"""What definitions ask for: rows and how to get them, suites and their cases, what is expected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pyrometer.model.words import SuiteKind, Tier, Verdict


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
