"""Resources reserved together, in bundles. Owns the names under which they are counted."""

import os

import polyray as ray
from polyray import current

__all__ = ["PlacementGroup", "placement_group", "placement_group_table", "remove_placement_group"]


class PlacementGroup:
    """A reservation; its bundles are counted as resources of its own."""

    def __init__(self, identity, bundles, ready):
        self.id = identity
        self.bundle_specs = bundles
        self._ready = ready

    def ready(self):
        """A reference that is ready when the resources are reserved."""
        return self._ready

    def wait(self, timeout_seconds=30):
        """Are they reserved within so long?"""
        return bool(ray.wait([self._ready], timeout=timeout_seconds)[0])

    @property
    def bundle_count(self):
        """How many bundles."""
        return len(self.bundle_specs)


def placement_group(bundles, strategy="PACK", name="", lifetime=None, **_others):
    """Reserve bundles of resources; returns at once."""
    if not isinstance(bundles, list) or not bundles or not all(bundles):
        raise ValueError("bundles is a list of dicts that ask for something")
    if strategy not in ("PACK", "SPREAD", "STRICT_PACK", "STRICT_SPREAD"):
        raise ValueError("strategy is PACK, SPREAD, STRICT_PACK or STRICT_SPREAD")
    identity = os.urandom(18).hex()
    ready = current.session().ask("reserve", identity, bundles, name or "", lifetime)
    return PlacementGroup(identity, bundles, ready)


def remove_placement_group(group):
    """Give its resources back."""
    current.session().ask("unreserve", group.id)


def placement_group_table(group=None):
    """What is known of one reservation, or of all by id."""
    table = current.session().ask("reservations")
    return table[group.id] if group is not None else table
