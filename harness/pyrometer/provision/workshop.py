"""What a recipe is given, and what it gives back.

Owns the vocabulary between `obtain` and the recipes. Refuses to do anything itself.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pyrometer.model import Source
from pyrometer.provision.store import Store


@dataclass(frozen=True, kw_only=True)
class Architecture:
    """One processor architecture under the names that its users give it."""

    machine: str
    debian: str
    triplet: str
    loader: str


ARCHITECTURES = {
    "x86_64": Architecture(
        machine="x86_64",
        debian="amd64",
        triplet="x86_64-linux-gnu",
        loader="ld-linux-x86-64.so.2",
    ),
    "aarch64": Architecture(
        machine="aarch64",
        debian="arm64",
        triplet="aarch64-linux-gnu",
        loader="ld-linux-aarch64.so.1",
    ),
}


def host_machine() -> str:
    """The architecture that builds are made for unless somebody asks for another."""
    return platform.machine()


@dataclass(frozen=True, kw_only=True)
class Workshop:
    """Where one build is made, and what may be used for it."""

    store: Store
    name: str
    root: Path
    log: Path
    machine: str = "x86_64"
    offline: bool = False
    say: Callable[[str], None] = lambda _phase: None
    cancelled: Callable[[], bool] = lambda: False


@dataclass(frozen=True, kw_only=True)
class Obtained:
    """What a recipe made: `executable` is relative to `root`."""

    root: Path
    executable: str
    sources: tuple[Source, ...]
    flags: tuple[str, ...] = ()
    toolchain: Mapping[str, str] = field(default_factory=dict)
    fetch_s: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Need:
    """Something a recipe needs of the machine, and the command that mends its absence."""

    name: str
    found: bool
    mend: str = ""
