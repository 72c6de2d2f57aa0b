"""What was obtained: builds with their receipts, and what can be started."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from pyrometer.model.defined import Row
from pyrometer.model.words import Instrument


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
