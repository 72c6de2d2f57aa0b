"""An emulator of user programs (QEMU), for builds of another architecture than the host's.

Owns which packages it comes from, where it is kept, and the launcher by which a foreign program
starts as if it were the host's. Debian 12's is taken on every host: later ones are linked without
plugins, by one of which (`instructions.c`) instructions are counted.
"""

from __future__ import annotations

import hashlib
import stat
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from pyrometer.errors import WorldFailure
from pyrometer.model import Build, Counter, Limits, Receipt
from pyrometer.provision.elf import is_program
from pyrometer.provision.manifest import write_manifest
from pyrometer.provision.receipts import sealed
from pyrometer.provision.roots import Packages, fetch_packages, relink_programs, unpack
from pyrometer.provision.store import Store, tree_bytes
from pyrometer.provision.tools import Tool, attempt, find_tool, need_tool, run, version_of
from pyrometer.provision.workshop import ARCHITECTURES, Need, Workshop, host_machine

PACKAGES = Packages(suite="bookworm", names=("qemu-user",))
PROGRAMS = "usr/bin"
SOURCE = Path(__file__).with_name("instructions.c")
PLUGIN = "instructions.so"
INSTALL_CC = "on Debian: apt-get install gcc libc6-dev"
# A program that every host has, to see whether it is counted.
TRIED = ("/bin/sh", "-c", ":")
TRIAL_LIMITS = Limits(timeout_s=60.0)
NAME = "emulator"
CODE_VERSION = 1
EXPECTED_BYTES = 400 * 10**6

# A processor is part of what a count means. QEMU's own choice for aarch64 computes pointer
# authentication in software, up to 18 times slower; a newer one than these would not be found
# in the machines that people have.
PROCESSORS = {"aarch64": "neoverse-n1", "x86_64": "max"}

# $0 as it was called: that is what sys.executable and subprocess then see, so that children start
# in the same way, with nothing registered in the kernel.
LAUNCHER = """\
#!/bin/sh
# Made by pyrometer: a program of another architecture, started as if it were this one's.
exec {emulator} -cpu {processor} -0 "$0" {program} "$@"
"""


@dataclass(frozen=True, kw_only=True)
class Emulator:
    """Something that runs one architecture's programs on another; `argv` goes before theirs."""

    build: Build
    argv: tuple[str, ...]

    @property
    def name(self) -> str:
        """Program, version and processor: all that a count depends on beside the program."""
        version = next(s.version for s in self.build.receipt.sources if s.name == "qemu-user")
        program, _, processor = self.argv
        return f"{Path(program).name} {version}, {processor}"

    def counter(self, executable: Path, machine: str) -> Counter | None:
        """What counts the instructions of a build; None for one that a script starts natively."""
        argv = () if is_foreign(machine) else self.argv
        if argv and not is_program(executable):
            return None
        return Counter(name=self.name, argv=argv, plugin=self.build.root / PLUGIN)


def is_foreign(machine: str) -> bool:
    """Whether programs of that architecture do not start on this host as they are."""
    return machine not in ("", host_machine())


def cannot_be_made(row: str, machine: str) -> WorldFailure:
    """Of a recipe that makes builds for the host's processor alone."""
    return WorldFailure(
        f"cannot be made for {machine} on {host_machine()}",
        where=row,
        next_step=f"run it on a machine of {machine}",
    )


def needs() -> tuple[Need, ...]:
    """What the machine must have beyond what packages are unpacked with."""
    return (Need(name="cc", found=find_tool("cc") is not None, mend=INSTALL_CC),)


def key() -> str:
    """The key of the emulator's build, one for all architectures that it emulates."""
    decisive = f"{PACKAGES.suite} {PACKAGES.names} {host_machine()} {CODE_VERSION}".encode()
    return f"{NAME}-{hashlib.sha256(decisive + SOURCE.read_bytes()).hexdigest()[:12]}"


