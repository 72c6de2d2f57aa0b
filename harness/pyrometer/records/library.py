"""A folder of result sets: naming new ones, finding old ones.

Owns the layout `raw/<date>-<machine>[-n]/`. Refuses to open more than it is asked for.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

from pyrometer.errors import Mistake
from pyrometer.records.read import ResultSet, read
from pyrometer.records.write import HEAD, cannot_write, is_being_written


class Library:
    """The results folder of a project: `raw/` grows, `reports/` is made again from it.

    Result sets of another `kind` lie beside those of runs: `calibration/`.
    """

    def __init__(self, root: Path, kind: str = "raw") -> None:
        self.root = root
        self.raw = root / kind
        self.reports = root / "reports"

    def names(self) -> list[str]:
        """Names of result sets, the oldest first."""
        return [folder.name for folder in self._folders()]

    def open(self, name: str = "") -> ResultSet:
        """A result set by name or folder, the newest if neither is given; or Mistake."""
        folders = self._folders()
        if not name:
            if not folders:
                raise Mistake(
                    "no results yet", where=str(self.raw), next_step="pyrometer run makes some"
                )
            return read(folders[-1])
        if (self.raw / name / HEAD).is_file():
            return read(self.raw / name)
        if (Path(name) / HEAD).is_file():
            return read(Path(name))
        raise Mistake(
            f"no result set {name!r}",
            where=str(self.raw),
            next_step=f"there are: {', '.join(self.names()) or 'none'}",
        )

    def unfinished(self, plan_sha256: str) -> ResultSet | None:
        """The newest result set of the same work that still lacks some of it."""
        for folder in reversed(self._folders()):
            try:
                found = read(folder)
            except Mistake:  # of a newer schema, or damaged: not ours to go on with
                continue
            if found.run.plan_sha256 == plan_sha256:
                taken = found.run.finished or is_being_written(folder)
                return None if taken else found
        return None

    def new_folder(self, date: str, machine: str) -> Path:
        """A new and empty folder: two runs that begin at once get two; or WorldFailure."""
        name, number = f"{date}-{machine}", 1
        while not _made(folder := self.raw / (name if number == 1 else f"{name}-{number}")):
            number += 1
        return folder

    def _folders(self) -> list[Path]:
        heads = self.raw.glob(f"*/{HEAD}")
        return sorted((head.parent for head in heads), key=lambda folder: _order(folder.name))


def _made(folder: Path) -> bool:
    """False if it was there already."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            folder.mkdir()
            return True
    except OSError as error:
        raise cannot_write(error, str(folder)) from error
    return False


def _order(name: str) -> tuple[str, int]:
    stem, _, number = name.rpartition("-")
    return (stem, int(number)) if number.isdigit() and len(number) < 3 else (name, 1)
