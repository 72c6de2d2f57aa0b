"""A C compiler of Debian's with make, unpacked for one build and never kept.

Owns how it is made to start and to compile against a package root instead of the host. The
host's own compiler is not used even where there is one, for the reasons given in `rust.py`; and
what it compiles gets the root's loader and libraries written in, so that it starts as it is,
while it is being configured too.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from pyrometer.errors import WorldFailure
from pyrometer.model import Source
from pyrometer.provision.elf import is_program
from pyrometer.provision.roots import (
    Packages,
    architecture_of,
    fetch_packages,
    library_paths,
    loader_of,
    relink_programs,
    unpack,
)
from pyrometer.provision.workshop import Workshop

FOLDER = "toolchain"
FOLDERS = ("usr/bin/*", "usr/libexec/gcc/*/*/*", "usr/lib/gcc-cross/*/*/*")
OBJECTS = (".so", ".o")  # what is linked to, not started
TOOLS = ("ar", "as", "ld", "make", "nm", "objcopy", "ranlib", "readelf", "strip")

# Called `gcc`, because that name is what ends up in the settings of what it compiles: extension
# modules built later find a compiler of that name on any machine.
WRAPPER = """\
#!/bin/sh
exec {tools}/gcc --sysroot={sysroot} -B{tools} \\
    -Wl,--dynamic-linker={loader} -Wl,--disable-new-dtags,-rpath,{rpath} "$@"
"""


@dataclass(frozen=True, kw_only=True)
class Gcc:
    """The folder that has `gcc`, `make` and the like by these names, and where it came from."""

    programs: Path
    sources: tuple[Source, ...]


@contextmanager
def gcc(packages: Packages, shop: Workshop) -> Iterator[Gcc]:
    """A compiler for the root of the shop while the block lasts; raises WorldFailure.

    The root must have its libraries unpacked already, the C library's headers among them.
    """
    own = replace(shop, root=shop.root / FOLDER)
    own.root.mkdir()
    try:
        files = fetch_packages(packages, own)
        unpack([path for _, path in files], own)
        relink_programs(programs_of(own.root), own)
        with _loader_links(shop):
            programs = _write_programs(own.root, shop)
            yield Gcc(programs=programs, sources=tuple(source for source, _ in files))
    finally:
        shutil.rmtree(own.root, ignore_errors=True)


def programs_of(root: Path) -> list[Path]:
    """Programs of a compiler's packages, those that it starts itself among them."""
    found = [path for folder in FOLDERS for path in root.glob(folder)]
    files = (path for path in sorted(found) if path.is_file() and not path.is_symlink())
    return [path for path in files if path.suffix not in OBJECTS and is_program(path)]


def _write_programs(root: Path, shop: Workshop) -> Path:
    """A folder for PATH with the compiler that knows its root, and the tools beside it."""
    tools = root / "usr/bin"
    missing = [name for name in ("gcc", *TOOLS) if not (tools / name).exists()]
    if missing:
        raise WorldFailure(
            f"the compiler's packages lack {', '.join(missing)}",
            where=shop.name,
            next_step="mend `compiler_packages` of its recipe",
        )
    architecture = architecture_of(shop)
    folder = root / "programs"
    folder.mkdir()
    for name in TOOLS:
        (folder / name).symlink_to(tools / name)
    (folder / "gcc").write_text(
        WRAPPER.format(
            tools=tools,
            sysroot=shop.root,
            loader=loader_of(shop.root, architecture),
            rpath=":".join(map(str, library_paths(shop.root, architecture))),
        )
    )
    (folder / "gcc").chmod(0o755)
    return folder


@contextmanager
def _loader_links(shop: Workshop) -> Iterator[None]:
    """The loader where the C library's linker script wants it, which no package has there."""
    loader = loader_of(shop.root, architecture_of(shop))
    folders = [shop.root / name for name in ("lib", "lib64")]
    made = [folder for folder in folders if not folder.exists()]
    for folder in made:
        folder.mkdir()
        (folder / loader.name).symlink_to(loader)
    try:
        yield
    finally:
        for folder in made:
            shutil.rmtree(folder)
