"""A worker process: takes calls from the hub, runs them, sends their results in batches.

Owns the worker's queue and the helper thread that acts when one call takes longer
than a tick: it sends what is finished, gives back what has not begun, and hears what the hub
says meanwhile. How a call is run is the business of `execute`.
"""

from __future__ import annotations

import os
import pickle
import signal
import socket
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from polyray import as_ray, current, serialize, store, wire
from polyray.asking import Asking
from polyray.channel import READ_BYTES, greet
from polyray.events import Tracer
from polyray.exceptions import TaskCancelledError
from polyray.execute import Executor
from polyray.inside import Insides
from polyray.lines import Line, RingLine
from polyray.places import OWNER, PIP, SECRET, SOCKET
from polyray.quirks.signals import INTERRUPT
from polyray.refs import PENDING
from polyray.rings import Offer
from polyray.scheduler import TICK_S

if TYPE_CHECKING:
    from polyray.refs import Ref

QUIET_TICKS = 25


class Worker(Asking):
    """The session of a worker process."""

    is_driver = False

    def __init__(self, line: Line, about: dict[str, Any]) -> None:
        super().__init__(line)
        self.about = about
        self.namespace = about["namespace"]
        self.frames = wire.Frames()
        self.reading = threading.Lock()
        self.heard = threading.Condition()
        self.queue: deque[Any] = deque()
        self.creation: list[bytes] = []  # the one actor that this process is to make
        self.results: list[Any] = []
        self.received = 0  # calls, also those given back
        self.given_back = 0
        self.produced = 0  # results, also those not sent yet
        self.began = 0.0
        self.running = False
        self.cancelled: set[int] = set()
        self.blocked = 0
        self.batches = 0
        self.inside = Insides(self, about["start_s"])
        self.executor = Executor(self)
        self.run: Callable[[Any], Any] = self.executor.run
        if about["timeline"]:
            self.tracer = Tracer()
            self.run = self.tracer.around(self.run, self.executor.name_of)
        self.main = threading.get_ident()
        self.handlers: dict[int, Callable[[Any], object]] = {
            wire.CALLS: self._calls,
            wire.DEFINE: self._define,
            wire.CREATE: self._create,
            wire.VALUES: self._values,
            wire.PLAIN_VALUES: self._plain_values,
            wire.CANCEL: self._cancel,
            wire.ANSWER: self._answer,
            wire.INSIDE: self.inside.come,
            wire.BYE: self._bye,
        }

    # --- the loop --------------------------------------------------------------------------

    def serve(self) -> NoReturn:
        """Take and run calls until the hub says goodbye."""
        threading.Thread(target=self._help, name="polyray-helper", daemon=True).start()
        while True:
            self.work()
            if self.executor.overlap is not None and self.executor.overlap.loop is not None:
                self.executor.overlap.serve(self.line.sock.fileno(), self._read_what_is_there)
            with self.reading:
                if not self.queue and not self.creation:  # the helper may have read just before
                    self._read()

    def work(self) -> None:
        """Do what has been read; not while reading, because it may have to wait for answers."""
        if self.creation:
            self.executor.create(self.creation.pop())
        if self.queue:
            self._run()

    def _read(self) -> None:
        self._take(self.line.receive())

    def _take(self, received: Sequence[bytes]) -> None:
        if not received:
            os._exit(0)
        for piece in received:
            for kind, body in self.frames.feed(piece):
                self.handlers[kind](body)

    def _read_what_is_there(self) -> None:
        """Read without ever waiting: another thread may read, or have read, for all."""
        if self.reading.acquire(False):
            try:
                self._read_now()
            finally:
                self._read_for_all()

    def _read_now(self) -> None:
        received = self.line.receive_now()
        while received is not None:
            self._take(received)
            received = self.line.receive_now()

    def _read_for_all(self) -> None:
        """This thread has read, and no longer does: others go on."""
        self.reading.release()
        with self.heard:
            self.heard.notify_all()
        overlap = self.executor.overlap
        loop = None if overlap is None or self._in_main() else overlap.loop
        if loop is not None and not self.line.dozes():  # it may sleep, and nobody will wake it
            loop.call_soon_threadsafe(self._read_what_is_there)

    def _in_main(self) -> bool:
        return threading.get_ident() == self.main

    def _run(self) -> None:
        """All that is queued, as one batch of results."""
        self.batches += 1
        self.began = time.perf_counter()
        self.running = True
        run, pop = self.run, self.queue.popleft
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

    def flush(self) -> None:
        """Send results and requests that have gathered."""
        with self.sending:
            if self.plain or self.submits or self.exports:
                self._flush_requests()
            if self.results:
                self._flush_results()
            if self.releases:
                self._flush_releases()
            if self.tracer is not None:
                self._flush_events()

    def _flush_results(self) -> None:
        count = len(self.results)
        values = self.results[:count]
        del self.results[:count]
        now = time.perf_counter()
        spent_s, self.began = now - self.began, now
        if type(values[0]) is tuple if count == 1 else tuple in set(map(type, values)):
            values = [serialize.outgoing(value) for value in values]
        self._send(wire.RESULTS, pickle.dumps((spent_s, values), 5))

    def _help(self) -> NoReturn:
        """Once a tick: a call that takes longer must not hold up what is before and behind it."""
        quiet, last, ignored = 0, None, False
        while True:
            time.sleep(TICK_S if quiet < QUIET_TICKS else 5 * TICK_S)
            ignored = self._helps_loop(ignored)
            unsent = self.submits or self.plain
            busy = self.running or unsent
            quiet = 0 if busy else quiet + 1
            mark = (self.batches, self.produced)
            waits = self.blocked and not self.inside.in_one()
            if self.running and mark == last and not waits:
                self.give_back()
                self.flush()
                self._read_what_is_there()
            elif unsent or self.releases:
                with self.sending:
                    self._flush_requests()
                    self._flush_releases()
            last = mark

    def _helps_loop(self, ignored: bool) -> bool:
        """Has an event loop, stuck in one coroutine, not read what came? Then read it, at last."""
        overlap = self.executor.overlap
        if overlap is None or not (overlap.running or overlap.beginning):
            return False
        if not self.line.readable(0):
            return False
        if ignored:
            self._read_what_is_there()
        return True

    def give_back(self) -> None:
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
                self.given_back += count
                self._send(wire.GIVE_BACK, pickle.dumps((self.received, count), 5))
            here = self.received - self.given_back  # later calls will have these numbers anew
            self.cancelled = {number for number in self.cancelled if number < here}

    # --- what the hub says -----------------------------------------------------------------

    def _calls(self, body: bytes) -> None:
        calls = pickle.loads(body)
        self.received += len(calls)
        if self.executor.overlap is not None:
            self.executor.overlap.start_all(calls)
        else:
            self.queue.extend(calls)
            if self.blocked and self.running:  # sent before the hub heard that this one waits
                self.give_back()

    def _create(self, body: bytes) -> None:
        self.creation.append(body)

    def _define(self, body: bytes) -> None:
        fid, name, pickled = pickle.loads(body)
        if fid is None:
            serialize.define(pickled)
            return
        self.executor.define(fid, name, pickled)

    def _values(self, body: bytes) -> None:
        with self.lock:
            for key, value in pickle.loads(body):
                value = self.incoming(value)
                if type(key) is tuple:
                    _taken(value)
                    self.streams[key[1]].add(value)
                    continue
                ref = self._own(key, value) if type(key) is int else self.known.get(key)
                if ref is not None and type(ref._value) in PENDING:
                    self.failures += serialize.is_failure(value)
                    self.fill(ref, value)
        if self.exports:  # others may wait for what was pending when they heard of it
            self.flush_requests()

    def _plain_values(self, body: bytes) -> None:
        """Values of its own calls that are what they are."""
        numbers, values = pickle.loads(body)
        with self.lock:
            refs = list(map(self.tasks.pop, numbers))
            if self.watches or self.waiting:
                for ref, value in zip(refs, values):
                    self._tell_others(ref, value)
                    self.fill(ref, value)
            else:
                for ref, value in zip(refs, values):
                    ref._value = value
        if self.exports:
            self.flush_requests()

    def _tell_others(self, ref: Ref, value: Any) -> bool:
        """Have the hub know a value if it has heard of its reference; False if it has not."""
        if not hasattr(ref, "_id") or ref._id not in self.watches:
            return False
        self.exports.append((ref._id, None, serialize.outgoing(value), False))
        return True

    def _own(self, number: int, value: Any) -> Ref:
        """The reference of a task of its own whose value has come."""
        ref = self.tasks.pop(number)
        self.streams.pop(number, None)
        if not self._tell_others(ref, value):
            _taken(value)
        return ref

    def _cancel(self, body: bytes) -> None:
        number = pickle.loads(body)
        if self.executor.overlap is not None:
            self.executor.overlap.cancel(number)
        elif self.running and (number == self.produced or number in self.inside.running):
            self.executor.cancel_running(number)
        elif number < 0:
            self.inside.refuse_all()
        elif self.produced <= number < self.received - self.given_back:
            self.cancelled.add(number)

    def _answer(self, body: bytes) -> None:
        number, _good, what = pickle.loads(body)
        _taken(what)
        self.answers[number] = self.incoming(what)

    def _bye(self, _body: bytes) -> NoReturn:
        if self.executor.overlap is not None:
            self.executor.overlap.finish()
        self.flush()
        os._exit(0)

    # --- waiting ---------------------------------------------------------------------------

    def wait_for(
        self,
        done: Callable[[], bool],
        deadline: float | None = None,
        refs: Sequence[Ref] = (),
    ) -> bool:
        """Wait until `done()`, for all of these; False if the deadline comes first.

        Frees the CPU of a task, and may run what it waits for.
        """
        self.flush_requests()
        if done():
            return True
        blocks = self._in_main() and self.running and not self.about["actor"]
        if blocks:
            self.give_back()
            self.inside.open = True
            awaited = self.inside.numbers_of(refs) if deadline is None else ()
            with self.sending:
                self.flush()
                self._send(wire.BLOCKED, pickle.dumps(awaited, 5))
        self.blocked += 1
        try:
            while not done():
                left_s = None if deadline is None else deadline - time.monotonic()
                if left_s is not None and left_s <= 0:
                    return False
                if blocks and self.inside.calls:
                    self.inside.run_one()
                else:
                    self._hear(done, left_s)
            return True
        finally:
            self.blocked -= 1
            if blocks:
                with self.sending:
                    self.inside.open = False
                    self._send(wire.BLOCKED, pickle.dumps(None, 5))
                self.inside.refuse_all()

    def _hear(self, done: Callable[[], bool], left_s: float | None) -> None:
        """Read for all, or wait until whoever reads has heard something."""
        if self.reading.acquire(False):
            try:
                if not done():
                    if left_s is None:
                        self._read()
                    elif self.line.readable(left_s):
                        self._read_now()
            finally:
                self._read_for_all()
        else:
            with self.heard:
                self.heard.wait(0.005 if left_s is None else min(left_s, 0.005))


