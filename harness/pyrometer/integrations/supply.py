"""From a row to something that another tool can start.

Owns the rule that nothing is built unasked, and the line that says what to do instead. Tools load
their plugins at every start, so this module must not be imported before an interpreter is wanted.
"""

from __future__ import annotations

import functools
import logging
import os
import shlex
from collections.abc import Mapping

from pyrometer import campaign, conduct
from pyrometer.errors import Mistake
from pyrometer.integrations.names import row_named
from pyrometer.model import Build, Row, Target
from pyrometer.provision.keys import key_of
from pyrometer.provision.store import Store
from pyrometer.provision.work import Progress

BUILD_VARIABLE = "PYROMETER_BUILD_MISSING"
YES = ("1", "yes", "true", "on")
# A JVM on a loaded machine takes a minute to answer what it is; 15 s are usual.
ANSWER_S = "180"

logger = logging.getLogger("pyrometer")


@functools.cache
def rows() -> tuple[Row, ...]:
    """The rows of this installation's definitions."""
    return campaign.all_rows()[0]


def row_meant(name: str) -> Row | None:
    """The row that a name means, or None where it means none of ours."""
    return row_named(name, rows())


def found(row: Row) -> Build | None:
    """The row's build in the store, not asked whether it keeps the row's promises."""
    return Store.default().find(key_of(row))


def environment_of(row: Row | None) -> dict[str, str]:
    """The variables that make a build this row rather than another."""
    return dict(row.environment) if row else {}


def may_build(environ: Mapping[str, str] | None = None) -> bool:
    """Whether the person allowed to build what is missing."""
    source = os.environ if environ is None else environ
    return source.get(BUILD_VARIABLE, "").lower() in YES


def how_to_build(row: Row) -> str:
    """The command that puts a row into the store."""
    return f"pyrometer build -i {shlex.quote(row.name)}"


def target_for(row: Row) -> Target:
    """What can be started for a row, building it first if that is allowed.

    Raises Mistake if it is not built and may not be, WorldFailure if it cannot be had.
    """
    listener = conduct.Listener()
    if found(row) is None:
        if not may_build():
            raise Mistake(
                f"{row.name} is not built",
                next_step=f"{how_to_build(row)}, or let it be built by itself: {BUILD_VARIABLE}=1",
            )
        logger.warning("building %s, because %s is set", row.name, BUILD_VARIABLE)
        listener = conduct.Listener(building=_note)
    targets, missing = conduct.build_targets([row], listener)
    for failure in missing.values():
        raise failure
    return targets[row.name]


def _note(progress: Progress) -> None:
    logger.info("%s: %s", progress.row, progress.phase)
