"""What stands between a row and its build, and the command that removes it.

Owns the questions; the answers are values for others to show. Builds nothing.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pyrometer.errors import PyrometerError
from pyrometer.model import Build, Row
from pyrometer.provision import emulator, recipes
from pyrometer.provision.keys import key_of
from pyrometer.provision.manifest import damage
from pyrometer.provision.store import Store
from pyrometer.provision.workshop import Need, Workshop, host_machine


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """One row: what its recipe needs, whether its build is there, what is amiss with it.

    `damage` is filled only when the build was verified, which reads all of it.
    """

    row: str
    needs: tuple[Need, ...] = ()
    built: bool = False
    strays: tuple[str, ...] = ()
    damage: tuple[str, ...] = ()
    complaint: str = ""

    @property
    def healthy(self) -> bool:
        """Built with nothing amiss, or nothing in the way of building it."""
        can_be_had = self.built or all(need.found for need in self.needs)
        return can_be_had and not (self.strays or self.damage or self.complaint)


def examine(rows: Sequence[Row], store: Store, *, verify: bool = False) -> tuple[Diagnosis, ...]:
    """A diagnosis for every row, in their order; never raises for what it finds.

    With `verify` every file of a build is compared with what it was when it was made.
    """
    verified = functools.cache(damage) if verify else lambda _root: ()  # rows share builds
    return tuple(_examined(row, store, verified) for row in rows)


def _examined(row: Row, store: Store, verified: Callable[[Path], tuple[str, ...]]) -> Diagnosis:
    try:
        module = recipes.find(row.recipe.kind, where=row.name)
        module.check(row.recipe, row.name)
        needs = module.needs(row.recipe)
        if emulator.is_foreign(row.machine):
            needs += emulator.needs()
            if not module.FOREIGN:
                raise emulator.cannot_be_made(row.name, row.machine)
        build = store.find(key_of(row)) if module.STORED else None
        missing = _strays(module, build, store, row.machine) if build else ()
    except PyrometerError as error:
        return Diagnosis(row=row.name, complaint=error.line)
    return Diagnosis(
        row=row.name,
        needs=needs,
        built=build is not None or not module.STORED,
        strays=missing,
        damage=verified(build.root) if build else (),
    )


def _strays(
    module: recipes.RecipeModule, build: Build, store: Store, machine: str
) -> tuple[str, ...]:
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    shop = Workshop(
        store=store,
        name=build.receipt.row,
        root=build.root,
        log=store.logs / f"doctor-{build.receipt.key}-{stamp}.log",
        machine=machine or host_machine(),
    )
    return module.strays(build.receipt.executable, shop)
