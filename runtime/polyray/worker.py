"""A worker process: takes calls from the hub, runs them, sends their results in batches.

Owns the worker's socket, its queue and the helper thread that acts when one call takes longer
than a tick: it sends what is finished, gives back what has not begun, and hears what the hub
says meanwhile. How a call is run is the business of `execute`.
"""

import os
import pickle
import signal
import socket
import sys
import threading
import time
import weakref
from collections import deque

from polyray import as_ray, current, serialize, store, wire
from polyray.channel import READ_BYTES, greet
from polyray.exceptions import TaskCancelledError
from polyray.execute import Executor
from polyray.places import SECRET, SOCKET
from polyray.quirks.polling import IN, poller
from polyray.refs import PENDING, Elsewhere, named
from polyray.scheduler import BATCH, TICK_S
from polyray.session import Session
from polyray.streams import Stream

QUIET_TICKS = 25


class Worker(Session):
    """The session of a worker process."""

    is_driver = False

    def __init__(self, sock, about):
        super().__init__()
        self.sock = sock
        self.about = about
        self.namespace = about["namespace"]
        self.frames = wire.Frames()
        self.reading = threading.Lock()
        self.sending = threading.RLock()
        self.heard = threading.Condition()
        self.queue = deque()
        self.creation = []  # the one actor that this process is to make
        self.results = []
        self.received = 0  # calls, also those given back
        self.received_by_number = 0
        self.produced = 0  # results, also those not sent yet
        self.began = 0.0
        self.running = False
        self.cancelled = set()
        self.blocked = 0
        self.batches = 0
        self.executor = Executor(self)
        # what it asked of the hub
        self.number = 0
        self.tasks = {}
        self.streams = {}
        self.specs = set()
        self.submits, self.first_submit = [], 0
        self.exports, self.releases = [], deque()
        self.known = weakref.WeakValueDictionary()
        self.watches = {}
        self.counts = {}
        self.questions, self.answers = 0, {}
        self.main = threading.get_ident()
        self.handlers = {
            wire.CALLS: self._calls,
            wire.DEFINE: self._define,
            wire.CREATE: self._create,
            wire.VALUES: self._values,
            wire.CANCEL: self._cancel,
            wire.ANSWER: self._answer,
            wire.BYE: self._bye,
        }

    # --- the loop --------------------------------------------------------------------------

    def serve(self):
        """Take and run calls until the hub says goodbye."""
        threading.Thread(target=self._help, name="polyray-helper", daemon=True).start()
        while True:
            with self.reading:
                if not self.queue and not self.creation:  # the helper may have read just before
                    self._read()
            self.work()

    def work(self):
        """Do what has been read; not while reading, because it may have to wait for answers."""
        if self.creation:
            self.executor.create(self.creation.pop())
        if self.queue:
            self._run()

    def _read(self):
        received = self.sock.recv(READ_BYTES)
        if not received:
            os._exit(0)
        for kind, body in self.frames.feed(received):
            self.handlers[kind](body)

    def _run(self):
        """All that is queued, as one batch of results."""
        self.batches += 1
        self.began = time.perf_counter()
        self.running = True
        run, pop = self.executor.run, self.queue.popleft
        results = self.results
        while self.queue:
            try:
                item = pop()
            except IndexError:  # the helper gave it back just now
                break
            if self.cancelled and self.produced in self.cancelled:
                self.cancelled.discard(self.produced)
                value = serialize.pack_error(TaskCancelledError("cancelled before it ran"))
            else:
                value = run(item)
            results.append(value)
            self.produced += 1
        self.running = False
        self.flush()

    def flush(self):
        """Send results and requests that have gathered."""
        with self.sending:
            self._flush_requests()
            count = len(self.results)
            if count:
                values = self.results[:count]
                del self.results[:count]
                now = time.perf_counter()
                spent_s, self.began = now - self.began, now
                for index, value in enumerate(values):
                    if type(value) is tuple:
                        values[index] = serialize.outgoing(value)
                self._send(wire.RESULTS, pickle.dumps((spent_s, values), 5))
            self._flush_releases()

    def _help(self):
        """Once a tick: a call that takes longer must not hold up what is before and behind it."""
        quiet, last = 0, None
        while True:
            time.sleep(TICK_S if quiet < QUIET_TICKS else 5 * TICK_S)
            busy = self.running or self.submits
            quiet = 0 if busy else quiet + 1
            mark = (self.batches, self.produced)
            if self.running and mark == last and not self.blocked:
                self.give_back()
                self.flush()
                if self.reading.acquire(False):
                    try:
                        while self._readable(0):
                            self._read()
                    finally:
                        self.reading.release()
            elif self.submits or self.releases:
                with self.sending:
                    self._flush_requests()
                    self._flush_releases()
            last = mark

    def give_back(self):
        """Let others have what is queued here and has not begun; an actor's calls stay."""
        if self.about["actor"]:
            return
        count = 0
        while True:
            try:
                self.queue.pop()
            except IndexError:
                break
            count += 1
        if count:
            with self.sending:
                self._send(wire.GIVE_BACK, pickle.dumps((self.received, count), 5))

    def _readable(self, timeout_s):
        one = poller()
        one.register(self.sock.fileno(), IN)
        return bool(one.poll(None if timeout_s is None else int(timeout_s * 1000)))

    # --- what the hub says -----------------------------------------------------------------

    def _calls(self, body):
        calls = pickle.loads(body)
        self.received += len(calls)
        if self.executor.is_concurrent:
            self.executor.start_all(calls)
        else:
            self.queue.extend(calls)
            if self.blocked and self.running:  # sent before the hub heard that this one waits
                self.give_back()

    def _create(self, body):
        self.creation.append(body)

    def _define(self, body):
        fid, name, pickled = pickle.loads(body)
        if fid is None:
            serialize.define(pickled)
            return
        self.executor.define(fid, name, pickled)

    def _values(self, body):
        with self.lock:
            for key, value in pickle.loads(body):
                value = self.incoming(value)
                if type(key) is tuple:
                    self.streams[key[1]].add(value)
                    continue
                if type(key) is int:
                    ref = self.tasks.pop(key)
                    self.streams.pop(key, None)
                    if hasattr(ref, "_id") and ref._id in self.watches:
                        self.exports.append((ref._id, None, serialize.outgoing(value), False))
                else:
                    ref = self.known.get(key)
                if ref is not None and type(ref._value) in PENDING:
                    self.failures += serialize.is_failure(value)
                    self.fill(ref, value)
        if self.exports:  # others may wait for what was pending when they heard of it
            self.flush_requests()

    def _cancel(self, body):
        number = pickle.loads(body)
        if self.executor.is_concurrent:
            self.executor.cancel(number)
        elif number == self.produced and self.running:
            self.executor.cancel_running()
        elif number >= self.produced:
            self.cancelled.add(number)

    def _answer(self, body):
        number, _good, what = pickle.loads(body)
        self.answers[number] = self.incoming(what)

    def _bye(self, _body):
        self.executor.finish()
        self.flush()
        os._exit(0)

    # --- waiting ---------------------------------------------------------------------------

    def wait_for(self, done, deadline=None):
        """Wait until `done()`; False if the deadline comes first. Frees the CPU of a task."""
        self.flush_requests()
        if done():
            return True
        blocks = threading.get_ident() == self.main and self.running and not self.about["actor"]
        if blocks:
            self.give_back()
            with self.sending:
                self.flush()
                self._send(wire.BLOCKED, b"1")
        self.blocked += 1
        try:
            while not done():
                left_s = None if deadline is None else deadline - time.monotonic()
                if left_s is not None and left_s <= 0:
                    return False
                self._hear(done, left_s)
            return True
        finally:
            self.blocked -= 1
            if blocks:
                with self.sending:
                    self._send(wire.BLOCKED, b"0")

    def _hear(self, done, left_s):
        """Read for all, or wait until whoever reads has heard something."""
        if self.reading.acquire(False):
            try:
                if not done() and self._readable(left_s):
                    self._read()
            finally:
                self.reading.release()
                with self.heard:
                    self.heard.notify_all()
        else:
            with self.heard:
                self.heard.wait(0.005 if left_s is None else min(left_s, 0.005))

    # --- what it asks of the hub -----------------------------------------------------------

    def submit(self, ref):
        """A task of its own."""
        self._submit(ref, wire.SUBMIT, None)

    def submit_method(self, actor, ref):
        """A call of an actor, by its id."""
        self._submit(ref, wire.METHODS, actor)

    def _submit(self, ref, kind, actor):
        call = ref._value
        spec = call.spec
        key = id(spec)
        with self.sending:
            if key not in self.specs:
                self.specs.add(key)
                self.executor.keep.append(spec)
                self._send(wire.DEFINE, pickle.dumps((key, spec), 5))
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

    def _need(self, ref):
        value = ref._value
        if type(value) not in PENDING:
            return ("value", serialize.outgoing(value))
        return ("id", self._exported(ref))

    def flush_requests(self):
        """Send what was submitted and not sent yet."""
        with self.sending:
            self._flush_requests()

    def _flush_requests(self):
        if self.submits:
            kind, items = self.submits[0], self.submits[1:]
            self.submits = []
            self._send(kind, pickle.dumps((self.first_submit, items), 5))
        elif self.exports:
            self._send(None, b"")

    def _flush_releases(self):
        if self.releases:
            released = []
            while self.releases:
                released.append(self.releases.popleft())
            self._send(wire.RELEASE, pickle.dumps(released, 5))

    def _send(self, kind, body):
        data = b""
        if self.exports:
            exports, self.exports = self.exports, []
            data = wire.frame(wire.EXPORT, pickle.dumps(exports, 5))
        if kind is not None:
            data += wire.frame(kind, body)
        try:
            self.sock.sendall(data)
        except OSError:  # the driver is gone
            os._exit(0)

    def ask(self, verb, *arguments):
        """Have the hub do something, and its answer; raises what it raises."""
        with self.sending:
            self.questions += 1
            number = self.questions
            self._flush_requests()
            packed = serialize.pack(arguments)
            self._send(wire.REQUEST, pickle.dumps((number, verb, serialize.outgoing(packed)), 5))
        self.wait_for(lambda: number in self.answers)
        return serialize.unpack(self.answers.pop(number))

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
        self.ask("kill_actor", identity, no_restart)

    def cancel(self, ref, *, force, recursive):
        """Stop a call that has not ended."""
        self.ask("cancel", ref, force, recursive)

    def resident(self, identity):
        """Workers know actors by their id alone."""
        return identity

    def submit_any(self, ref):
        """A task of its own."""
        self._submit(ref, wire.SUBMIT, None)

    def stream_of(self, ref):
        """What a generator task will yield."""
        return Stream(self, ref)

    def ask_for(self, refs):
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

    def stream(self, number, value):
        """An item of a generator."""
        with self.sending:
            self._send(wire.YIELD, pickle.dumps((number, serialize.outgoing(value)), 5))

    def print(self, name, stream, text):
        """Show the driver what was printed."""
        with self.sending:
            self._send(wire.PRINT, pickle.dumps((name, stream, text), 5))

    # --- references ------------------------------------------------------------------------

    def export(self, ref):
        """The id of a reference that is being pickled; the hub knows it from then on."""
        gathered = serialize.gathering()
        identity = self._exported(ref)
        if gathered is None:
            self.executor.keep.append(ref)
        else:
            gathered.refs.append(ref)
        return identity

    def _exported(self, ref):
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

    def _watch(self, identity, ref):
        self.known[identity] = ref
        releases, counts, watches = self.releases, self.counts, self.watches

        def gone(_ref):
            watches.pop(identity, None)
            releases.append((identity, counts.pop(identity, 0)))

        watches[identity] = weakref.ref(ref, gone)

    def incoming(self, value):
        """A value of the hub, with references instead of ids."""
        if type(value) is not tuple or len(value) < 3:
            return value
        return (value[0], value[1], tuple(self._received(identity) for identity in value[2]))

    def _received(self, identity):
        ref = self.known.get(identity)
        if ref is None:
            ref = named(identity, Elsewhere())
            self._watch(identity, ref)
        self.counts[identity] = self.counts.get(identity, 0) + 1
        return ref

    def borrow(self, identity):
        """The reference of that id."""
        ref = self.known.get(identity)
        if ref is None:
            ref = named(identity, Elsewhere())
            self._watch(identity, ref)
        return ref


