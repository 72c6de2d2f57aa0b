"""Targets for tests: the host's own python, and fakes that misbehave."""

from __future__ import annotations

from pathlib import Path

from pyrometer.model import (
    Build,
    Expectation,
    Facts,
    Interpreter,
    Receipt,
    Recipe,
    Row,
    Target,
)

FAKES = Path(__file__).parent / "fakes"


def make_target(*argv: str, name: str = "fake-1.0") -> Target:
    """A target without a probe: what it is does not matter, what it does is the test."""
    facts = Facts(
        implementation="fake",
        version="1.0",
        language="3.11",
        arch="x86_64",
        platform="linux",
        jit=False,
        gil=True,
    )
    row = Row(
        name=name,
        expect=Expectation(implementation="fake", series="1.0"),
        recipe=Recipe(kind="host"),
    )
    receipt = Receipt(row=name, recipe="host", key=name, executable="fake", sources=())
    build = Build(root=FAKES, executable=Path(argv[0]), receipt=receipt)
    interpreter = Interpreter(implementation="fake", version="1.0")
    return Target(row=row, interpreter=interpreter, build=build, facts=facts, argv=argv)


def is_alive(pid: int) -> bool:
    """Does the process run (a zombie does not)?"""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):  # it may end after the file was opened
        return False
