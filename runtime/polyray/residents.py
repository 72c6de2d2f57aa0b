"""Actors as the hub sees them: where each lives, what waits for it, what its death means.

Owns order (calls of one caller reach an actor as they were made, also when what they wait for
comes in another order), restarts and names. Called with the hub's lock held.
"""

from __future__ import annotations

import os
import pickle
import weakref
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from polyray import serialize, wire
from polyray.calls import alone
from polyray.exceptions import (
    ActorAlreadyExistsError,
    ActorDiedError,
    ActorUnavailableError,
    PendingCallsLimitExceeded,
    TaskCancelledError,
)
from polyray.refs import PENDING, filled, first_of
from polyray.scheduler import BATCH

if TYPE_CHECKING:
    from polyray.actor import ActorSpec
    from polyray.core import Core
    from polyray.peer import Peer
    from polyray.refs import Ref

MOST_SENT = 4096


class Resident:
    """One actor."""

    def __init__(self, residents: Residents, identity: bytes, spec: ActorSpec) -> None:
        self.residents = residents
        self.hub = residents.hub
        self.id = identity
        self.spec = spec
        self.peer: Peer | None = None
        self.queue: deque[Ref] = deque()  # references whose calls can be sent
        # caller -> references of which the first still waits
        self.lines: dict[Peer | None, deque[Ref]] = {}
        self.restarts = spec.max_restarts
        self.died: ActorDiedError | None = None  # why, once it is dead for good
        self.started = self.ready = self.ending = False
        # May a call that finds others in the queue join them without being counted?
        self.only_queues = spec.max_pending_calls <= 0
        self.number = 0
        # A weak reference: when it goes nobody has a handle any more.
        self.life: Callable[[], Ref | None] = lambda: None
        self.times_started = 0

    # --- calls -----------------------------------------------------------------------------

    def submit(self, ref: Ref, caller: Peer | None) -> None:
        """A call of a caller (None: the driver); raises PendingCallsLimitExceeded."""
        if self.died is not None:
            self.hub.fail(ref, self.died)
            return
        most = self.spec.max_pending_calls
        if most > 0 and self.waiting_calls() >= most:
            raise PendingCallsLimitExceeded(
                "{} calls are waiting for the actor already".format(most)
            )
        line = self.lines.get(caller)
        call = ref._value
        if line is None:
            if not call.needs:
                self.queue.append(ref)
                self.residents.due.add(self)
                return
            line = self.lines[caller] = deque()
        line.append(ref)
        if call.needs:
            self.hub.start_when_ready(ref, lambda _ref: self._advance(caller))
        self._advance(caller)

    def submit_all(self, refs: Sequence[Ref], caller: Peer) -> None:
        """Calls of a worker that wait for nothing."""
        if self.died is None and self.only_queues and caller not in self.lines:
            self.queue.extend(refs)
            self.residents.due.add(self)
            return
        for ref in refs:
            try:
                self.submit(ref, caller)
            except PendingCallsLimitExceeded as error:
                self.hub.fail(ref, error)

    def send_at_once(self, peer: Peer, ref: Ref) -> bool:
        """The way of a call that finds an idle actor and waits for nothing; False if it does."""
        sent = ref._value.wire
        waits = self.queue or self.lines or (type(sent) is tuple and len(sent) > 2)
        if waits or not self.ready or peer.numbered or self.died is not None:
            return False
        peer.inflight.append(ref)
        peer.count = 1
        peer.sent += 1
        self.hub.busy.add(peer)
        self.hub.send(peer, alone(sent))
        return True

    def _advance(self, caller: Peer | None) -> None:
        """Queue what is at the head of a caller's line and waits for nothing."""
        line = self.lines.get(caller)
        while line:
            call = line[0]._value
            if type(call) in PENDING and call.needs:
                break
            ref = line.popleft()
            if type(call) in PENDING and call.cancelled:
                self._cancelled(ref)
            elif type(call) in PENDING:
                self.queue.append(ref)
        # A cancelled call may have let others go on that waited for it, and those this line.
        if line is not None and not line and self.lines.get(caller) is line:
            del self.lines[caller]
        self.residents.due.add(self)

    def waiting_calls(self) -> int:
        """Calls that have no result yet."""
        lines = sum(len(line) for line in self.lines.values())
        return len(self.queue) + lines + (self.peer.count if self.peer is not None else 0)

    def flush(self) -> None:
        """Send what is queued, as far as it may be ahead."""
        peer = self.peer
        if peer is None or not self.ready:
            return
        while self.queue and peer.count < MOST_SENT:
            self._send(peer, min(len(self.queue), BATCH))

    def _send(self, peer: Peer, count: int) -> None:
        refs = first_of(self.queue, count)
        calls = [ref._value.wire for ref in refs]
        if tuple in set(map(type, calls)):
            for index, sent in enumerate(calls):
                if type(sent) is tuple and len(sent) > 2:
                    calls[index] = self.hub.foreign.outgoing_call(peer, sent)
        if peer.numbered:
            peer.open.update(zip(range(peer.sent, peer.sent + count), refs))
        else:
            peer.inflight.extend(refs)
        peer.sent += count
        peer.count += count
        self.hub.busy.add(peer)
        self.hub.send(peer, wire.frame(wire.CALLS, pickle.dumps(calls, 5)))

    def cancel(self, ref: Ref) -> bool:
        """Fail a call that is queued; False if it is not."""
        for place, one in enumerate(self.queue):
            if one is ref:
                del self.queue[place]
                self._cancelled(ref)
                return True
        return False

    def _cancelled(self, ref: Ref) -> None:
        self.hub.fail(ref, TaskCancelledError("the call was cancelled before it ran"))

    def again(self, ref: Ref) -> None:
        """A call that has to run once more, before all others."""
        self.queue.appendleft(ref)
        self.residents.due.add(self)

    # --- life and death --------------------------------------------------------------------

    def start(self) -> None:
        """Have a process made for it, once its resources are free."""
        wanted = self.spec.resources
        if wanted and not self.hub.resources.fits(wanted):
            self.hub.lanes.reclaim()
            if not self.hub.resources.fits(wanted):
                self.residents.homeless.append(self)
                return
        self.hub.resources.take(wanted)
        self.started = True
        self.hub.node.spawn(env_key=None, env=self.spec.env, actor=self)

    def joined(self, peer: Peer) -> None:
        """Its process is there."""
        if self.died is not None:
            peer.process.kill()
            return
        self.peer = peer
        peer.numbered = self.spec.is_concurrent
        state = (self.id, self.spec.creation(), self.times_started, self.spec.namespace)
        creation = self.hub.foreign.outgoing_call(peer, self.spec.wire)
        self.times_started += 1
        self.hub.busy.add(peer)
        self.hub.send(peer, wire.frame(wire.CREATE, pickle.dumps((state, creation), 5)))

    def stillborn(self, said: str) -> None:
        """Its process ended before it was there."""
        self._give_resources()
        text = "the process of {} could not be started:\n{}".format(self.spec.name, said)
        self.end(ActorDiedError(text))

    def created(self, failure: str | None) -> None:
        """Its constructor has returned, or failed with a text."""
        self.hub.busy.discard(self.peer)
        if failure is None:
            self.ready = True
            self.flush()
        else:
            self.end(
                ActorDiedError("the constructor of {} failed:\n{}".format(self.spec.name, failure))
            )

    def lost(self) -> None:
        """Its process is gone."""
        peer, self.peer, self.ready = self.peer, None, False
        if peer is None:
            return
        refs = list(peer.inflight) + [peer.open[number] for number in sorted(peer.open)]
        peer.inflight.clear()
        peer.open.clear()
        peer.count = 0
        self._give_resources()
        if self.ending or self.died is not None or self.restarts == 0:
            self._fail(
                refs,
                self.died or ActorDiedError("{} is dead: its process ended".format(self.spec.name)),
            )
            self.end(
                self.died or ActorDiedError("{} is dead: its process ended".format(self.spec.name))
            )
            return
        self.restarts -= self.restarts > 0
        for ref in reversed(refs):
            call = ref._value
            if call.retries != 0 and not call.cancelled:
                self.hub.charge(ref)
                self.queue.appendleft(ref)
            else:
                self._fail(
                    [ref], ActorUnavailableError("{} died during this call".format(self.spec.name))
                )
        self.start()

    def _give_resources(self) -> None:
        if self.started:
            self.hub.resources.give(self.spec.resources)
            self.started = False
            self.residents.move_in()

    def _fail(self, refs: Iterable[Ref], error: BaseException) -> None:
        for ref in refs:
            if type(ref._value) in PENDING:
                self.hub.fail(ref, error)

    def end(self, error: ActorDiedError) -> None:
        """It is dead for good."""
        if self.died is None:
            self.died = error
            self.residents.forget_name(self)
        refs = list(self.queue)
        self.queue.clear()
        for line in self.lines.values():
            refs += line
        self.lines.clear()
        self._fail(refs, self.died)
        if self in self.residents.homeless:
            self.residents.homeless.remove(self)
        self.spec.wire = ()  # and with it the arguments of its constructor
        if self.peer is not None:
            self.peer.process.kill()

    def kill(self, *, no_restart: bool) -> None:
        """End it now; it starts again only if it may and `no_restart` is false."""
        if no_restart:
            self.end(ActorDiedError("{} was killed".format(self.spec.name)))
        elif self.peer is not None:
            self.peer.process.kill()

    def retire(self) -> None:
        """Nobody has a handle any more: it ends when what is queued is done."""
        if self.died is not None or self.spec.detached:
            return
        if self.peer is None or not self.ready or self.waiting_calls():
            self.residents.leaving.add(self)
            return
        self.ending = True
        self.residents.leaving.discard(self)
        self.died = ActorDiedError("{} is dead: nobody had a handle of it".format(self.spec.name))
        self.residents.forget_name(self)
        self.hub.send(self.peer, wire.frame(wire.BYE, b""))


