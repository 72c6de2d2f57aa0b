"""The figures of calibration runs, in a file beside the rows that they are counted from.

Owns what is kept of them, and which are the newest of a machine.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from pyrometer.analysis.error_rates import error_rates
from pyrometer.analysis.findings.errors import Calibration
from pyrometer.analysis.gather import Gathered
from pyrometer.calibration import KIND
from pyrometer.errors import Mistake, WorldFailure
from pyrometer.files import write_atomically
from pyrometer.records import Library, ResultSet

FIGURES = "calibration.json"


def counted(found: ResultSet) -> Calibration:
    """The error rates of what was run, also where it was cut short."""
    gathered = Gathered.of(found.run, found.outcomes)
    there = [row for row in found.run.rows if not row.missing]
    interpreters = tuple(dict.fromkeys(row.interpreter for row in there))
    return Calibration(
        name=found.run.name,
        machine=found.run.machine.name,
        started=found.run.started,
        revision=found.run.revision,
        interpreters=interpreters,
        cases=len(found.run.cases),
        processes=sum(bool(outcome.samples) for outcome in gathered.outcomes),
        rates=error_rates(gathered),
        builds=len({row.receipt.key for row in there if row.receipt}) // len(interpreters),
    )


def encoded(found: Calibration) -> str:
    """As JSON, made to be read by people too."""
    return msgspec.json.format(msgspec.json.encode(found), indent=1).decode() + "\n"


def keep(found: Calibration, folder: Path) -> None:
    """Write the figures beside their rows; or raise WorldFailure."""
    try:
        write_atomically(folder / FIGURES, encoded(found).encode())
    except OSError as error:
        raise WorldFailure(
            f"cannot write the figures: {error.strerror}", where=folder.name
        ) from error


def newest(machine: str, library: Library, *, of_builds: bool = False) -> Calibration | None:
    """The last calibration of a machine by its name; Mistake for a file that is none.

    With `of_builds` the last one of several builds of one source.
    """
    paths = Library(library.root, KIND).raw.glob(f"*/{FIGURES}")
    kept = [one for one in map(_read, paths) if one.machine == machine]
    own = [one for one in kept if (one.builds > 1) == of_builds]
    return max(own, key=lambda one: (one.started, one.name), default=None)


def _read(path: Path) -> Calibration:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Calibration)
    except msgspec.DecodeError as error:
        raise Mistake(
            f"no figures of a calibration: {error}",
            where=f"{path.parent.name}/{path.name}",
            next_step=f"pyrometer calibrate --again {path.parent.name}",
        ) from None
