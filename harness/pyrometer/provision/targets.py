"""What can be started: a row on its build, by way of an emulator or of what counts instructions.

Owns which of them a program is started with.
"""

from __future__ import annotations

from pyrometer.model import Build, Counter, Interpreter, Row, Target
from pyrometer.provision import emulator
from pyrometer.provision.elf import is_program
from pyrometer.provision.store import Store
from pyrometer.provision.workshop import host_machine


def target(
    row: Row,
    build: Build,
    store: Store | None = None,
    *,
    counted: bool = False,
    instrument: Counter | None = None,
) -> Target:
    """What can be started for a row on its build; the build must come from `obtain`.

    With `counted`, and where that is possible, with what counts its instructions: the emulator, or
    an `instrument`, which knows this machine's own programs alone.
    """
    facts = build.receipt.facts[row.name]
    machine = row.machine or host_machine()
    foreign = emulator.is_foreign(machine)
    own = emulator.kept(machine, store) if store and (foreign or counted) else None
    interpreter = Interpreter(
        implementation=facts.implementation,
        version=facts.version,
        variant=row.variant,
        platform=facts.platform,
        arch=facts.arch,
    )
    return Target(
        row=row,
        interpreter=interpreter,
        build=build,
        facts=facts,
        argv=(str(build.executable), *row.arguments),
        environment=dict(row.environment),
        emulated=own.name if own and foreign else "",
        counter=_counter(build, machine, own, instrument) if counted else None,
    )


def _counter(
    build: Build, machine: str, own: emulator.Emulator | None, instrument: Counter | None
) -> Counter | None:
    if instrument is None:
        return own.counter(build.executable, machine) if own else None
    foreign = emulator.is_foreign(machine)
    return None if foreign or not is_program(build.executable) else instrument
