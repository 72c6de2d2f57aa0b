"""What the cases of a suite import and load: folders, wheels and what is compiled for them.

Owns the form of it, in a suite's own `suite.toml` or in a file that several suites name as their
`equipment`. Every path in such a file is seen from the file.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from pyrometer.definitions.toml import read
from pyrometer.errors import Mistake
from pyrometer.model import Extension, Package


class _PackageForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: str
    version: str
    sha256: str


class _ExtensionForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: str
    build: str
    inputs: tuple[str, ...] = ()
    toolchain: Literal["", "rust"] = ""
    shared: bool = False
    row: str = ""
    variant: str = ""


class EquipmentForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The keys of it, as they are written."""

    libraries: tuple[str, ...] = ()
    package: tuple[_PackageForm, ...] = ()
    extension: tuple[_ExtensionForm, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Equipment:
    """Folders, wheels and extensions, each in the order in which they are looked for or built."""

    libraries: tuple[Path, ...]
    packages: tuple[Package, ...]
    extensions: tuple[Extension, ...]


def equipment(path: Path, form: EquipmentForm, shared: str = "") -> Equipment:
    """What a definition at `path` has itself, after what it shares: the file of that name.

    Raises Mistake for a path that leads nowhere, and for a name that is given twice.
    """
    own = _read(path, form)
    if not shared:
        return own
    file = (path.parent / shared).resolve()
    if not file.is_file():
        raise Mistake(f"no such file: {file}", where=f"{path}: equipment")
    first = _read(file, read(file, EquipmentForm))
    both = Equipment(
        libraries=first.libraries + own.libraries,
        packages=first.packages + own.packages,
        extensions=first.extensions + own.extensions,
    )
    _refuse_twins(both, path)
    return both


def _read(path: Path, form: EquipmentForm) -> Equipment:
    found = Equipment(
        libraries=_libraries(path, form.libraries),
        packages=tuple(Package(**msgspec.structs.asdict(one)) for one in form.package),
        extensions=tuple(_extension(path, one) for one in form.extension),
    )
    _refuse_twins(found, path)
    return found


def _refuse_twins(found: Equipment, path: Path) -> None:
    """An extension is found by its name, and a package is imported by it."""
    for key, names in (
        ("package", [one.name for one in found.packages]),
        ("extension", [one.name for one in found.extensions]),
    ):
        twins = [name for name, times in Counter(names).items() if times > 1]
        if twins:
            raise Mistake(f"{key} {twins[0]} is there twice", where=str(path))


def _libraries(path: Path, names: tuple[str, ...]) -> tuple[Path, ...]:
    found = tuple((path.parent / name).resolve() for name in names)
    for folder in found:
        if not folder.is_dir():
            raise Mistake(f"no such folder: {folder}", where=f"{path}: libraries")
    return found


def _extension(path: Path, form: _ExtensionForm) -> Extension:
    """The folder of the build file decides as well, whatever lies in it."""
    build = (path.parent / form.build).resolve()
    inputs = (build.parent, *((path.parent / name).resolve() for name in form.inputs))
    for needed in (build, *inputs):
        if not needed.exists():
            raise Mistake(f"no such file: {needed}", where=f"{path}: extension {form.name}")
    return Extension(
        name=form.name,
        build=build,
        inputs=inputs,
        toolchain=form.toolchain,
        shared=form.shared,
        row=form.row,
        variant=form.variant,
    )
