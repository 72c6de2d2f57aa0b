"""Asks a program for its facts.

Owns the start of `probe_script.py` and the reading of what it prints. Refuses to judge the
facts (`verify.py` does) and to believe lines without its token.
"""

from __future__ import annotations

import os
import platform
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from pyrometer.errors import WorldFailure
from pyrometer.launch import Command, Exit, launch
from pyrometer.model import Facts, Limits
from pyrometer.provision.elf import machine_of
from pyrometer.provision.environment import target_environment

SCRIPT = Path(__file__).with_name("probe_script.py")
# Two starts of a JVM on a machine that builds six other things meanwhile.
PROBE_LIMITS = Limits(timeout_s=900.0, output_bytes=2**20)
TOKEN_BYTES = 8


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a program said of itself, and where it says that it is."""

    facts: Facts
    executable: str


def probe(
    argv: Sequence[str],
    row_environment: Mapping[str, str],
    *,
    where: str,
    log: Path | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Answer:
    """Start a program, with a row's words behind it, on the probe script, as a target would be.

    Raises WorldFailure when it does not answer like a Python.
    """
    environment = target_environment(row_environment)
    return ask(argv, environment, where=where, log=log, cancelled=cancelled)


def resolve_shim(
    executable: Path, *, where: str, cancelled: Callable[[], bool] = lambda: False
) -> Path:
    """The program behind a script that starts one (pyenv's shims), else the path itself.

    Asked under the person's own environment, which is what tells a shim whom to start.
    """
    with executable.open("rb") as file:
        if file.read(2) != b"#!":
            return executable
    named = ask((str(executable),), os.environ, where=where, cancelled=cancelled).executable
    return Path(named) if named else executable


def ask(
    argv: Sequence[str],
    environment: Mapping[str, str],
    *,
    where: str,
    log: Path | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Answer:
    """Start the probe script under exactly this environment."""
    token = secrets.token_hex(TOKEN_BYTES)
    command = Command(
        argv=(*argv, str(SCRIPT), token), environment=environment, limits=PROBE_LIMITS
    )
    ended = launch(command, log=log, cancelled=cancelled)
    if ended.cancelled:
        raise WorldFailure("interrupted while it was asked for its facts", where=where)
    try:
        return parse_answer(ended.stdout.decode(errors="replace"), token)
    except ValueError as error:
        machine = machine_of(Path(argv[0]))
        if ended.not_started and machine not in ("", platform.machine()):
            raise WorldFailure(
                f"it is a program for {machine}, this machine is {platform.machine()}",
                where=where,
                next_step="rows that end in the name of an architecture are emulated:"
                " pyrometer list",
            ) from error
        raise WorldFailure(
            f"does not answer as a Python 3.9 or newer: {_why(ended, str(error))}",
            where=where,
            next_step=f"log: {log}" if log else "",
        ) from error


def parse_answer(stdout: str, token: str) -> Answer:
    """Read framed facts among whatever noise; raises ValueError with the reason."""
    told: dict[str, str] = {}
    for line in stdout.splitlines():
        word, _, rest = line.partition(" ")
        key, equals, value = rest.partition("=")
        if word == token and equals:
            told[key] = unquote(value)
    count = told.pop("end", None)
    if count is None or count != str(len(told)):
        raise ValueError("it printed no facts" if not told else "its facts are cut off")
    try:
        executable = told.pop("executable")
        return Answer(facts=_facts(told), executable=executable)
    except (KeyError, TypeError) as error:
        raise ValueError(f"its facts are not those asked for: {error}") from error


def _facts(told: Mapping[str, str]) -> Facts:
    numbers = {"clock_resolution_ns": int(told["clock_resolution_ns"])}
    switches = {key: told[key] == "1" for key in ("jit", "gil")}
    words = {key: value for key, value in told.items() if key not in numbers | switches}
    return Facts(**words, **switches, **numbers)  # type: ignore[arg-type]


def _why(ended: Exit, reading: str) -> str:
    if ended.not_started:
        return ended.not_started
    if ended.timed_out:
        return "it did not end"
    lines = [line for line in ended.stderr.decode(errors="replace").splitlines() if line.strip()]
    spoken = f": {lines[-1].strip()}" if lines else ""
    return f"{reading} (exit status {ended.code}){spoken}"
