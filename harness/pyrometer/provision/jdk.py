"""A Java runtime of one major version: the host's where it has one, else a package root of ours.

Owns the search and the root's making. Whoever asks gets an absolute path and never JAVA_HOME:
under a scrubbed environment PATH finds whichever Java the host likes best.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pyrometer.errors import WorldFailure
from pyrometer.model import Source
from pyrometer.provision.emulator import is_foreign
from pyrometer.provision.roots import Packages, fetch_packages, relink_java, unpack
from pyrometer.provision.workshop import Workshop

USUAL_PLACES = ("/usr/lib/jvm", "/opt", "/opt/java")
_MAJOR = re.compile(r'^JAVA_VERSION="(\d+)', re.MULTILINE)
_FULL = re.compile(r'^JAVA_(?:RUNTIME_)?VERSION="([^"]+)"', re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Jdk:
    """A Java home, its version in full, and the packages it was unpacked from, if it was."""

    home: Path
    version: str
    sources: tuple[Source, ...] = ()


def find_jdk(major: int, environ: Mapping[str, str] | None = None) -> Jdk | None:
    """A Java home of this major version that the host has; None where there is none."""
    for home in _candidates(major, os.environ if environ is None else environ):
        version = _version_of(home)
        if version and _MAJOR.search(version) and int(_MAJOR.findall(version)[0]) == major:
            return Jdk(home=home, version=_FULL.findall(version)[-1])
    return None


def jdk_for(major: int, packages: Packages, shop: Workshop) -> Jdk:
    """The host's, else one unpacked below the build's root; raises WorldFailure.

    For another processor it is always unpacked.
    """
    foreign = is_foreign(shop.machine)
    found = None if foreign else find_jdk(major)
    if found is not None:
        return found
    where = f"for {shop.machine}" if foreign else "on this host"
    shop.say(f"no Java {major} {where}: unpacking one")
    files = fetch_packages(packages, shop)
    unpack([path for _, path in files], shop)
    homes = sorted(path.parent for path in shop.root.glob("usr/lib/jvm/*/release"))
    home = next((home for home in homes if _version_of(home)), None)
    if home is None:
        raise WorldFailure("the packages have no Java home", where=shop.name)
    relink_java(home, shop)
    version = _FULL.findall(_version_of(home))[-1]
    return Jdk(home=home, version=version, sources=tuple(source for source, _ in files))


def _candidates(major: int, environ: Mapping[str, str]) -> Iterator[Path]:
    for name in (f"JAVA_HOME_{major}", f"JAVA_HOME_{major}_X64", "JAVA_HOME"):
        if environ.get(name):
            yield Path(environ[name])
    for place in USUAL_PLACES:
        yield from sorted(Path(place).glob(f"*{major}*"))


def _version_of(home: Path) -> str:
    """The text of a Java home's `release` file; empty for a folder that is none."""
    try:
        return (home / "release").read_text(encoding="utf-8") if _has_java(home) else ""
    except OSError:
        return ""


def _has_java(home: Path) -> bool:
    return os.access(home / "bin/java", os.X_OK)
