"""Placement groups in the hub: resources set aside, and counted under the group's own names.

Called with the hub's lock held.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from polyray.refs import Call, ObjectRef
from polyray.scheduler import units

if TYPE_CHECKING:
    from polyray.core import Core

    Bundles = Sequence[Mapping[str, float]]


def renamed(wanted: Mapping[str, int], group: str, index: int) -> dict[str, int]:
    """What a task inside a group takes: the group's resources instead of the session's."""
    place = "{}_group_{}".format if index < 0 else "{{}}_group_{}_{{}}".format(index).format
    return {place(name, group): amount for name, amount in wanted.items()}


class Reservations:
    """Groups that are reserved, and those that wait for their resources."""

    def __init__(self, hub: Core) -> None:
        self.hub = hub
        self.groups: dict[str, dict[str, Any]] = {}
        self.waiting: list[str] = []

    def add(self, identity: str, bundles: Bundles, name: str) -> ObjectRef[bool]:
        """A reference that is ready when everything is reserved."""
        ref: ObjectRef[bool] = ObjectRef()
        ref._value = Call(_NOTHING, 0)
        self.groups[identity] = {"bundles": bundles, "name": name, "ref": ref, "reserved": None}
        self.waiting.append(identity)
        self.advance()
        return ref

    def advance(self) -> None:
        """Reserve what fits now."""
        for identity in list(self.waiting):
            group = self.groups[identity]
            total: dict[str, int] = {}
            for bundle in group["bundles"]:
                for name, amount in bundle.items():
                    total[name] = total.get(name, 0) + units(amount)
            if not self.hub.resources.fits(total):
                self.hub.lanes.reclaim()
            if self.hub.resources.fits(total):
                self.waiting.remove(identity)
                self.hub.resources.take(total)
                self.hub.resources.add(self._names(identity, group["bundles"]))
                group["reserved"] = total
                self.hub.fill(group["ref"], True)

    def _names(self, identity: str, bundles: Bundles) -> dict[str, int]:
        found: dict[str, int] = {}
        for index, bundle in enumerate(bundles):
            wanted = {name: units(amount) for name, amount in bundle.items()}
            for names in (renamed(wanted, identity, -1), renamed(wanted, identity, index)):
                for name, amount in names.items():
                    found[name] = found.get(name, 0) + amount
        return found

    def remove(self, identity: str) -> None:
        """Give everything back; what still runs inside ends by itself."""
        group = self.groups.pop(identity, None)
        if group is None:
            return
        if identity in self.waiting:
            self.waiting.remove(identity)
        if group["reserved"] is not None:
            self.hub.resources.remove(self._names(identity, group["bundles"]))
            self.hub.resources.give(group["reserved"])

    def named(self, name: str) -> tuple[str, Bundles, ObjectRef[bool]]:
        """(identity, bundles, reference) of the group of that name; raises ValueError."""
        for identity, group in self.groups.items():
            if name and group["name"] == name:
                return identity, group["bundles"], group["ref"]
        raise ValueError("no placement group is named {!r}".format(name))

    def table(self) -> dict[str, dict[str, Any]]:
        """What is known of each."""
        return {
            identity: {
                "placement_group_id": identity,
                "name": group["name"],
                "bundles": dict(enumerate(group["bundles"])),
                "state": "PENDING" if group["reserved"] is None else "CREATED",
            }
            for identity, group in self.groups.items()
        }


class _Nothing:
    max_retries = 0
    fid = 0
    name = "placement group"


_NOTHING: Any = _Nothing()
