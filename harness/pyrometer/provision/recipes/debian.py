"""Interpreters as Debian packages of any suite and architecture, unpacked beside the host's own.

Owns which packages become one interpreter, with or without wheels, and its bytecode. Needs no
root and no chroot. A program of another architecture gets a launcher that has it emulated.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from pyrometer.errors import WorldFailure
from pyrometer.model import Recipe, Source
from pyrometer.provision import apt, roots
from pyrometer.provision.emulator import emulator_of, is_foreign, write_launcher
from pyrometer.provision.environment import target_environment
from pyrometer.provision.recipes import check_keys
from pyrometer.provision.roots import (
    INSTALL_PATCHELF,
    Packages,
    fetch_packages,
    relink,
    unpack,
)
from pyrometer.provision.tools import Tool, attempt, find_tool, version_of
from pyrometer.provision.wheels import Wheels, check_wheels, install_wheels
from pyrometer.provision.workshop import Need, Obtained, Workshop

CODE_VERSION = 1
STORED = True
FOREIGN = True
COMPILES = False
EXPECTED_BYTES = 300 * 10**6

# Where launchers of emulated programs are: a Python finds its library from where it is called.
PROGRAMS = "usr/bin"
EMULATED = "usr/emulated"
# Folders of a root that hold Python files, the standard library's and installed packages'.
DIST_PACKAGES = "usr/lib/python3/dist-packages"
LIBRARIES = ("usr/lib/python3*", "usr/lib/pypy3*")


def check(recipe: Recipe, where: str) -> None:
    """Raise Mistake unless suite, packages and executable are given and make sense."""
    required = {"suite": str, "packages": list, "executable": str}
    check_keys(recipe, where, required, {"wheels": dict})
    check_wheels(cast("Wheels", recipe.options.get("wheels", {})), where)


def needs(_recipe: Recipe, /) -> tuple[Need, ...]:
    """apt, dpkg, Debian's keyring, a mirror's address and patchelf."""
    keyring = apt.keyring()
    mirror = apt.mirror_is_known()
    return (
        Need(name="apt-get", found=find_tool("apt-get") is not None, mend=apt.INSTALL_APT),
        Need(name="dpkg", found=find_tool("dpkg") is not None, mend=apt.INSTALL_APT),
        Need(name="Debian's keyring", found=keyring.is_file(), mend=apt.INSTALL_APT),
        Need(name="a Debian mirror", found=mirror, mend=f"export {apt.MIRROR_VARIABLE}=ADDRESS"),
        Need(name="patchelf", found=find_tool("patchelf") is not None, mend=INSTALL_PATCHELF),
    )


def expected_bytes(_recipe: Recipe, /) -> int:
    """Packages, unpacked files and bytecode of the largest row seen, with some room."""
    return EXPECTED_BYTES


def obtain(recipe: Recipe, shop: Workshop) -> Obtained:
    """Fetch, unpack, relink, compile; raises WorldFailure."""
    options = recipe.options
    program = cast("str", options["executable"])
    names = tuple(cast("list[str]", options["packages"]))
    started = time.monotonic()
    files = fetch_packages(Packages(suite=cast("str", options["suite"]), names=names), shop)
    fetch_s = time.monotonic() - started
    unpack([path for _, path in files], shop)
    relink(shop.root / program, shop)
    executable = _launched(program, shop)
    refuse_strays(strays(executable, shop), "packages", shop)
    wheels = cast("Wheels", options.get("wheels", {}))
    installed: tuple[Source, ...] = ()
    if wheels:
        series = re.sub("[^0-9.]", "", Path(program).name)
        installed = install_wheels(wheels, series, shop.root / DIST_PACKAGES, shop)
    compile_libraries(shop, executable)
    return Obtained(
        root=shop.root,
        executable=executable,
        sources=tuple(sorted((*(source for source, _ in files), *installed), key=lambda s: s.name)),
        toolchain={name: version_of(name, shop) for name in ("apt-get", "dpkg", "patchelf")},
        fetch_s=fetch_s,
    )


def _launched(program: str, shop: Workshop) -> str:
    """What is to be started: the program itself, or where it is foreign its launcher."""
    if not is_foreign(shop.machine):
        return program
    executable = program.replace(PROGRAMS, EMULATED, 1)
    own = emulator_of(shop.machine, shop)
    write_launcher(shop.root / executable, (shop.root / program).resolve(), own)
    return executable


def refuse_strays(missing: Sequence[str], key: str, shop: Workshop) -> None:
    """Raise WorldFailure if a program would use a library of the host; `key` lists packages."""
    if missing:
        raise WorldFailure(
            f"the packages lack {', '.join(missing)}",
            where=shop.name,
            next_step=f"add the packages that have them to `{key}` of its recipe",
        )


def strays(executable: str, shop: Workshop, /) -> tuple[str, ...]:
    """Shared libraries that the root lacks or would take from the host."""
    program = executable.replace(EMULATED, PROGRAMS, 1)
    before = emulator_of(shop.machine, shop).argv if is_foreign(shop.machine) else ()
    return roots.strays(shared_objects(shop.root, program), shop, before=before)


def shared_objects(root: Path, executable: str) -> list[Path]:
    """The interpreter itself and the extension modules of its standard library."""
    extensions = [*root.glob("usr/lib/python3*/lib-dynload/*.so")]
    extensions += root.glob("usr/lib/pypy3*/**/*.so")
    return [root / executable, *sorted(extensions)]


def compile_libraries(shop: Workshop, executable: str) -> None:
    """Compile the whole library to bytecode, which the packages do not bring.

    Without it every start-up figure is wrong by a factor of up to five. The default,
    time-checked form is used because it is what an installed package has: other forms skip
    a stat per import. Files that are no Python of this version (templates, test data) fail
    and do not matter, so neither does the exit status.
    """
    shop.say("compiling the library")
    folders = [str(path) for pattern in LIBRARIES for path in sorted(shop.root.glob(pattern))]
    words = (str(shop.root / executable), "-m", "compileall", "-q", *folders)
    attempt(Tool(what="compileall", argv=words, environment=target_environment({})), shop)
