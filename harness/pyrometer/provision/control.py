"""The host's own build of a release under the emulator that runs foreign ones.

Owns its launcher, which lies in the build, so that the interpreter finds its library from there and
its children are emulated as well. What it shows too is the emulator's and not the architecture's.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pyrometer.errors import WorldFailure
from pyrometer.model import Target
from pyrometer.provision import emulator
from pyrometer.provision.elf import is_program
from pyrometer.provision.manifest import CONTROL
from pyrometer.provision.store import Store
from pyrometer.provision.workshop import host_machine


def control_of(native: Target, store: Store) -> Target:
    """The target emulated; raises WorldFailure where it cannot be."""
    row, build = native.row, native.build
    own = emulator.kept(host_machine(), store)
    if own is None:
        raise WorldFailure("the emulator is not there", where=row.name)
    if not is_program(build.executable):
        raise WorldFailure("a script starts it, which is not emulated", where=row.name)
    inside = Path(build.receipt.executable)
    launcher = build.root / inside.parent.parent / CONTROL / inside.name
    try:
        emulator.write_launcher(launcher, build.executable.resolve(), own)
    except OSError as error:
        raise WorldFailure(
            f"its launcher cannot be written: {error.strerror}", where=row.name
        ) from error
    return replace(native, argv=(str(launcher), *row.arguments), emulated=own.name, counter=None)
