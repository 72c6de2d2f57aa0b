"""What workers ask of the hub: tasks and calls of their own, values, references, questions.

Owns the translation between references here and ids on the wire, and which worker holds what. A
value that the hub does not keep (an answer, an item, the result of a worker's task that only this
worker has) goes over to the worker with its files; arguments and what others have too stay here.
Everything here is called with the hub's lock held.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from polyray import serialize, store, wire
from polyray.exceptions import ObjectLostError, OwnerDiedError, PendingCallsLimitExceeded
from polyray.refs import PENDING, Asked, Call, Elsewhere, ObjectRef, named

if TYPE_CHECKING:
    from polyray.core import Core
    from polyray.options import Spec
    from polyray.peer import Peer
    from polyray.refs import Ref


class ForwardedStream:
    """The stream of a generator task that a worker has called: its items go there."""

    def __init__(self, foreign: Foreign, peer: Peer, number: int) -> None:
        self.foreign, self.peer, self.number = foreign, peer, number

    def add(self, value: Any) -> None:
        """An item has come."""
        self.foreign.queue(self.peer, ("item", self.number), value, keep=False)

    def end(self, failure: Any) -> None:
        """Nothing: the end of the task itself is told as that of every other."""


class Foreign:
    """The requests of workers."""

    def __init__(self, hub: Core) -> None:
        self.hub = hub

    def handlers(self) -> dict[int, Callable[[Peer, Any], object]]:
        """What answers which kind of frame."""
        return {
            wire.DEFINE: self._define,
            wire.SUBMIT: self._submit,
            wire.METHODS: self._methods,
            wire.PLAIN_CALLS: self._plain_calls,
            wire.WANT: self._want,
            wire.EXPORT: self._export,
            wire.RELEASE: self._release,
            wire.REQUEST: self._request,
            wire.YIELD: self._yield,
            wire.PRINT: self._print,
        }

    # --- values on their way ---------------------------------------------------------------

    def incoming(self, peer: Peer, value: Any) -> Any:
        """A value of a worker, with the references that it names instead of their ids."""
        if type(value) is not tuple or len(value) < 3:
            return value
        store.taken(value)
        return (value[0], value[1], tuple(self._ref(peer, identity) for identity in value[2]))

    def outgoing(self, peer: Peer, value: Any) -> Any:
        """A value for a worker, which holds from now on what it names."""
        if type(value) is not tuple or len(value) < 3:
            return value
        return (value[0], value[1], self._held(peer, value[2]))

    def outgoing_call(self, peer: Peer, call: tuple[Any, ...]) -> tuple[Any, ...]:
        """A call with everything that it waited for: (function, payload, values, extras)."""
        function, payload, needs, extras = call
        values = [self.outgoing(peer, ref._value) for ref in needs] if needs else None
        if type(payload) is list:
            payload = list(self.outgoing(peer, tuple(payload)))
        return (function, payload, values, extras)

    def _held(self, peer: Peer, refs: Iterable[Ref]) -> tuple[bytes, ...]:
        for ref in refs:
            identity = ref.binary()
            self.hub.exported[identity] = ref
            entry = peer.holds.get(identity)
            if entry is None:
                peer.holds[identity] = [ref, 1]
            else:
                entry[1] += 1
        return tuple(ref.binary() for ref in refs)

    def _ref(self, peer: Peer, identity: bytes) -> Ref:
        entry = peer.holds.get(identity)
        if entry is not None:
            return entry[0]
        found = peer.exports.get(identity) or self.hub.exported.get(identity)
        if found is None:
            lost = ObjectLostError("{} is not known".format(identity.hex()))
            found = named(identity, serialize.pack_error(lost))
        return found

    # --- requests --------------------------------------------------------------------------

    def _define(self, peer: Peer, body: bytes) -> None:
        key, spec = pickle.loads(body)
        peer.specs[key] = spec

    def _submit(self, peer: Peer, body: bytes) -> None:
        number, items = pickle.loads(body)
        lanes = self.hub.lanes
        for key, payload, needs, extras in items:
            ref, number = self._accept(peer, number, peer.specs[key], payload, needs, extras)
            call = ref._value
            if call.needs:
                self.hub.start_when_ready(ref, lanes.submit)
            elif call.spec.is_default:
                lanes.pending.append(ref)
            else:
                lanes.queue.append(ref)
        lanes.flush()

    def _methods(self, peer: Peer, body: bytes) -> None:
        number, items = pickle.loads(body)
        for actor, key, payload, needs, extras in items:
            ref, number = self._accept(peer, number, peer.specs[key], payload, needs, extras)
            try:
                self.hub.residents.by_id[actor].submit(ref, peer)
            except PendingCallsLimitExceeded as error:
                self.hub.fail(ref, error)
        self.hub.residents.flush()

    def _plain_calls(self, peer: Peer, body: bytes) -> None:
        """Calls that wait for nothing and have one result, a list for each actor (None: tasks)."""
        for first, actor, keys, sent in pickle.loads(body):
            one = peer.specs[keys] if type(keys) is int else None
            refs: list[Ref] = []
            for place, wired in enumerate(sent):
                spec = one or peer.specs[keys[place]]
                ref = Asked()
                ref.caller, ref.number = peer, first + place
                if type(wired) is tuple:
                    ref._value = Call(spec, wired)
                else:
                    ref._value = spec.bare = spec.bare or Call(spec, wired)
                refs.append(ref)
            peer.tasks.update(zip(range(first, first + len(refs)), refs))
            if actor is None:
                self.hub.lanes.pending.extend(refs)
            else:
                self.hub.residents.by_id[actor].submit_all(refs, peer)
        self.hub.lanes.flush()
        self.hub.residents.flush()

    def answer(self, ref: Asked) -> None:
        """The call of a worker has its value."""
        caller = ref.caller
        if caller.tasks.pop(ref.number, None) is not None:
            shared = hasattr(ref, "_id") and ref._id in caller.exports
            self.queue(caller, ref.number, ref._value, keep=shared)

    def answer_all(self, refs: Sequence[Ref], values: Sequence[Any]) -> None:
        """Calls have plain values, many of them calls of workers."""
        caller = None
        for ref, value in zip(refs, values):
            if type(ref) is not Asked:
                continue
            if ref.caller is not caller:
                caller = ref.caller
                self.hub.dirty.add(caller)
                asked = caller.tasks.pop
                number_next, value_next = (part.append for part in caller.plain)
            number = ref.number
            if asked(number, None) is not None:
                number_next(number)
                value_next(value)

    def _accept(
        self,
        peer: Peer,
        number: int,
        spec: Spec,
        payload: Any,
        needs: list[tuple[str, Any]] | None,
        extras: tuple[Any, ...] | None,
    ) -> tuple[Ref, int]:
        """The reference of a worker's call, and the number of its next one."""
        call = Call(spec, spec.fid)
        if type(payload) is list:
            payload = list(self.incoming(peer, tuple(payload)))
        if needs or extras or type(payload) is list:
            call.needs = self._needs(peer, needs)
            call.wire = (spec.fid, payload, call.needs, extras)
        elif payload != ():
            call.wire = (spec.fid, payload)
        count = max(1, spec.num_returns)
        if spec.generator:
            call.stream = ForwardedStream(self, peer, number)
        refs = [self._task(peer, number + index, call) for index in range(count)]
        if count > 1:
            call.refs = refs
        return refs[0], number + count

    def _needs(self, peer: Peer, needs: list[tuple[str, Any]] | None) -> list[Ref] | None:
        """References to wait for, from what a worker said: an id or a value."""
        if not needs:
            return None
        found = []
        for kind, what in needs:
            if kind == "id":
                found.append(self._ref(peer, what))
            else:
                ref: Ref = ObjectRef()
                ref._value = self.incoming(peer, what)
                found.append(ref)
        return found

    def _task(self, peer: Peer, number: int, call: Call) -> Ref:
        ref: Ref = ObjectRef()
        ref._value = call
        peer.tasks[number] = ref

        def send(ready: Ref) -> None:
            if peer.tasks.pop(number, None) is not None:
                shared = hasattr(ready, "_id") and ready._id in peer.exports
                self.queue(peer, number, ready._value, keep=shared)

        self.hub.waiting[id(ref)] = [ref, [send]]
        return ref

    def queue(self, peer: Peer, key: Any, value: Any, *, keep: bool) -> None:
        """Have a value sent to a worker, as that of a reference or an item."""
        peer.outbox.append((key, value, keep))
        self.hub.dirty.add(peer)

    def deliver(self, peer: Peer) -> None:
        """Send a worker the values that have come for it."""
        if peer.outbox:
            values = [(key, self.outgoing(peer, value)) for key, value, _keep in peer.outbox]
            data = wire.frame(wire.VALUES, pickle.dumps(values, 5))
            for _key, value, keep in peer.outbox:
                if not keep and type(value) is tuple:
                    store.given(value)
            peer.outbox = []
            self.hub.send(peer, data)
        if peer.plain[0]:
            data = wire.frame(wire.PLAIN_VALUES, pickle.dumps(peer.plain, 5))
            peer.plain = ([], [])
            self.hub.send(peer, data)

    def _want(self, peer: Peer, body: bytes) -> None:
        for identity in pickle.loads(body):
            ref = self._ref(peer, identity)
            self.hub.when_ready(ref, partial(self._wanted, peer, identity))

    def _wanted(self, peer: Peer, identity: bytes, ready: Ref) -> None:
        self.queue(peer, identity, ready._value, keep=True)

    def _export(self, peer: Peer, body: bytes) -> None:
        """(id, number of a task or None, value): a worker's reference that others will see."""
        for identity, number, value, is_put in pickle.loads(body):
            known = peer.exports.get(identity)
            if known is not None:  # it was pending when it was exported, and has its value now
                if type(known._value) in PENDING:
                    self.hub.fill(known, self.incoming(peer, value))
                continue
            ref = peer.tasks.get(number) if number is not None else None
            if ref is None:
                ref = ObjectRef()
                ref._value = Elsewhere() if number is not None else self.incoming(peer, value)
            if not hasattr(ref, "_id"):
                ref._id = identity
            peer.exports[identity] = ref
            if is_put:
                self.hub.owned.setdefault(peer, set()).add(identity)
            self.hub.exported[identity] = ref

    def _release(self, peer: Peer, body: bytes) -> None:
        """(id, how often it was sent there): the worker has no such reference any more."""
        for identity, count in pickle.loads(body):
            peer.exports.pop(identity, None)
            entry = peer.holds.get(identity)
            if entry is not None:
                entry[1] -= count
                if entry[1] <= 0:
                    del peer.holds[identity]

    def _request(self, peer: Peer, body: bytes) -> None:
        number, verb, packed = pickle.loads(body)
        try:
            arguments = serialize.unpack(self.incoming(peer, packed))
            good, answer = True, serialize.pack(self.hub.answer(verb, arguments, peer))
        except Exception as error:  # noqa: BLE001 - it is raised where it was asked
            good, answer = False, serialize.pack_error(error)
        body = pickle.dumps((number, good, self.outgoing(peer, answer)), 5)
        if type(answer) is tuple:
            store.given(answer)
        self.hub.send(peer, wire.frame(wire.ANSWER, body))

    def _yield(self, peer: Peer, body: bytes) -> None:
        number, value = pickle.loads(body)
        ref = peer.open[number] if peer.numbered else peer.inflight[number - peer.returned]
        stream = ref._value.stream
        if stream is not None:
            stream.add(self.incoming(peer, value))

    def _print(self, peer: Peer, body: bytes) -> None:
        name, stream, text = pickle.loads(body)
        self.hub.node.show(peer, name, stream, text)

    def lost(self, peer: Peer) -> None:
        """A worker is dead: what it owned is lost, what it asked for interests nobody."""
        owned = self.hub.owned.pop(peer, ())
        for identity, ref in peer.exports.items():
            if identity in owned or type(ref._value) is Elsewhere:
                died = OwnerDiedError("the process that made {} has died".format(identity.hex()))
                self.hub.fill(ref, serialize.pack_error(died))
        peer.exports.clear()
        for ref in peer.tasks.values():
            self.hub.waiting.pop(id(ref), None)
        peer.tasks.clear()
