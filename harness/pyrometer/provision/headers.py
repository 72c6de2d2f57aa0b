"""Headers of an interpreter whose packages bring none: of a package of its own, unpacked alone.

Owns the folder that stands in for the one where the interpreter believes them to be.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path

from pyrometer.model import Target
from pyrometer.provision.roots import Packages, fetch_packages, unpack
from pyrometer.provision.workshop import Workshop

HEADER = "Python.h"


def headers_of(target: Target, include: Sequence[str], shop: Workshop) -> list[str]:
    """Folders with Python.h and what it includes: those given, before them one that has it.

    Where there is none, those given: whoever needs it says so. The folder is unpacked beside the
    shop's root. Raises WorldFailure when packages that the row names cannot be had.
    """
    row, suite = target.row, target.row.recipe.options.get("suite")
    found = any((Path(folder) / HEADER).is_file() for folder in include)
    if found or not row.header_packages or not isinstance(suite, str):
        return list(include)
    wanted = Packages(suite=suite, names=row.header_packages)
    named = hashlib.sha256(" ".join((shop.machine, suite, *wanted.names)).encode()).hexdigest()
    folder = shop.root.parent / f"headers-{named[:16]}"
    if not folder.is_dir():
        fetched = fetch_packages(wanted, shop)
        unpack([path for source, path in fetched if source.name in wanted.names], shop)
        shutil.move(shop.root, folder)
    inside = [str(folder / Path(one).relative_to(target.build.root)) for one in include]
    return [*inside, *include]
