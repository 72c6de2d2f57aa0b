"""The key of a build: what decides its content, so that another recipe is another build.

Owns what is decisive.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import msgspec

from pyrometer.model import Row
from pyrometer.provision import checkout, emulator, recipes
from pyrometer.provision.workshop import host_machine


def key_of(row: Row, machine: str | None = None) -> str:
    """The key of a row's build: its name for people, a hash of all that decides its content."""
    module = recipes.find(row.recipe.kind, where=row.name)
    decisive = {
        "kind": row.recipe.kind,
        "options": dict(row.recipe.options),
        "arch": row.machine or machine or host_machine(),
        "code": module.CODE_VERSION,
    }
    parts = checkout.source_of(row.recipe)
    if parts:
        decisive["checkout"] = parts.sha256
    if row.recipe.copy:
        decisive["copy"] = row.recipe.copy
    if emulator.is_foreign(row.machine):
        decisive["emulator"] = emulator.key()  # its place is written into the build
    canonical = msgspec.json.encode(decisive, order="deterministic")
    return f"{stem(row)}-{hashlib.sha256(canonical).hexdigest()[:12]}"


def keys_of(rows: Iterable[Row]) -> frozenset[str]:
    """The keys that `Store.prune` must keep for these rows."""
    return frozenset(key_of(row) for row in rows) | {emulator.key()}


def stem(row: Row) -> str:
    """What the names of a row and of its variants begin with, and its architecture."""
    machine = f"-{row.machine}" if row.machine else ""
    return row.name.removesuffix(machine).partition("+")[0] + machine
