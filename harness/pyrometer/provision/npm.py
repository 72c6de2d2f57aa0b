"""Packages of npm's registry as archives, under checksums of our own.

Owns the call of npm and the unpacking. Refuses to install: npm would run scripts and resolve
versions of its own, while an archive by its exact name is all that is wanted.
"""

from __future__ import annotations

import tarfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pyrometer.errors import WorldFailure
from pyrometer.model import Source
from pyrometer.provision.fetch import Wanted, gather
from pyrometer.provision.tools import Tool, find_tool, need_tool, run
from pyrometer.provision.workshop import Need, Workshop

INSTALL_NPM = "on Debian: apt-get install npm"
# npm is itself a program for node, of whichever version the host has.
TOOLS = ("node", "npm")
PREFIX = "package/"


@dataclass(frozen=True, kw_only=True)
class NpmPackage:
    """A published package and the checksum that its archive must have."""

    name: str
    version: str
    sha256: str

    @property
    def filename(self) -> str:
        """What `npm pack` calls its archive."""
        return f"{self.name}-{self.version}.tgz"


def npm_needs() -> tuple[Need, ...]:
    """What the machine must have for packages to be fetched."""
    return tuple(Need(name=t, found=find_tool(t) is not None, mend=INSTALL_NPM) for t in TOOLS)


def fetch_npm(packages: Sequence[NpmPackage], shop: Workshop) -> list[tuple[Source, Path]]:
    """Archives of exactly these packages, none of their dependencies; raises WorldFailure."""
    wanted = [
        Wanted(
            filename=package.filename,
            source=Source(name=package.name, version=package.version, sha256=package.sha256),
        )
        for package in packages
    ]

    def carry(missing: Sequence[Wanted], folder: Path) -> None:
        names = [f"{item.source.name}@{item.source.version}" for item in missing]
        _pack(names, folder, shop)

    paths = gather(wanted, shop, carry)
    return [
        (replace(item.source, size_bytes=path.stat().st_size), path)
        for item, path in zip(wanted, paths, strict=True)
    ]


def extract_npm(archive: Path, into: Path, shop: Workshop, *, only: Collection[str] = ()) -> None:
    """Unpack an archive's files below `into`, all of them or `only` some by their path."""
    with tarfile.open(archive) as opened:
        members = {m.name.removeprefix(PREFIX): m for m in opened.getmembers() if m.isfile()}
        missing = [name for name in only if name not in members]
        if missing:
            raise WorldFailure(f"{archive.name} has no {missing[0]}", where=shop.name)
        for name in only or members:
            member = members[name].replace(name=name, deep=False)
            opened.extract(member, into, filter="data")


def _pack(names: Sequence[str], folder: Path, shop: Workshop) -> None:
    """Let npm download; it verifies against the registry, and `gather` against the recipe.

    Started in `folder` so that no project's .npmrc counts, and told to keep no log of its own.
    """
    _, npm = (need_tool(tool, where=shop.name, mend=INSTALL_NPM) for tool in TOOLS)
    shop.say(f"fetching {', '.join(names)}")
    words = ("pack", *names, "--ignore-scripts", "--loglevel=error", "--logs-max=0")
    run(Tool(what="npm", argv=(str(npm), *words), cwd=folder), shop)
