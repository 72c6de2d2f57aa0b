"""Downloads of the store, verified every time they are used.

Owns the rule that no byte is used whose checksum was not just computed. Refuses to know how a
file travels: the caller brings the carrier.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyrometer.errors import WorldFailure
from pyrometer.model import Source
from pyrometer.provision.workshop import Workshop


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A file by name and checksum; `source` is what the receipt will say of it."""

    filename: str
    source: Source

    @property
    def sha256(self) -> str:
        """Of the whole file, hexadecimal."""
        return self.source.sha256

    @property
    def stored_name(self) -> str:
        """Its name in the store: two files of one name and different content may both be kept."""
        return f"{self.sha256}-{self.filename}"


Carrier = Callable[[Sequence[Wanted], Path], None]


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def gather(wanted: Sequence[Wanted], shop: Workshop, carry: Carrier) -> list[Path]:
    """Paths of all wanted files in the store, fetching those that are missing or spoilt.

    `carry(files, folder)` must put each file into the folder under its `filename`.
    Raises WorldFailure if a fetched file has another checksum than was announced.
    """
    missing = [item for item in wanted if not _sound(item, shop)]
    if missing:
        if shop.offline:
            names = ", ".join(item.filename for item in missing)
            raise WorldFailure(
                f"{len(missing)} of {len(wanted)} files are not in the store: {names}",
                where=shop.name,
                next_step="run once without --offline",
            )
        with tempfile.TemporaryDirectory(dir=shop.store.downloads) as folder:
            carry(missing, Path(folder))
            for item in missing:
                _accept(item, Path(folder), shop)
    return [shop.store.downloads / item.stored_name for item in wanted]


def checksum_failure(filename: str, announced: str, received: str, shop: Workshop) -> WorldFailure:
    """The one line for a file that is not what was announced."""
    return WorldFailure(
        f"{filename} has sha256 {received}, announced was {announced}",
        where=shop.name,
        next_step="the mirror may be in the middle of an update: try again later",
    )


def _sound(item: Wanted, shop: Workshop) -> bool:
    path = shop.store.downloads / item.stored_name
    if not path.is_file():
        return False
    found = sha256_of(path)
    if found == item.sha256:
        os.utime(path)  # in use: pruning leaves it alone
        return True
    path.unlink()
    shop.say(f"{item.filename} in the store is spoilt (sha256 {found}): fetching it again")
    return False


def _accept(item: Wanted, folder: Path, shop: Workshop) -> None:
    path = folder / item.filename
    if not path.is_file():
        raise WorldFailure(f"{item.filename} did not arrive", where=shop.name)
    found = sha256_of(path)
    if found != item.sha256:
        raise checksum_failure(item.filename, item.sha256, found, shop)
    final = shop.store.downloads / item.stored_name
    if path.is_symlink():  # apt links to what a local mirror already has as a file
        copied = path.with_name(f"{item.filename}.copy")
        shutil.copyfile(path, copied)
        path = copied
    path.replace(final)
