"""Upstream's tarball out of a Debian source package, under a checksum of ours on top of apt's.

Owns its download and what is said when a suite has moved on. Refuses Debian's patches: what is
built from it is the release.
"""

from __future__ import annotations

import re
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pyrometer.errors import WorldFailure
from pyrometer.model import Source
from pyrometer.provision.apt import State, Suite, parse_listing, with_lists
from pyrometer.provision.fetch import Wanted, gather
from pyrometer.provision.roots import architecture_of
from pyrometer.provision.tools import Tool, attempt, failure
from pyrometer.provision.workshop import Workshop

APT_HELPER = "/usr/lib/apt/apt-helper"

# Lists may be kept compressed in any way: apt's own helper reads them all.
_NAMES = f'{APT_HELPER} cat-file "$1" | sed -n "s/^Package: //p"'
_SERIES = re.compile(r"[\d.]+$")


@dataclass(frozen=True, kw_only=True)
class Tarball:
    """An upstream release as a source package of a suite carries it."""

    suite: str
    package: str
    version: str
    sha256: str

    @property
    def wanted(self) -> Wanted:
        """The file; its compression is the packager's choice and not part of its name here."""
        source = Source(name=self.package, version=self.version, sha256=self.sha256)
        return Wanted(filename=f"{self.package}_{self.version}.orig.tar", source=source)


def fetch_tarball(tarball: Tarball, shop: Workshop) -> tuple[Source, Path]:
    """The tarball in the store, verified; raises WorldFailure.

    A suite that has moved on does no harm to a store that has the file already.
    """
    suite = Suite(suite=tarball.suite, arch=architecture_of(shop).debian, sources=True)

    def carry(_wanted: Sequence[Wanted], folder: Path) -> None:
        with_lists(suite, shop, lambda state: _carry(tarball, state, folder))

    (path,) = gather([tarball.wanted], shop, carry)
    return replace(tarball.wanted.source, size_bytes=path.stat().st_size), path


def unpack_tarball(path: Path, into: Path, shop: Workshop) -> Path:
    """The one folder that a tarball unpacks to; raises WorldFailure if it is not one."""
    into.mkdir()
    with tarfile.open(path) as archive:
        archive.extractall(into, filter="data")
    folders = list(into.iterdir())
    if len(folders) != 1 or not folders[0].is_dir():
        raise WorldFailure(f"{path.name} is not one folder", where=shop.name)
    return folders[0]


def _carry(tarball: Tarball, state: State, folder: Path) -> None:
    announced = _announced(tarball, state)
    if announced.source.version != tarball.version:
        raise WorldFailure(
            f"{tarball.suite} has {tarball.package} {announced.source.version} now,"
            f" the recipe names {tarball.version}",
            where=state.shop.name,
            next_step="raise `version` and `sha256` of the recipe",
        )
    if announced.sha256 != tarball.sha256:
        raise WorldFailure(
            f"{announced.filename} has sha256 {announced.sha256} in {tarball.suite},"
            f" the recipe names {tarball.sha256}",
            where=state.shop.name,
            next_step="compare both with what upstream publishes, then mend the recipe",
        )
    state.shop.say(f"fetching {announced.filename}, {announced.source.size_bytes / 1e6:.0f} MB")
    tool = state.tool("downloading the source", *_words(tarball), cwd=folder)
    state.download(tool, [announced])
    (folder / announced.filename).rename(folder / tarball.wanted.filename)


def _announced(tarball: Tarball, state: State) -> Wanted:
    """What apt's verified lists say of the tarball today."""
    tool = state.tool("choosing the source", *_words(tarball, "--print-uris"))
    ended = attempt(tool, state.shop)
    if "Unable to find a source package" in ended.stderr.decode(errors="replace"):
        raise _not_served(tarball, state)
    if not ended.ok:
        raise failure(tool, ended, state.shop)
    found = list(parse_listing(ended.stdout.decode(errors="replace")))
    if not found:
        raise WorldFailure(f"{tarball.package} has no tarball", where=state.shop.name)
    return found[0]


def _words(tarball: Tarball, *more: str) -> tuple[str, ...]:
    return ("-qq", "source", "--tar-only", "--download-only", *more, tarball.package)


def _not_served(tarball: Tarball, state: State) -> WorldFailure:
    """The one line for a source package that is gone: it names its sisters that are there."""
    stem = _SERIES.sub("", tarball.package)
    names = {name for name in _source_packages(state) if _SERIES.sub("", name) == stem}
    there = ", ".join(sorted(names)) or "none of its kind"
    return WorldFailure(
        f"{tarball.suite} has no source package {tarball.package}; it has {there}",
        where=state.shop.name,
        next_step="name one of those, or another `suite`, in the recipe",
    )


def _source_packages(state: State) -> list[str]:
    """Names of all source packages in the suite's lists; empty if apt cannot tell."""
    words = ("indextargets", "--format", "$(FILENAME)", "Created-By: Sources")
    listed = attempt(state.tool("finding the lists", *words), state.shop)
    names: list[str] = []
    for path in listed.stdout.decode(errors="replace").splitlines():
        argv = ("/bin/sh", "-c", _NAMES, "names", path)
        read = attempt(Tool(what="reading the list of sources", argv=argv), state.shop)
        names += read.stdout.decode(errors="replace").split()
    return names
