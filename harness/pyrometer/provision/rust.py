"""A Rust compiler of Debian's, unpacked for one build and never kept.

Owns which packages make it, its libraries for another architecture among them, and how they are
made to start. The host's own compiler is not used
even where there is one: the version is part of what a figure means, and the same one has to
serve every architecture.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from pyrometer.model import Source
from pyrometer.provision.roots import (
    Packages,
    architecture_of,
    fetch_packages,
    relink,
    relink_libraries,
    unpack,
)
from pyrometer.provision.workshop import Workshop, host_machine

PROGRAMS = ("usr/bin/rustc", "usr/bin/cargo")
FOLDER = "toolchain"
STANDARD_LIBRARY = "libstd-rust"
EXPECTED_BYTES = 1000 * 10**6


@dataclass(frozen=True, kw_only=True)
class Rust:
    """A compiler that can be started, and the packages it came from."""

    rustc: Path
    cargo: Path
    sources: tuple[Source, ...]


@contextmanager
def rust(packages: Packages, shop: Workshop) -> Iterator[Rust]:
    """A compiler below the build's root while the block lasts; raises WorldFailure.

    It runs on the host and compiles for the host and for the shop's machine.
    """
    own = replace(shop, root=shop.root / FOLDER, machine=host_machine())
    own.root.mkdir()
    try:
        files = fetch_packages(packages, own)
        if shop.machine != own.machine:
            files += _standard_library(packages.suite, shop)
        unpack([path for _, path in files], own)
        for program in PROGRAMS:
            relink(own.root / program, own)
        _relink_llvm(own)
        rustc, cargo = (own.root / program for program in PROGRAMS)
        yield Rust(rustc=rustc, cargo=cargo, sources=tuple(source for source, _ in files))
    finally:
        shutil.rmtree(own.root, ignore_errors=True)


def _standard_library(suite: str, shop: Workshop) -> list[tuple[Source, Path]]:
    """What programs for the shop's machine are linked with, without what it depends on."""
    found = fetch_packages(Packages(suite=suite, names=(f"{STANDARD_LIBRARY}-dev",)), shop)
    return [(one, path) for one, path in found if one.name.startswith(STANDARD_LIBRARY)]


def _relink_llvm(shop: Workshop) -> None:
    """LLVM carries a search path of its own, which hides the compiler's."""
    folder = shop.root / "usr/lib" / architecture_of(shop).triplet
    libraries = [path for path in sorted(folder.glob("libLLVM*.so*")) if not path.is_symlink()]
    relink_libraries(libraries, ("$ORIGIN",), shop)
