"""What a worker asks of the hub: tasks and calls of its own, values that others have, questions.

Owns the names under which the hub knows its references, and when it lets them go. How it reads
and what it runs is the business of `worker`, which brings `executor`, `line` and `wait_for`.
"""

from __future__ import annotations

import os
import pickle
import threading
import weakref
from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from polyray import serialize, store, wire
from polyray.refs import PENDING, Elsewhere, named
from polyray.scheduler import BATCH
from polyray.session import Session

if TYPE_CHECKING:
    from polyray.actor import ActorSpec
    from polyray.events import Tracer
    from polyray.execute import Executor
    from polyray.lines import Line
    from polyray.options import Spec
    from polyray.refs import Ref
    from polyray.streams import Stream


class Asking(Session):
    """The session of a worker as far as it asks."""

    executor: Executor

    def __init__(self, line: Line) -> None:
        super().__init__()
        self.line = line
        self.sending = threading.RLock()
        self.number = 0
        self.tasks: dict[int, Ref] = {}
        self.streams: dict[int, Stream] = {}
        self.specs: set[int] = set()
        self.submits: list[Any] = []  # the kind of frame, then what goes into it
        self.first_submit = 0
        # Calls that wait for nothing, by the actor that is called (None: tasks), not numbered yet;
        # there are either such or `submits`, because what is called first is to be sent first.
        self.plain: dict[bytes | None, list[Ref]] = {}
        self.plain_count = 0
        self.exports: list[tuple[bytes, int | None, Any, bool]] = []
        self.releases: deque[tuple[bytes, int]] = deque()
        self.known: weakref.WeakValueDictionary[bytes, Ref] = weakref.WeakValueDictionary()
        self.watches: dict[bytes, weakref.ref[Ref]] = {}
        self.counts: dict[bytes, int] = {}
        self.questions = 0
        self.answers: dict[int, Any] = {}
        self.tracer: Tracer | None = None  # notes calls for the timeline

    # --- what it asks of the hub -----------------------------------------------------------

    def submit(self, ref: Ref) -> None:
        """A task of its own."""
        self._submit_plain(ref, None)

    def submit_method(self, resident: bytes, ref: Ref) -> None:
        """A call of an actor, by its id."""
        sent = ref._value.wire
        if type(sent) is tuple and len(sent) > 2:
            self._submit(ref, wire.METHODS, resident)
        else:
            self._submit_plain(ref, resident)

    def _submit_plain(self, ref: Ref, actor: bytes | None) -> None:
        with self.sending:
            refs = self.plain.get(actor)
            if refs is None:
                if self.submits:
                    self._flush_requests()
                refs = self.plain[actor] = []
            refs.append(ref)
            self.plain_count += 1
            if self.plain_count > BATCH:
                self._flush_requests()

    def _flush_plain(self) -> None:
        plain, self.plain, self.plain_count = self.plain, {}, 0
        groups = []
        for actor, refs in plain.items():
            first = self.number
            self.number += len(refs)
            self.tasks.update(zip(range(first, self.number), refs))
            calls = [ref._value for ref in refs]
            specs = [call.spec for call in calls]
            keys: Any = list(map(id, specs))
            for key, spec in dict(zip(keys, specs)).items():
                self._describe(key, spec)
            if keys.count(keys[0]) == len(keys):
                keys = keys[0]
            groups.append((first, actor, keys, [call.wire for call in calls]))
        self._send(wire.PLAIN_CALLS, pickle.dumps(groups, 5))

    def _describe(self, key: int, spec: Spec) -> None:
        if key not in self.specs:
            self.specs.add(key)
            self.executor.keep.append(spec)
            self._send(wire.DEFINE, pickle.dumps((key, spec), 5))

    def _submit(self, ref: Ref, kind: int, actor: bytes | None) -> None:
        call = ref._value
        spec = call.spec
        key = id(spec)
        with self.sending:
            self._describe(key, spec)
            if self.plain:
                self._flush_requests()
            payload, needs, extras = _parts(call.wire)
            needs = [self._need(need) for need in needs] if needs else None
            if type(payload) is list:
                payload = list(serialize.outgoing(tuple(payload)))
            if self.submits and self.submits[0] != kind:
                self._flush_requests()
            if not self.submits:
                self.submits = [kind]
                self.first_submit = self.number
            item = (key, payload, needs, extras)
            self.submits.append(item if actor is None else (actor, *item))
            refs = call.refs or (ref,)
            if call.stream is not None:
                self.streams[self.number] = call.stream
            for each in refs:
                self.tasks[self.number] = each
                self.number += 1
            if len(self.submits) > BATCH:
                self._flush_requests()

    def _need(self, ref: Ref) -> tuple[str, Any]:
        value = ref._value
        if type(value) in PENDING or (type(value) is tuple and value[0] == "L"):
            return ("id", self._exported(ref))
        return ("value", serialize.outgoing(value))

    def flush_requests(self) -> None:
        """Send what was submitted and not sent yet."""
        with self.sending:
            self._flush_requests()

    def _flush_requests(self) -> None:
        if self.plain:
            self._flush_plain()
        elif self.submits:
            kind, items = self.submits[0], self.submits[1:]
            self.submits = []
            self._send(kind, pickle.dumps((self.first_submit, items), 5))
        elif self.exports:
            self._send(None, b"")

    def _flush_releases(self) -> None:
        if self.releases:
            released = []
            while self.releases:
                released.append(self.releases.popleft())
            self._send(wire.RELEASE, pickle.dumps(released, 5))

    def _flush_events(self) -> None:
        if self.tracer is not None and self.tracer.events:
            self._send(wire.EVENTS, pickle.dumps(self.tracer.take(), 5))

    def _send(self, kind: int | None, body: bytes) -> None:
        data = b"" if kind is None else wire.frame(kind, body)
        if self.exports:
            exports, self.exports = self.exports, []
            data = wire.frame(wire.EXPORT, pickle.dumps(exports, 5)) + data
        try:
            self.line.send(data)
        except OSError:  # the driver is gone
            os._exit(0)

    def ask(self, verb: str, *arguments: Any) -> Any:
        """Have the hub do something, and its answer; raises what it raises."""
        with self.sending:
            self.questions += 1
            number = self.questions
            self._flush_requests()
            packed = serialize.pack(arguments)
            self._send(wire.REQUEST, pickle.dumps((number, verb, serialize.outgoing(packed)), 5))
        self.wait_for(lambda: number in self.answers)
        return serialize.unpack(self.answers.pop(number))

    def create_actor(self, spec: ActorSpec) -> tuple[bytes, Ref]:
        """(identity, life) of a new actor."""
        if type(spec.wire[1]) is list:  # the hub needs the arguments as long as the actor lives
            store.given(spec.wire[1])
        return self.ask("create_actor", spec)

    def resident(self, identity: bytes) -> bytes:
        """Workers know actors by their id alone."""
        return identity

    def submit_any(self, ref: Ref) -> None:
        """A task of its own."""
        self._submit(ref, wire.SUBMIT, None)

    def ask_for(self, refs: Sequence[Ref]) -> None:
        """Have values that other processes have brought here."""
        wanted = []
        for ref in refs:
            value = ref._value
            if type(value) is Elsewhere and not value.asked:
                value.asked = True
                wanted.append(ref.binary())
        with self.sending:
            self._flush_requests()
            if wanted:
                self._send(wire.WANT, pickle.dumps(wanted, 5))

    def stream(self, number: int, value: Any) -> None:
        """An item of a generator."""
        with self.sending:
            self._send(wire.YIELD, pickle.dumps((number, serialize.outgoing(value)), 5))

    def print(self, name: str, stream: int, text: str) -> None:
        """Show the driver what was printed."""
        with self.sending:
            self._send(wire.PRINT, pickle.dumps((name, stream, text), 5))

    # --- references ------------------------------------------------------------------------

    def export(self, ref: Ref) -> bytes:
        """The id of a reference that is being pickled; the hub knows it from then on."""
        gathered = serialize.gathering()
        identity = self._exported(ref)
        if gathered is None:
            self.executor.keep.append(ref)
        else:
            gathered.refs.append(ref)
        return identity

    def _exported(self, ref: Ref) -> bytes:
        identity = ref.binary()
        if identity in self.watches:
            return identity
        value = ref._value
        with self.sending:
            self._watch(identity, ref)
            if type(value) in PENDING:
                self._flush_requests()
                number = next(n for n, task in self.tasks.items() if task is ref)
                self.exports.append((identity, number, None, False))
            else:
                self.exports.append((identity, None, serialize.outgoing(value), True))
        return identity

    def _watch(self, identity: bytes, ref: Ref) -> None:
        self.known[identity] = ref
        releases, counts, watches = self.releases, self.counts, self.watches

        def gone(_ref: object) -> None:
            watches.pop(identity, None)
            releases.append((identity, counts.pop(identity, 0)))

        watches[identity] = weakref.ref(ref, gone)

    def incoming(self, value: Any) -> Any:
        """A value of the hub, with references instead of ids."""
        if type(value) is not tuple or len(value) < 3:
            return value
        return (value[0], value[1], tuple(self._received(identity) for identity in value[2]))

    def _received(self, identity: bytes) -> Ref:
        ref = self.known.get(identity)
        if ref is None:
            ref = named(identity, Elsewhere())
            self._watch(identity, ref)
        self.counts[identity] = self.counts.get(identity, 0) + 1
        return ref

    def borrow(self, identity: bytes) -> Ref:
        """The reference of that id."""
        ref = self.known.get(identity)
        if ref is None:
            ref = named(identity, Elsewhere())
            self._watch(identity, ref)
        return ref


def _parts(wired: Any) -> tuple[Any, Any, Any]:
    """(payload, references to wait for, extras) of a call."""
    if type(wired) is not tuple:
        return (), None, None
    if len(wired) == 2:
        return wired[1], None, None
    return wired[1:]
