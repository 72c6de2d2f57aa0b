"""The figures of calibration runs: one file beside the rows that they were counted from.

Owns which are the newest of a machine. Refuses to count.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from pyrometer.analysis.error_findings import Calibration
from pyrometer.calibration import KIND
from pyrometer.errors import Mistake, WorldFailure
from pyrometer.files import write_atomically
from pyrometer.records import Library

FIGURES = "calibration.json"


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


def newest(machine: str, library: Library) -> Calibration | None:
    """The last calibration of a machine by its name; Mistake for a file that is none."""
    paths = Library(library.root, KIND).raw.glob(f"*/{FIGURES}")
    own = [one for one in map(_read, paths) if one.machine == machine]
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
