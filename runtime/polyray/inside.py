"""Calls that run inside others: where a worker is slow to start, one that waits for a task runs it.

Owns both sides of that. In the hub `Offers`: which waiting worker is given which task, always one
that it waits for, itself or by way of arguments, so that nothing is held up by it. In the worker
`Insides`: the calls that have come, and which of the running ones is innermost. Calls inside have
negative numbers, because they end before what was sent earlier.
"""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from polyray import serialize, wire
from polyray.refs import Call, ObjectRef
from polyray.scheduler import ONE_CPU

if TYPE_CHECKING:
    from polyray.core import Core
    from polyray.peer import Peer
    from polyray.worker import Worker

SLOW_START_S = 1.0
MOST_INSIDE = 32  # calls in one another: each takes some ten frames of the stack


class Offers:
    """What workers that wait are given. Called with the hub's lock held."""

    def __init__(self, hub: Core) -> None:
        self.hub = hub

    def soon(self) -> bool:
        """Will a worker that waits go on before another could be there? It has all it waits for."""
        return self._slow() and any(
            peer.blocked and peer.awaits[-1] and peer.tasks.keys().isdisjoint(peer.awaits[-1])
            for peer in self.hub.lanes.workers
        )

    def _slow(self) -> bool:
        return self.hub.node.start_s >= SLOW_START_S

    def make(self) -> None:
        """Give workers that wait the first pending tasks that they wait for."""
        if not self._slow():
            return
        for peer in self.hub.lanes.workers:
            if peer.blocked and peer.awaits[-1] and self._may_run_one(peer):
                ref = self._first_awaited(peer)
                if ref is not None:
                    self._give(peer, ref)

    def _may_run_one(self, peer: Peer) -> bool:
        if peer.special or peer.closing or peer.env is not None or peer.lease != ONE_CPU:
            return False
        return len(peer.open) < MOST_INSIDE and self.hub.resources.fits(ONE_CPU)

    def _first_awaited(self, peer: Peer) -> ObjectRef[Any] | None:
        awaited: set[int] = set()
        todo = [peer.tasks[number] for number in peer.awaits[-1] if number in peer.tasks]
        while todo:
            ref = todo.pop()
            call = ref._value
            if type(call) is Call and id(ref) not in awaited:
                awaited.update(map(id, call.refs or (ref,)))
                todo += call.needs or ()
        return next((ref for ref in self.hub.lanes.pending if id(ref) in awaited), None)

    def _give(self, peer: Peer, ref: ObjectRef[Any]) -> None:
        lanes = self.hub.lanes
        lanes.pending.remove(ref)
        peer.blocked = False
        self.hub.resources.take(ONE_CPU)
        peer.inside += 1
        number = -peer.inside
        peer.open[number] = ref
        peer.count += 1
        head, (sent,) = lanes.wired(peer, (ref,))
        self.hub.send(peer, head + wire.frame(wire.INSIDE, pickle.dumps((number, sent), 5)))

    def refused(self, peer: Peer, body: bytes) -> None:
        """A worker does not run what it was given, and still waits or does not."""
        number, waits = pickle.loads(body)
        ref = peer.open.pop(number)
        peer.count -= 1
        self.hub.lanes.again(ref)
        if waits:
            self.ended(peer)

    def ended(self, peer: Peer) -> None:
        """A worker has done with what it was given, and waits as before."""
        peer.blocked = True
        self.hub.resources.give(ONE_CPU)


class Insides:
    """The calls that this worker runs while others of it wait."""

    def __init__(self, worker: Worker, start_s: float) -> None:
        self.worker = worker
        self.slow = start_s >= SLOW_START_S
        self.calls: deque[tuple[int, Any]] = deque()  # that have come and are not begun
        self.running: list[int] = []  # numbers, the innermost last
        self.open = False  # does the main thread wait for anything?

    def numbers_of(self, refs: Sequence[ObjectRef[Any]]) -> Sequence[int]:
        """What the hub has to know of references that are waited for: numbers of own tasks."""
        if not self.slow or not refs:
            return ()
        awaited = set(map(id, refs))
        return [number for number, ref in list(self.worker.tasks.items()) if id(ref) in awaited]

    def come(self, body: bytes) -> None:
        """The hub has sent one."""
        self.calls.append(pickle.loads(body))
        if not self.open:
            self.refuse_all()

    def refuse_all(self) -> None:
        """Others may run what has come: nobody waits here any more, or it was cancelled."""
        while self.calls:
            try:
                number, _ = self.calls.popleft()
            except IndexError:  # another thread was faster
                return
            with self.worker.sending:
                self.worker._send(wire.REFUSED, pickle.dumps((number, self.open), 5))

    def run_one(self) -> None:
        """Run what has come; raises KeyboardInterrupt if the call around it was cancelled since."""
        worker, executor = self.worker, self.worker.executor
        number, item = self.calls.popleft()
        outer = executor.name
        self.open = False
        self.running.append(number)
        try:
            value = worker.run(item)
        except KeyboardInterrupt as error:  # between two lines of ours
            value = executor.failure(error, None)
        self.running.pop()
        executor.name = outer
        self.open = True
        with worker.sending:
            worker._flush_requests()
            worker._send(wire.NUMBERED, pickle.dumps([(number, serialize.outgoing(value))], 5))
        executor.interrupt_if_meant()

    def in_one(self) -> bool:
        """Does the main thread run one now, and wait for nothing?"""
        return bool(self.running) and not self.open

    def innermost(self) -> int:
        """The number of the call that runs now."""
        return self.running[-1] if self.running else self.worker.produced
