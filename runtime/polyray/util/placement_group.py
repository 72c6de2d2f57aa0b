"""Resources reserved together, in bundles. Owns the names under which they are counted."""

from __future__ import annotations

import os
from typing import Any

import polyray as ray
from polyray import current

__all__ = [
    "PlacementGroup",
    "get_placement_group",
    "placement_group",
    "placement_group_table",
    "remove_placement_group",
]


class PlacementGroup:
    """A reservation; its bundles are counted as resources of its own."""

    def __init__(
        self, identity: str, bundles: list[dict[str, float]], ready: ray.ObjectRef[bool]
    ) -> None:
        self.id = identity
        self.bundle_specs = bundles
        self._ready = ready

    def ready(self) -> ray.ObjectRef[bool]:
        """A reference that is ready when the resources are reserved."""
        return self._ready

    def wait(self, timeout_seconds: float = 30) -> bool:
        """Are they reserved within so long?"""
        return bool(ray.wait([self._ready], timeout=timeout_seconds)[0])

    @property
    def bundle_count(self) -> int:
        """How many bundles."""
        return len(self.bundle_specs)


def placement_group(
    bundles: Any,
    strategy: str = "PACK",
    name: str = "",
    lifetime: str | None = None,
    **_others: Any,
) -> PlacementGroup:
    """Reserve bundles of resources; returns at once."""
    if not isinstance(bundles, list) or not bundles or not all(bundles):
        raise ValueError("bundles is a list of dicts that ask for something")
    if strategy not in ("PACK", "SPREAD", "STRICT_PACK", "STRICT_SPREAD"):
        raise ValueError("strategy is PACK, SPREAD, STRICT_PACK or STRICT_SPREAD")
    identity = os.urandom(18).hex()
    ready = current.session().ask("reserve", identity, bundles, name or "", lifetime)
    return PlacementGroup(identity, bundles, ready)


def get_placement_group(placement_group_name: str) -> PlacementGroup:
    """The reservation of that name; ValueError if there is none."""
    found = current.session().ask("reservation_named", placement_group_name)
    return PlacementGroup(*found)


def remove_placement_group(group: PlacementGroup) -> None:
    """Give its resources back."""
    current.session().ask("unreserve", group.id)


def placement_group_table(group: PlacementGroup | None = None) -> dict[str, Any]:
    """What is known of one reservation, or of all by id."""
    table = current.session().ask("reservations")
    return table[group.id] if group is not None else table
