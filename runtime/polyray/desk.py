"""What the hub does when it is asked, by the driver or by a worker. One method per verb.

Owns questions and orders that are not the hot path: actors made and found, killing, cancelling,
resources. Called with the hub's lock held.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from polyray import serialize, store, wire
from polyray.actor import ActorSpec
from polyray.exceptions import TaskCancelledError
from polyray.refs import PENDING, Call, ObjectRef, own_call

if TYPE_CHECKING:
    from polyray.peer import Peer
    from polyray.refs import Ref
    from polyray.reservations import Bundles
    from polyray.residents import Resident


class Desk:
    """Verbs by name."""

    def __init__(self, hub: Any) -> None:
        self.hub = hub

    def create_actor(self, spec: ActorSpec) -> tuple[bytes, Ref]:
        """(identity, life) of a new actor, or of the one that has its name already."""
        assert isinstance(spec, ActorSpec)
        if type(spec.wire[1]) is list:
            store.taken(spec.wire[1])
        resident, life = self.hub.residents.create(spec)
        return resident.id, life

    def named_actor(self, name: str, namespace: str) -> tuple[bytes, Ref, str, Any]:
        """(identity, life, class name, methods) of a living actor."""
        resident = self.hub.residents.named(name, namespace)
        return (
            resident.id,
            self.hub.residents.life_of(resident),
            resident.spec.name,
            resident.spec.methods,
        )

    def actor_by_id(self, identity: bytes) -> tuple[str, Any, str, str]:
        """(class name, methods, name, namespace)."""
        spec = self.hub.residents.by_id[identity].spec
        return spec.name, spec.methods, spec.actor_name, spec.namespace

    def actor_names(self) -> list[tuple[str, str]]:
        """(namespace, name) of all living actors that have a name."""
        return sorted(self.hub.residents.names)

    def kill_actor(self, identity: bytes, no_restart: bool) -> None:
        """End an actor."""
        self.hub.residents.by_id[identity].kill(no_restart=no_restart)

    def cancel(self, ref: Ref, force: bool, recursive: bool) -> None:
        """Stop a call that has not ended, and with it what it has called."""
        if type(ref._value) is not Call:
            return
        call = own_call(ref)
        call.cancelled = True
        if call.needs:
            self.hub.fail(ref, TaskCancelledError("the task was cancelled before it ran"))
            return
        if isinstance(call.spec.fid, str):
            if force:
                raise ValueError("force=True is not for calls of actors")
            self._cancel_method(ref)
        else:
            if recursive:
                self._cancel_children(ref)
            self.hub.lanes.cancel(ref, force=force)

    def _cancel_method(self, ref: Ref) -> None:
        for resident in self.hub.residents.by_id.values():
            if resident.cancel(ref):
                return
            peer = resident.peer
            if peer is None:
                continue
            place = _place_in(peer, ref)
            if place is not None:
                self.hub.send(peer, wire.frame(wire.CANCEL, serialize.pickled(place)))
                return

    def _cancel_children(self, ref: Ref) -> None:
        """Calls that the worker of a running task has made and waits for."""
        for peer in self.hub.lanes.workers:
            if peer.inflight and peer.inflight[0] is ref:
                for child in list(peer.tasks.values()):
                    if type(child._value) is Call and not isinstance(child._value.spec.fid, str):
                        self.cancel(child, False, True)

    def cluster_resources(self) -> dict[str, float]:
        """All that there is."""
        resources = self.hub.resources
        return resources.shown(resources.total)

    def available_resources(self) -> dict[str, float]:
        """What of it is free."""
        self.hub.lanes.reclaim()
        resources = self.hub.resources
        return resources.shown(resources.free)

    def is_cancelled(self, number: int, peer: Peer) -> bool:
        """Was the call of that number in this worker cancelled?"""
        ref = peer.open.get(number) if peer.numbered or number < 0 else _at(peer, number)
        return ref is not None and getattr(ref._value, "cancelled", False)

    def reserve(
        self, identity: str, bundles: Bundles, name: str, _lifetime: str | None
    ) -> ObjectRef[bool]:
        """A reference that is ready when a placement group is reserved."""
        return self.hub.reservations.add(identity, bundles, name)

    def reservation_named(self, name: str) -> tuple[str, Bundles, ObjectRef[bool]]:
        """(identity, bundles, reference that is ready when they are reserved) of a group."""
        return self.hub.reservations.named(name)

    def unreserve(self, identity: str) -> None:
        """Give the resources of a placement group back."""
        self.hub.reservations.remove(identity)

    def reservations(self) -> dict[str, dict[str, Any]]:
        """What is known of each placement group."""
        return self.hub.reservations.table()

    def timeline(self) -> list[Any] | None:
        """(pid, name, beginning, duration, thread) of calls; None where none are noted."""
        return list(self.hub.events) if self.hub.node.most_events else None

    # --- the state, for people ----------------------------------------------------------------

    def summary(self) -> dict[str, Any]:
        """The session in a few numbers."""
        hub = self.hub
        residents = hub.residents.by_id.values()
        return {
            "driver": hub.node.pid,
            "folder": str(hub.node.folder),
            "namespace": hub.namespace,
            "resources": self.cluster_resources(),
            "available": self.available_resources(),
            "workers": len(hub.lanes.workers),
            "starting": len(hub.node.starting),
            "actors": sum(resident.died is None for resident in residents),
            "tasks waiting": len(hub.lanes.pending) + len(hub.lanes.queue),
            "tasks sent": sum(peer.count for peer in hub.lanes.workers),
            "calls retried": hub.retried,
            "tasks sent again": hub.moved,
            "shared memory bytes": store.used_bytes(),
            "frames": _ways(hub),
        }

    def list_tasks(self) -> list[dict[str, Any]]:
        """Calls that have no result yet: state, name, process."""
        hub = self.hub
        found = []
        for lane, state in (
            (hub.lanes.pending, "waiting"),
            (hub.lanes.queue, "waits for resources"),
        ):
            found += [_task(ref, state, None) for ref in lane]
        for peer in hub.lanes.workers:
            for place, ref in enumerate(peer.inflight):
                found.append(_task(ref, "sent" if place else "running", peer.pid))
            found += [_task(ref, "running", peer.pid) for ref in peer.open.values()]
        for resident in hub.residents.by_id.values():
            if resident.peer is not None:
                refs = [*resident.peer.inflight, *resident.peer.open.values()]
                found += [_task(ref, "sent", resident.peer.pid) for ref in refs]
            found += [_task(ref, "waiting", None) for ref in resident.queue]
        return found

    def list_actors(self) -> list[dict[str, Any]]:
        """Actors: class, name, state, process, calls that wait."""
        return [
            {
                "id": resident.id.hex(),
                "class": resident.spec.name,
                "name": resident.spec.actor_name,
                "namespace": resident.spec.namespace,
                "state": _state_of(resident),
                "pid": resident.peer.pid if resident.peer is not None else None,
                "calls": resident.waiting_calls(),
            }
            for resident in self.hub.residents.by_id.values()
        ]

    def list_objects(self) -> list[dict[str, Any]]:
        """Objects that more than one process knows: id, kind of value, who holds it."""
        hub = self.hub
        holders: dict[bytes, list[int]] = {}
        for peer in hub.peers.values():
            for identity in (*peer.holds, *peer.exports):
                holders.setdefault(identity, []).append(peer.pid)
        return [
            {
                "id": identity.hex(),
                "value": _kind_of(ref._value),
                "bytes": _size_of(ref._value),
                "held by": sorted(set(holders.get(identity, ()))),
            }
            for identity, ref in list(hub.exported.items())
        ]

    def list_workers(self) -> list[dict[str, Any]]:
        """Processes: what each is for, and how much it has to do."""
        hub = self.hub
        return [
            {
                "pid": peer.pid,
                "for": peer.actor.spec.name if peer.actor is not None else "tasks",
                "state": "blocked" if peer.blocked else "busy" if peer.count else "idle",
                "calls": peer.count,
                "holds": hub.resources.shown(peer.lease or {}),
                "way": peer.way,
            }
            for peer in hub.peers.values()
            if peer.process is not hub.node
        ]


def _ways(hub: Any) -> list[str]:
    """How frames travel, and why; with how many workers, where there are several ways."""
    ways = [peer.way for peer in hub.peers.values() if peer.process is not hub.node]
    if len(set(ways)) < 2:
        return ways[:1]
    return ["{} ({} workers)".format(way, ways.count(way)) for way in sorted(set(ways))]


def _task(ref: Ref, state: str, pid: int | None) -> dict[str, Any]:
    call = ref._value
    return {"id": ref.hex(), "name": call.spec.name, "state": state, "pid": pid}


def _state_of(resident: Resident) -> str:
    if resident.died is not None:
        return "dead"
    return "alive" if resident.ready else "starting"


def _kind_of(value: Any) -> str:
    if type(value) in PENDING:
        return "pending"
    if type(value) is not tuple:
        return type(value).__name__
    return {"E": "failure", "P": "pickled", "L": "shared memory"}[value[0]]


def _size_of(value: Any) -> int:
    if type(value) is not tuple:
        return 0
    return sum(value[1].lengths) if value[0] == "L" else len(value[1])


def _place_in(peer: Peer, ref: Ref) -> int | None:
    if peer.numbered:
        return next((number for number, one in peer.open.items() if one is ref), None)
    return next((peer.returned + at for at, one in enumerate(peer.inflight) if one is ref), None)


def _at(peer: Peer, number: int) -> Ref | None:
    index = number - peer.returned
    return peer.inflight[index] if 0 <= index < len(peer.inflight) else None
