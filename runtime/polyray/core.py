"""What the driver knows of calls, values, workers and actors. No socket, no clock, no process.

Owns every reference until its value is there. What a worker says is handed to `lanes`,
`residents` or `foreign`; what is said to one goes through `send`, which `hub` provides, or a
simulation of it.
"""

from __future__ import annotations

import pickle
import weakref
from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from polyray import serialize, wire
from polyray.desk import Desk
from polyray.exceptions import ObjectLostError, RaySystemError
from polyray.foreign import Foreign
from polyray.lanes import Lanes
from polyray.refs import PENDING, Asked, Call, ObjectRef, first_of, named, own_call
from polyray.reservations import Reservations
from polyray.residents import Resident, Residents
from polyray.scheduler import BATCH, Resources
from polyray.session import Session

if TYPE_CHECKING:
    from polyray.peer import Peer
    from polyray.refs import Ref

AGAIN = object()


class Core(Session):
    """The state of a session of the driver."""

    is_driver = True

    def __init__(self, node: Any, resources: Resources, namespace: str) -> None:
        super().__init__()
        self.node = node
        self.resources = resources
        self.namespace = namespace
        self.exported: weakref.WeakValueDictionary[bytes, Ref] = weakref.WeakValueDictionary()
        # worker -> ids of objects that it has put and others may see
        self.owned: dict[Peer, set[bytes]] = {}
        self.pinned: list[Ref] = []  # references that left by ways that we do not see
        self.busy: set[Peer] = set()
        self.dirty: set[Peer] = set()  # peers with something in their outbox
        self.orphans: deque[Callable[[], object]] = deque()  # what finalisers leave to be done
        self.closed = False
        self.retried = 0  # calls that ran once more at the cost of one of their retries
        self.moved = 0  # tasks that a dead worker had, and that had not begun or may not have
        self.events: deque[Any] = deque(maxlen=node.most_events)  # of the timeline
        self.lanes = Lanes(self)
        self.residents = Residents(self)
        self.foreign = Foreign(self)
        self.desk = Desk(self)
        self.reservations = Reservations(self)
        self.handlers: dict[int, Callable[[Peer, Any], object]] = {
            wire.RESULTS: self._results,
            wire.NUMBERED: self._numbered,
            wire.GIVE_BACK: self.lanes.given_back,
            wire.BLOCKED: self.lanes.blocked,
            wire.REFUSED: self.lanes.offers.refused,
            wire.READY: self.residents.created,
            wire.EVENTS: self._noted,
            **self.foreign.handlers(),
        }

    def send(self, peer: Peer, data: bytes) -> None:
        """Give a worker these frames, without waiting."""
        raise NotImplementedError

    def progress(self) -> None:
        """What can be done now that something has come. Lock held."""
        while self.orphans:
            self.orphans.popleft()()
        if self.reservations.waiting:
            self.reservations.advance()
        lanes, residents = self.lanes, self.residents
        if lanes.pending or lanes.queue:
            lanes.flush()
        if residents.due or residents.homeless or residents.leaving:
            residents.flush()
        while self.dirty:
            self.foreign.deliver(self.dirty.pop())

    def joined(self, peer: Peer) -> None:
        """A worker is there."""
        if peer.actor is None:
            self.lanes.joined(peer)
        else:
            self.residents.joined(peer)

    def stillborn(self, env_key: str | None, actor: Any, said: str) -> None:
        """A process that was started has ended before it was heard of."""
        if actor is not None:
            actor.stillborn(said)
        else:
            self.lanes.stillborn(env_key, said)
        self.progress()

    def forget(self, peer: Peer) -> None:
        """A worker is dead."""
        self.busy.discard(peer)
        self.dirty.discard(peer)
        self.foreign.lost(peer)
        if peer.actor is None:
            self.lanes.lost(peer)
        else:
            self.residents.lost(peer)
        peer.holds.clear()

    # --- results ---------------------------------------------------------------------------

    def _results(self, peer: Peer, body: bytes) -> None:
        spent_s, values = pickle.loads(body)
        count = len(values)
        refs = first_of(peer.inflight, count)
        peer.returned += count
        peer.count -= count
        self._fill_all(peer, refs, values)
        if peer.actor is None:
            self.lanes.returned(peer, spent_s, count)
        else:
            self._returned(peer)

    def _fill_all(self, peer: Peer, refs: Sequence[Ref], values: Sequence[Any]) -> None:
        """Store results; most are plain and nobody is to be told."""
        kind = type(values[0]) if len(refs) == 1 and not self.waiting else tuple
        if kind is not tuple and type(refs[0]) is ObjectRef:  # somebody waits for this one alone
            refs[0]._value = values[0]
            return
        if not self.waiting and tuple not in set(map(type, values)):
            for ref, value in zip(refs, values):
                ref._value = value
            if Asked in set(map(type, refs)):
                self.foreign.answer_all(refs, values)
            return
        for ref, value in zip(refs, values):
            value = self._landed(peer, ref, value)
            if value is not AGAIN:
                self.fill(ref, value)

    def _returned(self, peer: Peer) -> None:
        """An actor has sent results: there is room for more of its calls."""
        if peer.actor.queue:
            self.residents.due.add(peer.actor)
        if not peer.count:
            self.busy.discard(peer)

    def _numbered(self, peer: Peer, body: bytes) -> None:
        ended = pickle.loads(body)
        refs = [peer.open.pop(number) for number, _ in ended]
        peer.count -= len(refs)
        self._fill_all(peer, refs, [value for _, value in ended])
        if peer.actor is None:
            self.lanes.offers.ended(peer)
        else:
            self._returned(peer)

    def _landed(self, peer: Peer, ref: Ref, value: Any) -> Any:
        """A result that may need more than being stored."""
        call = ref._value
        if type(value) is not tuple:
            return value
        tag = value[0]
        if tag == "E":
            self.failures += 1
            if len(value) > 2 and self._once_more(peer, ref, call):
                return AGAIN
            value = value[:2]
            self.watch_failure(ref, value)
            for other in call.refs or ():
                if other is not ref:
                    self.fill(other, value)
        elif tag == "M":
            first = None
            for other, part in zip(call.refs, value[1]):
                part = self.foreign.incoming(peer, part)
                if other is ref:
                    first = part
                else:
                    self.fill(other, part)
            return first
        elif len(value) > 2:
            value = self.foreign.incoming(peer, value)
        return value

    def _noted(self, peer: Peer, body: bytes) -> None:
        self.events.extend((peer.pid, *event) for event in pickle.loads(body))

    def charge(self, ref: Ref) -> None:
        """A call runs once more: one of the retries that its options give it, and counted."""
        self.retried += 1
        if ref._value.retries > 0:  # -1 are any number
            own_call(ref).retries -= 1

    def _once_more(self, peer: Peer, ref: Ref, call: Call) -> bool:
        """Retry a call whose exception its options retry."""
        if call.retries == 0 or call.cancelled:
            return False
        self.charge(ref)
        if peer.actor is None:
            self.lanes.resubmit(ref)
        else:
            peer.actor.again(ref)
        return True

    def fill(self, ref: Ref, value: Any) -> None:
        """Store a value and tell who waits for it, here or in the worker that has asked."""
        super().fill(ref, value)
        if type(ref) is Asked:
            self.foreign.answer(ref)

    def fail(self, ref: Ref, error: BaseException) -> None:
        """Store an error in all references of a call. Lock held."""
        call = ref._value
        self.failures += 1
        kept = serialize.pack_error(error)
        refs = getattr(call, "refs", None) or (ref,)
        stream = getattr(call, "stream", None)
        for each in refs:
            self.fill(each, kept)
        if stream is not None:
            stream.end(kept)

    def start_when_ready(self, ref: Ref, start: Callable[[Ref], object]) -> None:
        """Call `start` once all that a call needs is there; a failure among it fails the call."""
        call = ref._value
        needs = call.needs
        left = [sum(type(need._value) in PENDING for need in needs)]

        def done() -> None:
            call.needs = None
            failed = next((n._value for n in needs if serialize.is_failure(n._value)), None)
            if failed is not None and type(ref._value) is Call:
                self.failures += 1
                self.looked_at(needs)
                for each in call.refs or (ref,):
                    self.watch_failure(each, failed)
                    self.fill(each, failed)
                if call.stream is not None:
                    call.stream.end(failed)
            start(ref)

        def one_less(_need: object) -> None:
            left[0] -= 1
            if not left[0]:
                done()

        waiting = [need for need in needs if type(need._value) in PENDING]
        for need in waiting:
            self.when_ready(need, one_less)
        if not waiting:
            done()

    # --- what is asked of it by its process --------------------------------------------------

    def submit(self, ref: Ref) -> None:
        """A task with default options and nothing to wait for."""
        lanes = self.lanes
        with self.lock:
            lanes.pending.append(ref)
            if len(lanes.pending) >= lanes.limit:
                lanes.flush()

    def export(self, ref: Ref) -> bytes:
        """The id of a reference that is being pickled, noted where it must be."""
        gathered = serialize.gathering()
        identity = ref.binary()
        with self.lock:
            self.exported[identity] = ref
            if gathered is None:
                self.pinned.append(ref)
        if gathered is not None:
            gathered.refs.append(ref)
        return identity

    def borrow(self, identity: bytes) -> Ref:
        """The reference of that id."""
        found = self.exported.get(identity)
        if found is None:
            lost = ObjectLostError("{} is not known to this session".format(identity.hex()))
            found = named(identity, serialize.pack_error(lost))
        return found

    def submit_any(self, ref: Ref) -> None:
        """A task with options of its own, or one that has to wait for others."""
        with self.lock:
            if ref._value.needs:
                self.start_when_ready(ref, self.lanes.submit)
            else:
                self.lanes.submit(ref)

    def submit_method(self, resident: Resident, ref: Ref) -> None:
        """A call of an actor by the driver."""
        with self.lock:
            queue = resident.queue
            if queue and resident.only_queues and not resident.lines and ref._value.needs is None:
                queue.append(ref)
                if not len(queue) % BATCH:
                    resident.flush()
                return
            peer = resident.peer
            if peer is not None and not peer.count and resident.send_at_once(peer, ref):
                return
            resident.submit(ref, None)
            if (peer is not None and not peer.count) or len(queue) >= BATCH:
                resident.flush()

    def resident(self, identity: bytes) -> Resident:
        """What is known of an actor; raises for one of an earlier session."""
        try:
            return self.residents.by_id[identity]
        except KeyError:
            raise RaySystemError("the actor belongs to another session") from None

    def ask(self, verb: str, *arguments: Any) -> Any:
        """Do something for the driver."""
        with self.lock:
            self.progress()
            return getattr(self.desk, verb)(*arguments)

    def answer(self, verb: str, arguments: tuple[Any, ...], peer: Peer) -> Any:
        """Do something for a worker."""
        if verb == "is_cancelled":
            arguments = (*arguments, peer)
        return getattr(self.desk, verb)(*arguments)
