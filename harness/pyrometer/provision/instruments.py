"""What counts the instructions of a native process as a whole: perf, or valgrind's callgrind.

Owns how they are started, and whether this machine has them. Neither sees the target's marks; the
emulator, which does, is in `emulator.py` and is what counts are taken with by default.
"""

from __future__ import annotations

import re
from pathlib import Path

from pyrometer.errors import WorldFailure
from pyrometer.launch import Command, Exit, launch
from pyrometer.model import Counter, Instrument, Limits
from pyrometer.provision.environment import tool_environment
from pyrometer.provision.tools import find_tool

EVENT = "instructions:u"
LIMITS = Limits(timeout_s=60.0)
NEXT_STEP = "leave --instrument out: an emulator counts on every machine"
MEND = {
    "perf": "on Debian: apt-get install linux-perf",
    "callgrind": "on Debian: apt-get install valgrind",
}
_VERSION = re.compile(r"\d+(?:\.\d+)+")


def instrument(name: Instrument) -> Counter:
    """What counts by that name; raises WorldFailure where this machine has it not."""
    return _perf() if name == "perf" else _callgrind()


def _perf() -> Counter:
    """The kernel's counter of what user code retires; virtual machines seldom have one."""
    program = _program("perf", "perf")
    tried = _start(program, "stat", "-x,", "-e", EVENT, "--", "true")
    if not tried.ok or not tried.stderr.strip()[:1].isdigit():
        lines = tried.stderr.decode(errors="replace").strip().splitlines()
        said = next((line for line in lines if EVENT.partition(":")[0] in line), "no word of it")
        raise WorldFailure(
            f"this kernel counts no instructions: perf says {said.split(',')[0]}",
            where="perf",
            next_step=NEXT_STEP,
        )
    return Counter(
        name=f"perf {_version(program)} {EVENT}, children too, difference of two processes",
        argv=(str(program), "stat", "-x,", "-e", EVENT, "-o", Counter.OUT, "--"),
        instrument="perf",
    )


def _callgrind() -> Counter:
    """Valgrind's count, which translates code as an emulator does, for its own processor alone.

    Code may be written while it runs anywhere (`--smc-check`), as compilers do.
    """
    program = _program("valgrind", "callgrind")
    words = ("-q", "--tool=callgrind", "--smc-check=all-non-file")
    return Counter(
        name=f"callgrind {_version(program)}, difference of two processes",
        argv=(str(program), *words, f"--callgrind-out-file={Counter.OUT}"),
        instrument="callgrind",
    )


def _program(name: str, wanted: str) -> Path:
    found = find_tool(name)
    if found is None:
        raise WorldFailure(f"{name} is missing", where=wanted, next_step=MEND[wanted])
    return found


def _version(program: Path) -> str:
    found = _VERSION.search(_start(program, "--version").stdout.decode(errors="replace"))
    return found.group() if found else "unknown"


def _start(program: Path, *words: str) -> Exit:
    environment = tool_environment()
    return launch(Command(argv=(str(program), *words), environment=environment, limits=LIMITS))
