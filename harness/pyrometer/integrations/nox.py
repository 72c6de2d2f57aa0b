"""Pyrometer's interpreters in a noxfile.

    @nox.session
    @interpreters("cpython-3.11", "cpython-3.14", "pypy-8.0", "graalpy-25.0+jit")
    def tests(session: nox.Session) -> None:
        install(session, "pytest", ".")
        session.run("pytest")

makes the sessions `tests(cpython-3.11)` and so on; a row that is not built is a session that nox
reports as missing, with the command that builds it. Owns what a path cannot carry: a row's own
environment variables, and packages for interpreters whose pip cannot reach an index.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import nox

from pyrometer.definitions import choose
from pyrometer.errors import PyrometerError
from pyrometer.integrations import supply
from pyrometer.integrations.names import language_of
from pyrometer.integrations.wheels import Wheelhouse, carried_pip, reaches_an_index
from pyrometer.model import Row

SessionFunction = Callable[..., None]


def pythons(*globs: str) -> list[str]:
    """Paths of the rows that match, for `nox.session(python=…)`, each build once.

    A path cannot say `+jit`: rows that differ by their variables alone need `interpreters`.
    Raises Mistake for a glob that matches no row.
    """
    return list(dict.fromkeys(_path(row.name) for row in _chosen(globs)))


def interpreters(*globs: str) -> Callable[[SessionFunction], SessionFunction]:
    """Runs a session once for each row that matches, in the row's own environment.

    Raises Mistake for a glob that matches no row.
    """
    cases = [nox.param(_path(row.name), row, id=row.name) for row in _chosen(globs)]

    def decorate(function: SessionFunction) -> SessionFunction:
        @functools.wraps(function)
        def on_row(session: nox.Session, row: Row, **parameters: Any) -> None:
            session.env.update(supply.environment_of(row))
            function(session, **parameters)

        parametrized: SessionFunction = nox.parametrize(["python", "row"], cases)(on_row)
        return parametrized

    return decorate


def install(session: nox.Session, *words: str) -> None:
    """`session.install(*words)`, also where pip reaches no index or is not in the environment.

    Raises WorldFailure with pip's reason.
    """
    row = _row_at(str(session.python))
    if row is None:
        session.install(*words)
        return
    python = language_of(row)
    asked: Sequence[str] = words
    if not reaches_an_index(row.expect.implementation):
        folder = Path(session.virtualenv.location) / "wheels"
        asked = Wheelhouse(folder=folder, python=python, environment=os.environ).fetch(words)
    program = str(Path(session.bin) / "python")
    command = [sys.executable, str(carried_pip(python)), "--python", program, "install", *asked]
    session.run(*command, external=True, silent=True)


def _chosen(globs: Sequence[str]) -> list[Row]:
    return choose(globs, supply.rows(), lambda row: (row.name,), "interpreter")


def _row_at(executable: str) -> Row | None:
    """A row whose build that is; rows that share it have one implementation and language."""
    for row in supply.rows():
        build = supply.found(row)
        if build is not None and str(build.executable) == executable:
            return row
    return None


@functools.cache
def _path(name: str) -> str:
    """The executable of a row; for one that cannot be had the reason, which nox then prints."""
    row = next(row for row in supply.rows() if row.name == name)
    if not (supply.found(row) or supply.may_build()):
        return f"{name}, which is not built ({supply.how_to_build(row)}),"
    os.environ.setdefault("PY_DISCOVERY_TIMEOUT", supply.ANSWER_S)
    try:
        return str(supply.target_for(row).build.executable)
    except PyrometerError as failure:
        return f"{name} ({failure.line})"
