"""The driver's side: reads for all who wait, keeps what is known of every reference.

Owns the lock, the leader and the pump (runtime design, liveness): the first thread that waits
polls and reads for all; nothing sleeps on a stale look; what is written never blocks; a thread
of ours goes on where nobody waits. What a worker says is handed to `lanes`, `residents` or
`foreign`.
"""

import _thread
import os
import pickle
import threading
import time
import weakref
from collections import deque

from polyray import serialize, wire
from polyray.channel import READ_BYTES, Greeting, Link
from polyray.desk import Desk
from polyray.exceptions import ObjectLostError, RaySystemError
from polyray.foreign import Foreign
from polyray.lanes import Lanes
from polyray.quirks.polling import GONE, IN, OUT, poller
from polyray.quirks.sockets import DONT_WAIT
from polyray.refs import PENDING, Call, named, own_call
from polyray.reservations import Reservations
from polyray.residents import Residents
from polyray.scheduler import BATCH, FIRST_WINDOW, TICK_S
from polyray.session import Session
from polyray.streams import Stream

QUIET_TICKS = 50
AGAIN = object()


class Peer:
    """A worker process as the hub sees it."""

    __slots__ = (
        "actor", "blocked", "calls", "closing", "count", "env", "exports", "fd", "holds", "inflight",
        "known", "lease", "link", "mean_s", "numbered", "open", "outbox", "pid", "process",
        "returned", "sent", "special", "tasks", "window", "worn",
    )

    def __init__(self, link, process, env, actor):
        self.link, self.process, self.env, self.actor = link, process, env, actor
        self.fd = link.fd
        self.pid = process.pid
        self.inflight = deque()  # references in the order in which their calls were sent
        self.open = {}  # of a concurrent actor: by number, because they end in any order
        self.numbered = False
        self.count = self.sent = self.returned = 0
        self.window, self.mean_s = FIRST_WINDOW, 1e-4
        self.known = set()  # functions that it has
        self.calls = {}  # how often it ran functions that may only run so often
        self.lease = None  # resources that it holds
        self.blocked = self.special = self.closing = self.worn = False
        self.holds = {}  # id -> [reference, count] that it was sent and has not released
        self.exports = {}  # id -> reference that it made known
        self.tasks = {}  # number -> reference that it waits for
        self.outbox = []  # values to be sent to it


