"""`interpreters/*.toml` to rows and known gaps.

Owns the form of these files: one per implementation, `[recipe.NAME]`, `[[row]]`, `[[known]]`.
Refuses to know what a recipe's options mean: the recipe itself checks them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from pyrometer.definitions.toml import Known, read
from pyrometer.errors import Mistake
from pyrometer.model import EMULATION, Expectation, KnownGap, Recipe, Row


class _RowForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    series: str
    recipe: str
    variant: str = ""
    language: str = ""
    arguments: tuple[str, ...] = ()
    environment: dict[str, str] = {}
    check_environment: dict[str, str] = {}
    default: bool = False
    released: str = ""
    jit: bool = False
    gil: bool = True
    arch: str = ""
    also_on: tuple[str, ...] = ()
    start_s: float = 0.05
    warmup_s: float = 0.0
    title: str = ""
    header_packages: tuple[str, ...] = ()


class _InterpretersForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    implementation: str
    title: str
    recipe: dict[str, dict[str, Any]] = {}
    row: tuple[_RowForm, ...] = ()
    known: tuple[Known, ...] = ()


def load_rows(folder: Path) -> tuple[tuple[Row, ...], tuple[KnownGap, ...]]:
    """All rows and known gaps of a folder, in the order of file names and of entries.

    Raises Mistake for a malformed file, a recipe that is not there, or two rows of one name.
    """
    rows: dict[str, Row] = {}
    seen_in: dict[str, Path] = {}
    gaps: list[KnownGap] = []
    for path in sorted(folder.glob("*.toml")):
        form = read(path, _InterpretersForm)
        gaps += [known.to_gap() for known in form.known]
        for entry in form.row:
            for row in _siblings(_row(form, entry, path), entry.also_on):
                if row.name in rows:
                    raise Mistake(
                        f"two rows are named {row.name!r},"
                        f" the other is in {seen_in[row.name].name}",
                        where=str(path),
                        next_step="give one of them a variant",
                    )
                rows[row.name], seen_in[row.name] = row, path
    return tuple(rows.values()), tuple(gaps)


def _siblings(row: Row, architectures: tuple[str, ...]) -> Iterator[Row]:
    """The row, and one of the same build for each further architecture, never a default one."""
    yield row
    for arch in architectures:
        yield replace(
            row,
            name=f"{row.name}-{arch}",
            title=f"{row.title} {arch}",
            expect=replace(row.expect, arch=arch),
            machine=arch,
            default=False,
            start_s=EMULATION * row.start_s,
        )


def _row(form: _InterpretersForm, entry: _RowForm, path: Path) -> Row:
    name = f"{form.implementation}-{entry.series}"
    title = f"{form.title} {entry.series}"
    if entry.variant:
        name, title = f"{name}+{entry.variant}", f"{title} +{entry.variant}"
    return Row(
        name=name,
        title=entry.title or title,
        expect=Expectation(
            implementation=form.implementation,
            series=entry.series,
            language=entry.language,
            jit=entry.jit,
            gil=entry.gil,
            arch=entry.arch,
        ),
        variant=entry.variant,
        recipe=_recipe(form, entry.recipe, name, path),
        arguments=entry.arguments,
        environment=entry.environment,
        check_environment=entry.check_environment,
        default=entry.default,
        released=entry.released,
        start_s=entry.start_s,
        warmup_s=entry.warmup_s,
        header_packages=entry.header_packages,
    )


def _recipe(form: _InterpretersForm, wanted: str, row: str, path: Path) -> Recipe:
    if wanted not in form.recipe:
        raise Mistake(
            f"row {row!r} asks for recipe {wanted!r}, which is not there",
            where=str(path),
            next_step=f"there are: {', '.join(sorted(form.recipe)) or 'none'}",
        )
    options = dict(form.recipe[wanted])
    kind = options.pop("kind", None)
    if not isinstance(kind, str):
        raise Mistake(f"key `recipe.{wanted}.kind` must be a string", where=str(path))
    return Recipe(kind=kind, options=options)