def _taken(value: Any) -> None:
    """A value is this worker's alone from now on."""
    if type(value) is tuple:
        store.taken(value)


def main(folder: str, token: str) -> None:
    """Connect to the hub whose folder this is, and serve it."""
    if PIP in os.environ:
        from polyray import packages

        packages.prepare()
    with open(os.path.join(folder, SECRET), "rb") as file:
        secret = file.read()
    with open(os.path.join(folder, OWNER), "rb") as file:
        offer = Offer(int(file.read().split()[0]))
    sock = socket.socket(socket.AF_UNIX)
    sock.connect(os.path.join(folder, SOCKET))
    greet(sock, secret, "{} {}".format(token, offer.words).encode())
    frames = wire.Frames()
    found: Sequence[tuple[int, bytes | memoryview]] = ()
    while not found:
        found = frames.feed(sock.recv(READ_BYTES))
    about, registered = pickle.loads(found[0][1])
    sys.path[:] = about["path"]
    if about["as_ray"]:
        as_ray.install()
    store.driver_pid, store.limit_bytes = about["driver"], about["store_bytes"]
    worker = Worker(RingLine(sock, offer.taken()) if about["ring"] else Line(sock), about)
    if not about["ring"]:
        offer.refused()
    worker.frames.rest = frames.rest
    current.become(worker)
    serialize.define(pickle.loads(registered)[2])
    worker.executor.prepare()
    signal.signal(INTERRUPT, worker.executor.interrupted)
    _tell_stack_on_request()
    for kind, body in found[1:]:
        worker.handlers[kind](body)
    worker.serve()


def _tell_stack_on_request() -> None:
    """Write where all threads are into the log at SIGUSR1; not every interpreter can."""
    try:
        import faulthandler

        faulthandler.register(signal.SIGUSR1, file=2, all_threads=True)
    except (ImportError, AttributeError, OSError, ValueError, RuntimeError):
        signal.signal(signal.SIGUSR1, signal.SIG_IGN)


if __name__ == "__main__":
    from polyray.worker import main as run  # not as __main__: classes must be the same everywhere

    run(sys.argv[1], sys.argv[2])