def _parts(wired):
    """(payload, references to wait for, extras) of a call."""
    if type(wired) is not tuple:
        return (), None, None
    if len(wired) == 2:
        return wired[1], None, None
    return wired[1:]


def main(folder, token):
    """Connect to the hub whose folder this is, and serve it."""
    with open(os.path.join(folder, SECRET), "rb") as file:
        secret = file.read()
    sock = socket.socket(socket.AF_UNIX)
    sock.connect(os.path.join(folder, SOCKET))
    greet(sock, secret, token.encode())
    frames = wire.Frames()
    found = ()
    while not found:
        found = frames.feed(sock.recv(READ_BYTES))
    about, registered = pickle.loads(found[0][1])
    sys.path[:] = about["path"]
    if about["as_ray"]:
        as_ray.install()
    store.driver_pid, store.limit_bytes = about["driver"], about["store_bytes"]
    worker = Worker(sock, about)
    worker.frames.rest = frames.rest
    current.become(worker)
    serialize.define(pickle.loads(registered)[2])
    worker.executor.prepare()
    signal.signal(signal.SIGINT, worker.executor.interrupted)
    _tell_stack_on_request()
    for kind, body in found[1:]:
        worker.handlers[kind](body)
    worker.work()
    worker.serve()


def _tell_stack_on_request():
    """Write where all threads are into the log at SIGUSR1; not every interpreter can."""
    try:
        import faulthandler

        faulthandler.register(signal.SIGUSR1, file=sys.__stderr__, all_threads=True)
    except (ImportError, AttributeError, OSError, ValueError, RuntimeError):
        signal.signal(signal.SIGUSR1, signal.SIG_IGN)


if __name__ == "__main__":
    from polyray.worker import main as run  # not as __main__: classes must be the same everywhere

    run(sys.argv[1], sys.argv[2])
