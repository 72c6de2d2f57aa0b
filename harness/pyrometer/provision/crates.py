"""Crates as cargo keeps them: found again after its run, and verified by us as well.

Owns the reading of a lock file and of cargo's cache. Refuses to use what cargo unpacked: nothing
proves that those files are still what was downloaded, while the archive has a checksum.
"""

from __future__ import annotations

import hashlib
import os
import re
import tarfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pyrometer.errors import WorldFailure
from pyrometer.model import Source
from pyrometer.provision.fetch import sha256_of
from pyrometer.provision.workshop import Workshop


@dataclass(frozen=True, kw_only=True)
class Crate:
    """A published crate and the checksum that it must have."""

    name: str
    version: str
    sha256: str

    @property
    def folder(self) -> str:
        """The one folder that its archive holds."""
        return f"{self.name}-{self.version}"


def cargo_home(environ: Mapping[str, str]) -> Path:
    """Where cargo keeps what it downloads."""
    return Path(environ.get("CARGO_HOME") or Path.home() / ".cargo")


def archive_of(crate: Crate, shop: Workshop) -> Path:
    """A crate's archive in cargo's cache; raises WorldFailure unless its checksum is right.

    The cache has a folder per registry, so one crate may be there more than once.
    """
    pattern = f"registry/cache/*/{crate.folder}.crate"
    found = sorted(cargo_home(os.environ).glob(pattern))
    for path in found:
        if sha256_of(path) == crate.sha256:
            return path
    what = "has another sha256 than was announced" if found else "is not in cargo's cache"
    raise WorldFailure(
        f"{crate.folder}.crate {what}", where=shop.name, next_step=f"announced: {crate.sha256}"
    )


def source_of(crate: Crate, shop: Workshop) -> Source:
    """What a receipt says of a crate."""
    size_bytes = archive_of(crate, shop).stat().st_size
    return Source(
        name=crate.name, version=crate.version, sha256=crate.sha256, size_bytes=size_bytes
    )


def locked(crate: Crate, shop: Workshop) -> tuple[Source, dict[str, Crate]]:
    """A crate's own Cargo.lock, as a source and as the crates it pins, by name.

    Where it pins several versions of one crate, the last one is meant.
    """
    content = _member(crate, "Cargo.lock", shop)
    packages = tomllib.loads(content.decode())["package"]
    pinned = [
        Crate(name=one["name"], version=one["version"], sha256=one["checksum"])
        for one in packages
        if "checksum" in one
    ]
    source = Source(
        name=f"{crate.name}/Cargo.lock",
        version=f"{len(pinned)} crates",
        sha256=hashlib.sha256(content).hexdigest(),
        size_bytes=len(content),
    )
    return source, {one.name: one for one in pinned}


def name_registry(folder: Path, shop: Workshop) -> None:
    """Make a program's crates.lock its Cargo.lock, of which cargo has just made one of its own.

    REGISTRY stands there for the name that cargo gives its registry; raises WorldFailure.
    """
    lock = folder / "Cargo.lock"
    named = re.search('^source = "(.*)"', lock.read_text(), re.MULTILINE)
    if named is None:
        raise WorldFailure("cargo has locked no crate of a registry", where=shop.name)
    lock.write_text((folder / "crates.lock").read_text().replace("REGISTRY", named[1]))


def extract(crate: Crate, folder: str, into: Path, shop: Workshop) -> None:
    """Unpack one folder of a crate's archive, its files directly below `into`."""
    prefix = f"{crate.folder}/{folder}/"
    into.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive_of(crate, shop)) as archive:
        for member in archive.getmembers():
            if member.name.startswith(prefix):
                inside = member.replace(name=member.name.removeprefix(prefix), deep=False)
                archive.extract(inside, into, filter="data")


def _member(crate: Crate, name: str, shop: Workshop) -> bytes:
    with tarfile.open(archive_of(crate, shop)) as archive:
        try:
            file = archive.extractfile(f"{crate.folder}/{name}")
        except KeyError:
            file = None
        if file is None:
            raise WorldFailure(f"{crate.folder}.crate has no {name}", where=shop.name)
        return file.read()