class Hub(Session):
    """One session of the driver."""

    is_driver = True

    def __init__(self, node, resources, namespace):
        super().__init__()
        self.node = node
        self.resources = resources
        self.namespace = namespace
        self.arrived = threading.Condition(self.lock)
        self.arrivals = 0
        self.leading = False
        self.waiters = 0
        self.exported = weakref.WeakValueDictionary()
        self.owned = {}  # worker -> ids of objects that it has put and others may see
        self.pinned = []  # references that left by ways that we do not see
        self.peers = {}
        self.strangers = {}
        self.busy = set()
        self.dirty = set()  # peers with something in their outbox
        self.orphans = deque()  # what finalisers leave to be done
        self.closed = False
        self.lanes = Lanes(self)
        self.residents = Residents(self)
        self.foreign = Foreign(self)
        self.desk = Desk(self)
        self.reservations = Reservations(self)
        self.poller = poller()
        self.wake_read, self.wake_write = os.pipe()
        os.set_blocking(self.wake_write, False)
        self.poller.register(self.wake_read, IN)
        self.poller.register(node.listener.fileno(), IN)
        self.handlers = {
            wire.RESULTS: self._results,
            wire.NUMBERED: self._numbered,
            wire.GIVE_BACK: self.lanes.given_back,
            wire.BLOCKED: self.lanes.blocked,
            wire.READY: self.residents.created,
            **self.foreign.handlers(),
        }
        self.pump = threading.Thread(target=self._pump, name="polyray-pump", daemon=True)
        self.pump.start()

    # --- reading ---------------------------------------------------------------------------

    def step(self, timeout_ms):
        """Read once, waiting so long (None: for ever). Lock held, and released while waiting."""
        if timeout_ms == 0:
            events = self.poller.poll(0)
        elif len(self.busy) == 1 and timeout_ms is None and self._only_thread():
            return self._read_directly(next(iter(self.busy)))
        else:
            self.lock.release()
            try:
                events = self.poller.poll(timeout_ms)
            finally:
                self.lock.acquire()
        for fd, event in events:
            self._attend(fd, event)
        self.progress()
        return None

    def _only_thread(self):
        """May this thread sleep in one socket? Not where another could submit meanwhile."""
        return DONT_WAIT is not None and _thread._count() <= 1 and not self.strangers and not self.node.starting  # noqa: SLF001

    def _read_directly(self, peer):
        if peer.link.out:
            self.poller.poll(0)
        self.lock.release()
        try:
            received = _receive(peer.link.sock)
        finally:
            self.lock.acquire()
        self._take(peer, received)
        self.progress()

    def progress(self):
        """What can be done now that something has come. Lock held."""
        while self.orphans:
            self.orphans.popleft()()
        if self.reservations.waiting:
            self.reservations.advance()
        self.lanes.flush()
        self.residents.flush()
        while self.dirty:
            self.foreign.deliver(self.dirty.pop())

    def _attend(self, fd, event):
        peer = self.peers.get(fd)
        if peer is not None:
            if event & OUT and not peer.link.drain():
                self.poller.modify(fd, IN)
            if event & (IN | GONE):
                self._take(peer, _receive(peer.link.sock))
        elif fd == self.wake_read:
            os.read(fd, 4096)
        elif fd in self.strangers:
            self._greet(fd)
        elif fd == self.node.listener.fileno():
            self._accept()

    def _accept(self):
        sock, _ = self.node.listener.accept()
        greeting = Greeting(Link(sock), self.node.secret)
        self.strangers[greeting.link.fd] = greeting
        self.poller.register(greeting.link.fd, IN)

    def _greet(self, fd):
        greeting = self.strangers[fd]
        try:
            frames = greeting.link.frames.feed(_receive(greeting.link.sock))
            if not frames:
                if greeting.link.frames.rest:
                    return
                raise wire.BrokenStream("it left")
            about = greeting.check(*frames[0])
            process, env, actor = self.node.arrived(about)
        except (wire.BrokenStream, KeyError):
            del self.strangers[fd]
            self.poller.unregister(fd)
            greeting.link.close()
            return
        del self.strangers[fd]
        peer = Peer(greeting.link, process, env, actor)
        self.peers[fd] = peer
        self.send(peer, wire.frame(wire.WELCOME, self.node.welcome(peer)))
        if actor is None:
            self.lanes.joined(peer)
        else:
            self.residents.joined(peer)

    def _take(self, peer, received):
        self.arrivals += 1
        if not received:
            self._lost(peer)
            return
        try:
            for kind, body in peer.link.frames.feed(received):
                self.handlers[kind](peer, body)
        except (wire.BrokenStream, KeyError):
            self._lost(peer)

    def _lost(self, peer):
        """A worker's connection has ended: it is dead, or about to be."""
        if self.peers.pop(peer.fd, None) is None:
            return
        self.poller.unregister(peer.fd)
        peer.link.close()
        self.busy.discard(peer)
        self.dirty.discard(peer)
        self.node.bury(peer)
        self.foreign.lost(peer)
        if peer.actor is None:
            self.lanes.lost(peer)
        else:
            self.residents.lost(peer)
        peer.holds.clear()

    def send(self, peer, data):
        """Write without waiting. Lock held."""
        if peer.link.send(data):
            self.poller.modify(peer.fd, IN | OUT)

    def wake(self):
        """Let whoever polls look again."""
        try:
            os.write(self.wake_write, b"x")
        except BlockingIOError:
            pass

    # --- results ---------------------------------------------------------------------------

    def _results(self, peer, body):
        spent_s, values = pickle.loads(body)
        pop = peer.inflight.popleft
        waiting = self.waiting
        for value in values:
            ref = pop()
            if type(value) is tuple:
                value = self._landed(peer, ref, value)
                if value is AGAIN:
                    continue
            ref._value = value
            if waiting:
                self.settle(ref)
        peer.returned += len(values)
        peer.count -= len(values)
        if peer.actor is None:
            self.lanes.returned(peer, spent_s, len(values))
        elif not peer.count:
            self.busy.discard(peer)

    def _numbered(self, peer, body):
        for number, value in pickle.loads(body):
            ref = peer.open.pop(number)
            peer.count -= 1
            value = self._landed(peer, ref, value)
            if value is not AGAIN:
                self.fill(ref, value)
        if not peer.count:
            self.busy.discard(peer)

    def _landed(self, peer, ref, value):
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

    def _once_more(self, peer, ref, call):
        """Retry a call whose exception its options retry."""
        if call.retries == 0 or call.cancelled:
            return False
        own_call(ref).retries -= call.retries > 0
        if peer.actor is None:
            self.lanes.resubmit(ref)
        else:
            peer.actor.again(ref)
        return True

    def fail(self, ref, error):
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

    def start_when_ready(self, ref, start):
        """Call `start` once all that a call needs is there; a failure among it fails the call."""
        call = ref._value
        needs = call.needs
        left = [sum(type(need._value) in PENDING for need in needs)]

        def done():
            call.needs = None
            failed = next((n._value for n in needs if serialize.is_failure(n._value)), None)
            if failed is not None and type(ref._value) is Call:
                self.failures += 1
                for each in call.refs or (ref,):
                    self.fill(each, failed)
                if call.stream is not None:
                    call.stream.end(failed)
            start(ref)

        def one_less(_need):
            left[0] -= 1
            if not left[0]:
                done()

        waiting = [need for need in needs if type(need._value) in PENDING]
        for need in waiting:
            self.when_ready(need, one_less)
        if not waiting:
            done()

    # --- waiting ---------------------------------------------------------------------------

    def submit(self, ref):
        """A task with default options and nothing to wait for."""
        lanes = self.lanes
        with self.lock:
            lanes.pending.append(ref)
            if len(lanes.pending) >= lanes.limit:
                lanes.flush()

    def wait_for(self, done, deadline=None):
        """Wait until `done()`; False if the deadline (of `time.monotonic`) comes first."""
        with self.lock:
            self.progress()
            while not done():
                left_s = None if deadline is None else deadline - time.monotonic()
                if left_s is not None and left_s <= 0:
                    return False
                self._await_arrival(left_s)
            return True

    def _await_arrival(self, left_s):
        if self.closed:
            raise ObjectLostError("the session has ended")
        if self.leading:
            self.waiters += 1
            try:
                # In slices, because some interpreters handle no signal while they wait here.
                self.arrived.wait(0.05 if left_s is None else min(left_s, 0.05))
            finally:
                self.waiters -= 1
            return
        self.leading = True
        try:
            self.step(None if left_s is None else max(1, int(left_s * 1000)))
        finally:
            self.leading = False
            if self.waiters:
                self.arrived.notify_all()

    def nudge(self):
        """Hand out what waits, and let the pump look."""
        with self.lock:
            self.progress()
        self.wake()

    def _pump(self):
        """Progress while nobody waits."""
        quiet = 0
        while not self.closed:
            time.sleep(TICK_S)
            with self.lock:
                if self.leading or self.closed:
                    continue
                before = self.arrivals
                self.step(0)
                idle = not self.busy and not self.waiting and not self.node.starting
                quiet = quiet + 1 if idle and self.arrivals == before else 0
                if self.waiters:
                    self.arrived.notify_all()
            if quiet > QUIET_TICKS:
                self._sleep_until_something()
                quiet = 0

    def _sleep_until_something(self):
        quiet = poller()
        for fd in [self.wake_read, self.node.listener.fileno(), *self.peers]:
            quiet.register(fd, IN)
        quiet.poll(250)

    # --- what references ask of their session ----------------------------------------------

    def export(self, ref):
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

    def borrow(self, identity):
        """The reference of that id."""
        found = self.exported.get(identity)
        if found is None:
            lost = ObjectLostError("{} is not known to this session".format(identity.hex()))
            found = named(identity, serialize.pack_error(lost))
        return found

    # --- what is asked of it ---------------------------------------------------------------

    def submit_any(self, ref):
        """A task with options of its own, or one that has to wait for others."""
        with self.lock:
            if ref._value.needs:
                self.start_when_ready(ref, self.lanes.submit)
            else:
                self.lanes.submit(ref)

    def submit_method(self, resident, ref):
        """A call of an actor by the driver."""
        with self.lock:
            peer = resident.peer
            resident.submit(ref, None)
            if peer is not None and not peer.count or len(resident.queue) >= BATCH:
                resident.flush()

    def resident(self, identity):
        """What is known of an actor; raises for one of an earlier session."""
        try:
            return self.residents.by_id[identity]
        except KeyError:
            raise RaySystemError("the actor belongs to another session") from None

    def stream_of(self, ref):
        """What a generator task will yield."""
        return Stream(self, ref)

    def ask(self, verb, *arguments):
        """Do something for the driver."""
        with self.lock:
            self.progress()
            return getattr(self.desk, verb)(*arguments)

    def answer(self, verb, arguments, peer):
        """Do something for a worker."""
        if verb == "is_cancelled":
            arguments = (*arguments, peer)
        return getattr(self.desk, verb)(*arguments)

    def create_actor(self, spec):
        """(identity, life) of a new actor."""
        return self.ask("create_actor", spec)

    def named_actor(self, name, namespace):
        """What makes a handle of a living actor."""
        return self.ask("named_actor", name, namespace)

    def actor_names(self):
        """(namespace, name) of all living actors that have a name."""
        return self.ask("actor_names")

    def kill_actor(self, identity, *, no_restart):
        """End an actor."""
        self.resident(identity)
        self.ask("kill_actor", identity, no_restart)

    def cancel(self, ref, *, force, recursive):
        """Stop a call that has not ended."""
        self.ask("cancel", ref, force, recursive)

    # --- the end ---------------------------------------------------------------------------

    def close(self):
        """End all workers and forget everything; what is pending fails."""
        with self.lock:
            if self.closed:
                return
            self.closed = True
            for peer in list(self.peers.values()):
                peer.closing = True
                self.send(peer, wire.frame(wire.BYE, b""))
            peers = list(self.peers.values())
            self.peers.clear()
            self.arrived.notify_all()
        self.wake()
        self.node.close([peer.process for peer in peers])
        for peer in peers:
            peer.link.close()
        for greeting in self.strangers.values():
            greeting.link.close()
        if threading.current_thread() is not self.pump:
            self.pump.join(5)
        os.close(self.wake_read)
        os.close(self.wake_write)


def _receive(sock):
    """What there is to read; nothing once the peer is gone."""
    try:
        return sock.recv(READ_BYTES)
    except (BlockingIOError, InterruptedError):
        return b""
    except OSError:
        return b""
