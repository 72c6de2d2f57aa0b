"""Parts of this checkout that a build is made from: copied out of it, and decisive for its key.

Owns the option `parts` of a recipe: folders, named from the one that holds `interpreters/`. Refuses
to have anything written among the sources.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from pyrometer.definitions.locate import definitions_root
from pyrometer.errors import WorldFailure
from pyrometer.model import Recipe, Source
from pyrometer.provision.workshop import Workshop

OPTION = "parts"
MADE = ("target", "__pycache__")


def source_of(recipe: Recipe) -> Source | None:
    """What a receipt says of a recipe's parts; None where it has none. Raises WorldFailure."""
    parts = _parts(recipe)
    if not parts:
        return None
    content, size_bytes, count = hashlib.sha256(), 0, 0
    for path in _files(parts):
        data = path.read_bytes()
        name = path.relative_to(definitions_root()).as_posix()
        content.update(f"{name}\n{hashlib.sha256(data).hexdigest()}\n".encode())
        size_bytes, count = size_bytes + len(data), count + 1
    return Source(
        name="checkout", version=f"{count} files", sha256=content.hexdigest(), size_bytes=size_bytes
    )


def copy(recipe: Recipe, into: Path, shop: Workshop) -> None:
    """Copy the parts below a folder, as they lie to each other; raises WorldFailure."""
    shop.say("copying its parts of this checkout")
    for part in _parts(recipe):
        place = into / part.relative_to(definitions_root())
        shutil.copytree(part, place, ignore=shutil.ignore_patterns(*MADE))


def _parts(recipe: Recipe) -> list[Path]:
    root = definitions_root()
    return [root / name for name in cast("list[str]", recipe.options.get(OPTION, []))]


def _files(parts: list[Path]) -> Iterator[Path]:
    for part in parts:
        if not part.is_dir():
            raise WorldFailure(f"{part} is not there", next_step="reinstall pyrometer")
        for path in sorted(part.rglob("*")):
            if path.is_file() and not set(MADE) & set(path.parts):
                yield path
