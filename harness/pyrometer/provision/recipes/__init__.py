"""Ways to obtain a build, one module each, found by the name a definition gives as `kind`.

Owns the shape a recipe module must have. A new way is a new module here and nothing else.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol, cast

from pyrometer.errors import Mistake
from pyrometer.model import Recipe
from pyrometer.provision.workshop import Need, Obtained, Workshop


class RecipeModule(Protocol):
    """What a module in this package must have, as plain functions and four constants."""

    CODE_VERSION: int
    """Part of a build's key: raise it when the same options would now make another build."""

    STORED: bool
    """Whether builds are made in the store; False for files that stay where they are."""

    FOREIGN: bool
    """Whether it can make builds of another architecture than the host's."""

    COMPILES: bool
    """Whether builds are compiled here: then two of the same recipe need not be the same."""

    def check(self, recipe: Recipe, where: str, /) -> None:
        """Raise Mistake for options that are missing, unknown or of the wrong type."""

    def needs(self, recipe: Recipe, /) -> tuple[Need, ...]:
        """What the machine must have, and whether it has it."""

    def expected_bytes(self, recipe: Recipe, /) -> int:
        """Disk space that downloads and build will take, roughly and rather too much."""

    def obtain(self, recipe: Recipe, shop: Workshop, /) -> Obtained:
        """Make the build in `shop.root`; raises WorldFailure."""

    def strays(self, executable: str, shop: Workshop, /) -> tuple[str, ...]:
        """Shared libraries that the build in `shop.root` lacks or would take from the host."""


def kinds() -> tuple[str, ...]:
    """The recipe kinds there are."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


def find(kind: str, *, where: str = "") -> RecipeModule:
    """The module for a kind; raises Mistake for an unknown one."""
    if kind not in kinds():
        known = ", ".join(kinds())
        raise Mistake(f"unknown recipe kind {kind!r}", where=where, next_step=f"known: {known}")
    return cast("RecipeModule", importlib.import_module(f"{__name__}.{kind}"))


def check_keys(
    recipe: Recipe,
    where: str,
    required: Mapping[str, type],
    optional: Mapping[str, type] = MappingProxyType({}),
) -> None:
    """Raise Mistake unless the options are the required ones and perhaps some optional ones."""
    known = {**required, **optional}
    for key in required:
        if key not in recipe.options:
            raise Mistake(f"`{key}` is missing", where=where, next_step=_needed(required))
    for key, value in recipe.options.items():
        if key not in known:
            raise Mistake(f"unknown key `{key}`", where=where, next_step=_needed(known))
        if not isinstance(value, known[key]):
            shape = "a list" if known[key] is list else f"a {known[key].__name__}"
            raise Mistake(f"`{key}` must be {shape}, not {value!r}", where=where)


def _needed(keys: Mapping[str, type]) -> str:
    return f"this kind takes: {', '.join(keys)}"