class Residents:
    """All actors of a session, and their names."""

    def __init__(self, hub: Core) -> None:
        self.hub = hub
        self.by_id: dict[bytes, Resident] = {}
        self.names: dict[tuple[str, str], Resident] = {}
        self.due: set[Resident] = set()
        self.homeless: list[Resident] = []
        self.leaving: set[Resident] = set()

    def create(self, spec: ActorSpec) -> tuple[Resident, Ref]:
        """(actor, life), `life` being what every handle holds; or ActorAlreadyExistsError."""
        key = (spec.namespace, spec.actor_name)
        if spec.actor_name:
            known = self.names.get(key)
            if known is not None:
                if spec.get_if_exists:
                    return known, self.life_of(known)
                raise ActorAlreadyExistsError(
                    "an actor named {!r} lives in namespace {!r}".format(
                        spec.actor_name, spec.namespace
                    )
                )
        resident = Resident(self, os.urandom(16), spec)
        self.by_id[resident.id] = resident
        if spec.actor_name:
            self.names[key] = resident
        life = self.life_of(resident)
        if spec.wire[2]:
            ref = filled(None)
            ref._value = spec.creation_call()
            self.hub.start_when_ready(ref, lambda ready: self._begin(resident, ready))
        else:
            resident.start()
        return resident, life

    def _begin(self, resident: Resident, ref: Ref) -> None:
        if serialize.is_failure(ref._value):
            error = serialize.failure(ref._value)
            resident.end(ActorDiedError("an argument of its constructor failed: {}".format(error)))
        else:
            resident.start()

    def life_of(self, resident: Resident) -> Ref:
        """The reference that keeps an actor alive."""
        life = resident.life()
        if life is None:
            life = filled(None)
            orphans, retire = self.hub.orphans, resident.retire
            resident.life = weakref.ref(life, lambda _gone: orphans.append(retire))
            if resident.spec.detached:
                self.hub.pinned.append(life)
        return life

    def named(self, name: str, namespace: str) -> Resident:
        """The living actor of that name; raises ValueError."""
        found = self.names.get((namespace, name))
        if not name or found is None:
            raise ValueError("no actor is named {!r} in namespace {!r}".format(name, namespace))
        return found

    def forget_name(self, resident: Resident) -> None:
        """Its name may be used again."""
        key = (resident.spec.namespace, resident.spec.actor_name)
        if self.names.get(key) is resident:
            del self.names[key]

    def joined(self, peer: Peer) -> None:
        """The process of an actor is there."""
        peer.actor.joined(peer)

    def created(self, peer: Peer, body: bytes) -> None:
        """A constructor has ended, or an actor ends itself."""
        verb, what = pickle.loads(body)
        if verb == "created":
            peer.actor.created(what)
        else:
            peer.actor.ending = True
            peer.actor.died = ActorDiedError("{} has ended itself".format(peer.actor.spec.name))
            self.forget_name(peer.actor)

    def lost(self, peer: Peer) -> None:
        """The process of an actor is gone."""
        if not self.hub.closed:
            peer.actor.lost()

    def move_in(self) -> None:
        """Start whoever waits for resources that are free now."""
        waiting, self.homeless = self.homeless, []
        for resident in waiting:
            resident.start()

    def flush(self) -> None:
        """Send what is queued; let go who has nothing left to do."""
        if self.homeless:
            self.move_in()
        while self.due:
            self.due.pop().flush()
        for resident in list(self.leaving) if self.leaving else ():
            if resident.life() is None:
                resident.retire()
            else:
                self.leaving.discard(resident)