def emulator_of(machine: str, shop: Workshop) -> Emulator:
    """The emulator of an architecture, unpacked once for all; raises WorldFailure."""
    if machine not in PROCESSORS:
        known = ", ".join(PROCESSORS)
        raise WorldFailure(
            f"no emulation of {machine}", where=shop.name, next_step=f"known: {known}"
        )
    waiting = "waiting for another process that unpacks the emulator"
    with shop.store.lock(key(), waiting=lambda: shop.say(waiting), cancelled=shop.cancelled):
        build = shop.store.find(key()) or _made(shop)
    return Emulator(build=build, argv=command(build, machine))


def kept(machine: str, store: Store) -> Emulator | None:
    """The emulator of an architecture if it is there and there is one."""
    build = store.find(key()) if machine in PROCESSORS else None
    return Emulator(build=build, argv=command(build, machine)) if build else None


def command(build: Build, machine: str) -> tuple[str, ...]:
    """The words before a program of that architecture."""
    program = build.root / PROGRAMS / f"qemu-{machine}"
    return (str(program), "-cpu", PROCESSORS[machine])


def write_launcher(path: Path, program: Path, emulator: Emulator) -> None:
    """Make `path` start a foreign `program`, which keeps its own name and place."""
    executable, _, processor = emulator.argv
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(LAUNCHER.format(emulator=executable, processor=processor, program=program))
    path.chmod(path.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)


def _made(shop: Workshop) -> Build:
    """Unpack it at its final path; what fails leaves no receipt."""
    started = time.monotonic()
    with shop.store.room(EXPECTED_BYTES, where=shop.name):
        own = replace(shop, root=shop.store.begin(key()), machine=host_machine())
        files = fetch_packages(PACKAGES, own)
        fetch_s = time.monotonic() - started
        unpack([path for _, path in files], own)
        kept = _keep([f"qemu-{machine}" for machine in ARCHITECTURES], own.root)
        relink_programs(kept, own)
        _compile_plugin(own)
        check_plugin(own.root / PROGRAMS / f"qemu-{host_machine()}", own)
        receipt = Receipt(
            row=NAME,
            recipe="debian",
            key=key(),
            executable=f"{PROGRAMS}/{kept[0].name}",
            sources=tuple(sorted((source for source, _ in files), key=lambda s: s.name)),
            toolchain={"cc": version_of("cc", own)},
            fetch_s=round(fetch_s, 3),
            build_s=round(time.monotonic() - started - fetch_s, 3),
            size_bytes=tree_bytes(own.root),
            made=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        write_manifest(own.root)
        shop.store.finish(key(), sealed(receipt))
    found = shop.store.find(key())
    if found is None:
        raise WorldFailure("the packages have no emulator", where=shop.name)
    return found


def _compile_plugin(shop: Workshop) -> None:
    """The host's compiler will do: nothing of the plugin runs in what is counted."""
    cc = need_tool("cc", where=shop.name, mend=INSTALL_CC)
    words = (str(cc), "-O2", "-shared", "-fPIC", "-o", str(shop.root / PLUGIN), str(SOURCE))
    run(Tool(what="compiling the counter of instructions", argv=words), shop)


def check_plugin(program: Path, shop: Workshop) -> None:
    """Have a program of the host's counted; raises WorldFailure for an emulator without plugins."""
    out = shop.root / "counted"
    words = (str(program), "-plugin", f"{shop.root / PLUGIN},out={out}", *TRIED)
    tried = attempt(Tool(what="trying the counter", argv=words, limits=TRIAL_LIMITS), shop)
    counted = out.read_text() if out.is_file() else ""
    out.unlink(missing_ok=True)
    if not (tried.ok and counted.startswith("exit ")):
        lines = tried.stderr.decode(errors="replace").strip().splitlines()
        raise WorldFailure(
            f"this emulator cannot count: {lines[-1] if lines else 'its plugin says nothing'}",
            where=shop.name,
            next_step=f"log: {shop.log}",
        )


def _keep(names: Sequence[str], root: Path) -> list[Path]:
    """The wanted programs; the others, thirty architectures of 5 MB each, are thrown away."""
    for path in (root / PROGRAMS).glob("qemu-*"):
        if path.name not in names:
            path.unlink()
    return [root / PROGRAMS / name for name in names]
