"""Which worker gets which task. Owns both lanes: the fast one, of tasks that want one CPU and
nothing else and are sent in batches ahead of their turn, and the queue of all others, which are
sent one by one once their resources are free.

Everything here is called with the hub's lock held.
"""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from polyray import wire
from polyray.calls import alone
from polyray.exceptions import RuntimeEnvSetupError, TaskCancelledError, WorkerCrashedError
from polyray.inside import Offers
from polyray.refs import Call
from polyray.scheduler import BATCH, ONE_CPU, share, smoothed, window_for

if TYPE_CHECKING:
    from polyray.core import Core
    from polyray.options import Spec
    from polyray.peer import Peer
    from polyray.refs import Ref

MOST_FAILED_STARTS = 3


class Lanes:
    """Tasks that wait for a worker, and the workers for them."""

    def __init__(self, hub: Core) -> None:
        self.hub = hub
        self.offers = Offers(hub)
        self.pending: deque[Ref] = deque()
        self.queue: deque[Ref] = deque()
        self.limit = 1  # from how many pending tasks on `submit` hands them out at once
        self.workers: list[Peer] = []
        self.failed_starts = 0

    # --- handing out -----------------------------------------------------------------------

    def flush(self) -> None:
        """Hand out what can be."""
        if self.queue:
            self._flush_queue()
        waiting = len(self.pending)
        if not waiting:
            return
        if waiting == 1 and self._send_one():
            return
        hub = self.hub
        while waiting:
            peer = self._roomiest()
            if peer is None:
                break
            count = share(waiting, peer.window - peer.count, len(self.workers))
            self._send(peer, [self.pending.popleft() for _ in range(count)])
            waiting -= count
        self.limit = BATCH
        if waiting:
            self.offers.make()
            if self.pending and not self.offers.soon():
                self._more_workers()
        elif len(hub.busy) < len(self.workers):
            self.limit = 1

    def _send_one(self) -> bool:
        """The way of a task that somebody waits for at once: to an idle worker that knows it."""
        call = self.pending[0]._value
        sent = call.wire
        if type(sent) is tuple and len(sent) > 2:
            return False
        for peer in self.workers:
            idle = not (peer.count or peer.blocked or peer.special or peer.closing)
            if idle and peer.lease is not None and peer.env is None:
                if call.spec.fid not in peer.known:
                    return False
                peer.inflight.append(self.pending.popleft())
                peer.count = 1
                peer.sent += 1
                self.hub.busy.add(peer)
                self.hub.send(peer, alone(sent))
                return True
        return False

    def _roomiest(self) -> Peer | None:
        best: Peer | None = None
        least = 1.0
        for peer in self.workers:
            if peer.blocked or peer.special or peer.closing or peer.env is not None:
                continue
            if peer.lease is None and (self.queue or not self._lease(peer, ONE_CPU)):
                continue
            fullness = peer.count / peer.window
            if fullness < least:
                best, least = peer, fullness
                if not fullness:
                    break
        return best

    def _lease(self, peer: Peer, wanted: dict[str, int]) -> bool:
        resources = self.hub.resources
        if not resources.fits(wanted):
            return False
        resources.take(wanted)
        peer.lease = wanted
        return True

    def _give_lease(self, peer: Peer) -> None:
        if peer.lease is not None:
            self.hub.resources.give(peer.lease)
            peer.lease = None

    def reclaim(self) -> None:
        """Take back what idle workers hold for their next batch."""
        for peer in self.workers:
            if not peer.count and peer.lease is not None:
                self._give_lease(peer)

    def _send(self, peer: Peer, refs: Sequence[Ref]) -> None:
        head, calls = self.wired(peer, refs)
        peer.inflight.extend(refs)
        peer.count += len(refs)
        peer.sent += len(refs)
        self.hub.busy.add(peer)
        self.hub.send(peer, head + wire.frame(wire.CALLS, pickle.dumps(calls, 5)))

    def wired(self, peer: Peer, refs: Sequence[Ref]) -> tuple[bytes, list[Any]]:
        """(frames of functions that a worker does not have, calls as they are sent)."""
        calls = [ref._value.wire for ref in refs]
        head = b""
        for spec in {ref._value.spec for ref in refs}:
            if spec.fid not in peer.known:
                head += self._definition(peer, spec)
            if spec.max_calls:
                peer.calls[spec.fid] = peer.calls.get(spec.fid, 0) + len(refs)
                peer.worn = peer.calls[spec.fid] >= spec.max_calls
        for index, sent in enumerate(calls):
            if type(sent) is tuple and len(sent) > 2:
                calls[index] = self.hub.foreign.outgoing_call(peer, sent)
        return head, calls

    def _definition(self, peer: Peer, spec: Spec) -> bytes:
        peer.known.add(spec.fid)
        return wire.frame(wire.DEFINE, pickle.dumps((spec.fid, spec.name, spec.pickled), 5))

    def submit(self, ref: Ref) -> None:
        """A task for which nothing has to be awaited any more."""
        if type(ref._value) is not Call:  # what it waited for has failed
            return
        spec = ref._value.spec
        if spec.is_default:
            self.pending.append(ref)
        else:
            self.queue.append(ref)
        self.flush()

    def resubmit(self, ref: Ref) -> None:
        """A task that has to run again, alone."""
        self.queue.appendleft(ref)

    def _flush_queue(self) -> None:
        self.reclaim()
        left: deque[Ref] = deque()
        while self.queue:
            ref = self.queue.popleft()
            call = ref._value
            if call.cancelled:
                self.hub.fail(ref, TaskCancelledError("the task was cancelled before it ran"))
            elif not self._start(ref, call):
                left.append(ref)
        self.queue = left

    def _start(self, ref: Ref, call: Call) -> bool:
        wanted = call.spec.resources
        if not self.hub.resources.fits(wanted):
            return False
        for peer in self.workers:
            idle = not (peer.count or peer.blocked or peer.special or peer.closing)
            if idle and peer.env == call.spec.env_key and self._lease(peer, wanted):
                peer.special = True
                self._send(peer, [ref])
                return True
        self._spawn(call.spec.env_key, call.spec.env)
        return False

    # --- workers ---------------------------------------------------------------------------

    def _more_workers(self) -> None:
        """Start one where a CPU is free and every worker is blocked or works on something."""
        if not self.hub.resources.fits(ONE_CPU):
            return
        usable = [peer for peer in self.workers if not (peer.blocked or peer.special)]
        if all(peer.count for peer in usable if peer.lease is not None):
            self._spawn(None, None)

    def _spawn(self, env_key: str | None, env: dict[str, Any] | None) -> None:
        starting = [key for key in self.hub.node.starting.values() if key[2] is None]
        wanted = len(self.queue) + (1 if self.pending else 0)
        same = [one for one in starting if one[1] == env_key]
        if len(same) < max(1, min(wanted, 16)):
            self.hub.node.spawn(env_key=env_key, env=env, actor=None)

    def stillborn(self, env_key: str | None, said: str) -> None:
        """A worker ended before it was there: tasks that only such a one could run fail."""
        self.failed_starts += 1
        if env_key is None and (self.workers or self.failed_starts < MOST_FAILED_STARTS):
            self._more_workers()
            return
        self.failed_starts = 0
        error = RuntimeEnvSetupError if env_key is not None else WorkerCrashedError
        refs: list[Ref] = []
        others: list[Ref] = []
        for ref in self.queue:
            (refs if ref._value.spec.env_key == env_key else others).append(ref)
        self.queue = deque(others)
        if env_key is None:  # no default task has an environment of its own
            refs += self.pending
            self.pending.clear()
        for ref in refs:
            self.hub.fail(ref, error("no worker could be started:\n{}".format(said)))

    def joined(self, peer: Peer) -> None:
        """A new worker can be given tasks."""
        self.failed_starts = 0
        self.workers.append(peer)
        self.limit = 1
        self.flush()

    def returned(self, peer: Peer, spent_s: float, count: int) -> None:
        """A worker has sent so many results."""
        if count:
            peer.mean_s = smoothed(peer.mean_s, spent_s, count)
            peer.window = window_for(peer.mean_s)
        if not peer.count:
            self._idle(peer)

    def _idle(self, peer: Peer) -> None:
        """A worker has nothing to do any more."""
        if peer.special:
            peer.special = False
            self._give_lease(peer)
        self.hub.busy.discard(peer)
        self.limit = 1
        self._retire(peer)

    def _retire(self, peer: Peer) -> None:
        """End a worker that has done what it may, or that there are too many of."""
        idle = [one for one in self.workers if not one.count and not one.closing]
        if peer.worn or len(idle) > self.hub.node.cpus + 2:
            self.dismiss(peer)

    def dismiss(self, peer: Peer) -> None:
        """Let a worker end by itself."""
        peer.closing = True
        self._give_lease(peer)
        if peer in self.workers:
            self.workers.remove(peer)
        self.hub.send(peer, wire.frame(wire.BYE, b""))

    def given_back(self, peer: Peer, body: bytes) -> None:
        """A worker inside a long task has not started the last so many of its calls."""
        received, count = pickle.loads(body)
        behind = peer.sent - received
        inflight = peer.inflight
        inflight.rotate(behind)
        back = [inflight.pop() for _ in range(count)]
        inflight.rotate(-behind)
        peer.count -= count
        peer.window = 1
        peer.mean_s = max(peer.mean_s, 0.005)
        for ref in back:
            self.again(ref)
        if not peer.count:
            self._idle(peer)

    def again(self, ref: Ref) -> None:
        """A task that was sent and not begun."""
        call = ref._value
        if call.cancelled:  # the worker no longer had it when it was told
            self.hub.fail(ref, TaskCancelledError("the task was cancelled before it ran"))
        else:
            (self.pending if call.spec.is_default else self.queue).appendleft(ref)

    def blocked(self, peer: Peer, body: bytes) -> None:
        """A worker waits inside a task, for these tasks of its own among others, or goes on (None).

        It needs no CPU meanwhile.
        """
        awaits = pickle.loads(body)
        if awaits is not None:
            peer.awaits.append(awaits)
        else:
            peer.awaits.pop()
        if peer.blocked != (awaits is not None):
            peer.blocked = not peer.blocked
            if peer.lease is not None:
                (self.hub.resources.give if peer.blocked else self.hub.resources.take)(peer.lease)

    def lost(self, peer: Peer) -> None:
        """A worker is dead: what it had runs again, alone; what died alone is to blame."""
        if peer in self.workers:
            self.workers.remove(peer)
        if not peer.blocked:
            self._give_lease(peer)
        peer.lease = None
        inside = list(peer.open.values())
        refs = list(peer.inflight) + inside
        peer.inflight.clear()
        peer.open.clear()
        peer.count = 0
        alone = len(refs) == 1
        for place, ref in reversed(list(enumerate(refs))):
            call = ref._value
            begun = inside and (not place or place >= len(refs) - len(inside))
            if call.cancelled:
                self.hub.fail(ref, TaskCancelledError("the worker of the task was killed"))
            elif (alone or begun) and call.retries == 0:
                self.hub.fail(
                    ref,
                    WorkerCrashedError("the worker died while it ran {}".format(call.spec.name)),
                )
            else:
                if alone or begun:
                    self.hub.charge(ref)
                else:
                    self.hub.moved += 1
                self.queue.appendleft(ref)
        if not self.hub.closed and not peer.closing:
            self._more_workers()

    # --- cancelling ------------------------------------------------------------------------

    def cancel(self, ref: Ref, *, force: bool) -> None:
        """Before it runs: it never does. While it runs: it is interrupted, or its worker killed."""
        for lane in (self.pending, self.queue):
            for place, one in enumerate(lane):
                if one is ref:
                    del lane[place]
                    self.hub.fail(ref, TaskCancelledError("the task was cancelled before it ran"))
                    return
        for peer in self.workers:
            for number, one in enumerate(peer.inflight):
                if one is ref:
                    self._cancel_in(peer, number, force=force)
                    return
            for number, one in peer.open.items():
                if one is ref:  # to kill its worker would kill what waits for it too
                    self.hub.send(peer, wire.frame(wire.CANCEL, pickle.dumps(number, 5)))
                    return

    def _cancel_in(self, peer: Peer, number: int, *, force: bool) -> None:
        if force and number == 0:
            peer.process.kill()
        else:
            where = pickle.dumps(peer.returned + number, 5)
            self.hub.send(peer, wire.frame(wire.CANCEL, where))
