"""Wheels installed into a build, for a row that is an interpreter with a library of native parts.

Owns the calls of the host's pip: the interpreter under test needs none. Refuses to resolve
anything: a recipe names every file, with its checksum.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from pyrometer.errors import Mistake, WorldFailure
from pyrometer.model import Source
from pyrometer.provision.environment import pip_environment
from pyrometer.provision.fetch import Wanted, gather
from pyrometer.provision.tools import Tool, run
from pyrometer.provision.workshop import Workshop

PIP = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")

Wheels = Mapping[str, Mapping[str, str]]
"""Machine → name of a wheel's file → its sha256."""


def check_wheels(wheels: Wheels, where: str) -> None:
    """Raise Mistake for what is no table of wheels by machine."""
    for machine, files in wheels.items():
        if not isinstance(files, dict):
            raise Mistake(f"`wheels.{machine}` must be a table", where=where)
        for name, sha256 in files.items():
            try:
                parse_wheel_filename(name)
            except InvalidWheelFilename as error:
                raise Mistake(f"`wheels.{machine}`: {error}", where=where) from None
            if not isinstance(sha256, str):
                raise Mistake(f"`wheels.{machine}`: {name} needs its sha256", where=where)


def install_wheels(wheels: Wheels, python: str, into: Path, shop: Workshop) -> tuple[Source, ...]:
    """Fetch, verify and install the wheels for this machine; `python` is a series such as 3.11.

    Raises WorldFailure for a machine without wheels, or a file that cannot be had.
    """
    files = wheels.get(shop.machine)
    if files is None:
        raise WorldFailure(
            f"no wheels for {shop.machine}",
            where=shop.name,
            next_step=f"pinned are those for {', '.join(sorted(wheels))}",
        )
    wanted = [_wanted(name, sha256) for name, sha256 in files.items()]
    tags = _tags(files, python)

    def carry(missing: Sequence[Wanted], folder: Path) -> None:
        names = [f"{item.source.name}=={item.source.version}" for item in missing]
        _pip("download", [*tags, "--dest", str(folder), *names], shop)

    paths = gather(wanted, shop, carry)
    shop.say(f"installing {len(paths)} wheels")
    with tempfile.TemporaryDirectory(dir=shop.store.downloads) as folder:
        named = [Path(folder, item.filename) for item in wanted]
        for link, path in zip(named, paths, strict=True):  # pip reads a wheel's tags off its name
            link.symlink_to(path)
        words = ["--no-index", "--no-compile", "--target", str(into), *map(str, named)]
        _pip("install", [*tags, *words], shop)
    return tuple(
        replace(item.source, size_bytes=path.stat().st_size)
        for item, path in zip(wanted, paths, strict=True)
    )


def _wanted(filename: str, sha256: str) -> Wanted:
    name, version, _, _ = parse_wheel_filename(filename)
    return Wanted(
        filename=filename, source=Source(name=str(name), version=str(version), sha256=sha256)
    )


def _tags(files: Mapping[str, str], python: str) -> list[str]:
    """What makes pip look for another interpreter than the one that it runs on."""
    platforms = {tag.platform for name in files for tag in parse_wheel_filename(name)[3]}
    words = ["--no-deps", "--only-binary", ":all:", "--python-version", python]
    for one in sorted(platforms - {"any"}):
        words += ["--platform", one]
    return words


def _pip(verb: str, words: Sequence[str], shop: Workshop) -> None:
    argv = (*PIP, verb, *words)
    run(Tool(what=f"pip {verb}", argv=argv, environment=pip_environment()), shop)
