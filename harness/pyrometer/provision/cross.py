"""A C compiler of Debian's for another architecture than the host's, unpacked and never kept.

Owns which packages make it and how it finds the C library of the other architecture, which comes
with it. Its suite is the oldest one whose C library has to run what it makes.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from pyrometer.model import Source
from pyrometer.provision.gcc import programs_of
from pyrometer.provision.roots import (
    Packages,
    architecture_of,
    fetch_packages,
    relink_programs,
    unpack,
)
from pyrometer.provision.workshop import Architecture, Workshop, host_machine

SUITE = "bookworm"
FOLDER = "cross"
# The sources of the C library's linker script are named from the root of a file system.
WRAPPER = """\
#!/bin/sh
exec {program} --sysroot={root} "$@"
"""


@dataclass(frozen=True, kw_only=True)
class Cross:
    """A compiler and an archiver that make things for another architecture, and their packages."""

    cc: Path
    ar: Path
    sources: tuple[Source, ...]


def packages_for(architecture: Architecture) -> Packages:
    """Compiler and C library for an architecture; they run on any other."""
    gcc = f"gcc-{architecture.triplet.replace('_', '-')}"
    return Packages(suite=SUITE, names=(gcc, f"libc6-dev-{architecture.debian}-cross"))


def for_cargo(cross: Cross, machine: str) -> dict[str, str]:
    """The variables by which cargo compiles for a machine, once it is told that target."""
    plain = rust_triple(machine).replace("-", "_")
    return {
        f"CARGO_TARGET_{plain.upper()}_LINKER": str(cross.cc),
        f"CC_{plain}": str(cross.cc),
        f"AR_{plain}": str(cross.ar),
    }


def rust_triple(machine: str) -> str:
    """What a Rust compiler calls Linux on a machine."""
    return f"{machine}-unknown-linux-gnu"


@contextmanager
def cross_gcc(shop: Workshop) -> Iterator[Cross]:
    """A compiler for the shop's machine, below the build's root while the block lasts.

    Raises WorldFailure.
    """
    target = architecture_of(shop)
    own = replace(shop, root=shop.root / FOLDER, machine=host_machine())
    own.root.mkdir()
    try:
        files = fetch_packages(packages_for(target), own)
        unpack([path for _, path in files], own)
        relink_programs(programs_of(own.root), own)
        tools = own.root / "usr/bin"
        # Beside the compiler, whose name tells build scripts for what it compiles.
        cc = own.root / f"{target.triplet}-gcc"
        cc.write_text(WRAPPER.format(program=tools / f"{target.triplet}-gcc", root=own.root))
        cc.chmod(0o755)
        sources = tuple(source for source, _ in files)
        yield Cross(cc=cc, ar=tools / f"{target.triplet}-ar", sources=sources)
    finally:
        shutil.rmtree(own.root, ignore_errors=True)
