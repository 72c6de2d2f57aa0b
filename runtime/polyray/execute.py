"""Runs one call: function or method, at once, in a thread, in a loop, or as a generator.

Owns everything that touches people's code: whatever it raises becomes a value. Refuses to know
how values reach the hub.
"""

import collections
import inspect
import os
import pickle
import queue
import signal
import sys
import threading
import traceback

from polyray import serialize, wire
from polyray.calls import filled
from polyray.exceptions import AsyncioActorExit, TaskCancelledError
from polyray.scheduler import BATCH

MOST_COROUTINES = 1000


class ActorExit(BaseException):
    """`exit_actor` was called."""


class Executor:
    """What a worker runs, and in whose name."""

    def __init__(self, worker):
        self.worker = worker
        self.functions = {}
        self.names = {}
        self.keep = []
        self.actor = None
        self.actor_id = None
        self.name = ""
        self.times_started = 0
        self.is_concurrent = False
        self.loop = None
        self.crews = {}
        self.crew_size = 1
        self.running = {}
        self.done = collections.deque()
        self.here = threading.local()
        self.interrupting = None

    def prepare(self):
        """Before the first call: what is printed goes to the driver."""
        if self.worker.about["log"]:
            sys.stdout = Forwarded(self, 1)
            sys.stderr = Forwarded(self, 2)

    def define(self, fid, name, pickled):
        """A function that calls name by its id."""
        try:
            self.functions[fid] = pickle.loads(pickled)
        except BaseException as error:  # noqa: BLE001 - it is the result of every call
            self.functions[fid] = _raiser(error)
        self.names[fid] = name

    # --- one call --------------------------------------------------------------------------

    def run(self, item):
        """The kept value of a call; never raises."""
        try:
            if type(item) is not tuple:
                self.name = item
                value = self.functions[item]()
            elif len(item) == 2:
                self.name, payload = item
                if type(payload) is tuple:
                    value = self.functions[self.name](*payload)
                else:
                    args, kwargs = filled(payload, None)
                    value = self.functions[self.name](*args, **kwargs)
            else:
                return self._run_full(item)
            if not serialize.is_plain(value):
                value = self._pack(value)
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is the result
            return self._failure(error, None)
        return value

    def _pack(self, value):
        if inspect.iscoroutine(value):
            import asyncio

            value = asyncio.run(value)
        return serialize.pack(value)

    def _run_full(self, item):
        self.name, payload, needs, extras = item
        try:
            args, kwargs = self._arguments(payload, needs)
            value = self.functions[self.name](*args, **kwargs)
            return self.shaped(value, extras, self.worker.produced)
        except BaseException as error:  # noqa: BLE001
            return self._failure(error, extras)

    def _arguments(self, payload, needs):
        incoming = self.worker.incoming
        if type(payload) is list:
            payload = list(incoming(tuple(payload)))
        needs = [incoming(value) for value in needs] if needs else None
        return filled(payload, needs)

    def shaped(self, value, extras, number):
        """One value, several, or a stream of them, as the call's options want it."""
        count, kind, _retried, _group = extras or (1, None, None, None)
        if kind == "stream" or (kind is None and count == 1 and inspect.isgenerator(value)):
            for part in value:
                self.worker.stream(number, serialize.pack(part))
            return None
        if kind == "dynamic":
            refs = [self.worker.put(part) for part in value]
            return serialize.pack(refs)
        if count == 1:
            return serialize.pack(value)
        if count == 0:
            return None
        return ("M", [serialize.pack(part) for part in _exactly(value, count)])

    def _failure(self, error, extras):
        name = self.names.get(self.name, self.name)
        if self.actor is not None:
            name = "{}.{}".format(type(self.actor).__name__, name)
        if isinstance(error, (ActorExit, AsyncioActorExit)) and self.actor is not None:
            self._leave()
        if isinstance(error, KeyboardInterrupt):
            self.interrupting = None
            return serialize.pack_task_error(TaskCancelledError("the task was cancelled"), name)
        if isinstance(error, SystemExit):
            self._exit(error.code)
        kept = serialize.pack_task_error(error, name)
        retried = extras[2] if extras else None
        if retried is True or (retried and isinstance(error, tuple(retried))):
            return (*kept, "again")
        return kept

    def _exit(self, code):
        """`sys.exit` in a task ends its process, as Ray has it."""
        self.worker.flush()
        os._exit(code if isinstance(code, int) else 1)

    # --- cancelling ------------------------------------------------------------------------

    def cancel_running(self):
        """Interrupt the call that the main thread runs now."""
        self.interrupting = self.worker.produced
        os.kill(os.getpid(), signal.SIGINT)

    def interrupted(self, _signal, _frame):
        """Only the call that is meant is interrupted, not the one after it."""
        if self.worker.running and self.interrupting == self.worker.produced:
            self.interrupting = None
            raise KeyboardInterrupt

    # --- actors ----------------------------------------------------------------------------

    def create(self, body):
        """Make the actor that this process is for."""
        state, (_, payload, needs, _extras) = pickle.loads(body)
        self.actor_id, (_, pickled, options), self.times_started, namespace = state
        self.worker.namespace = namespace
        self.actor_name = options.get("name")
        failure = None
        try:
            made = pickle.loads(pickled)
            args, kwargs = self._arguments(payload, needs)
            self.name = "__init__"
            instance = made.__new__(made)
            self.actor = instance
            instance.__init__(*args, **kwargs)
            self._offer(instance, made, options)
        except BaseException:  # noqa: BLE001 - the actor is dead of it, whatever it is
            failure = traceback.format_exc()
        with self.worker.sending:
            self.worker._send(wire.READY, pickle.dumps(("created", failure), 5))
        if failure is not None:
            self.worker.flush()

    def _offer(self, instance, made, options):
        for name in dir(made):
            member = getattr(made, name, None)
            if callable(member) and (not name.startswith("__") or name == "__call__"):
                self.functions[name] = getattr(instance, name)
        self.functions["__ray_ready__"] = lambda: True
        self.functions["__ray_terminate__"] = self._terminate
        self.groups = dict(options.get("concurrency_groups") or {})
        self.group_of = {
            name: getattr(getattr(made, name), "__ray_method__", {}).get("concurrency_group")
            for name in dir(made)
            if callable(getattr(made, name, None))
        }
        most = options.get("max_concurrency")
        if is_async(made):
            self.is_concurrent = True
            self._start_loop(most or MOST_COROUTINES)
        elif (most or 1) > 1 or self.groups:
            self.is_concurrent = True
            self.crew_size = most or 1

    def _terminate(self):
        raise ActorExit

    def _leave(self):
        """Tell that this end is meant, and end."""
        worker = self.worker
        with worker.sending:
            worker._send(wire.READY, pickle.dumps(("leaving", None), 5))
            worker.flush()
        os._exit(0)

    def start_all(self, calls):
        """Begin calls that may overlap, in their order."""
        first = self.worker.received_by_number
        self.worker.received_by_number = first + len(calls)
        numbered = list(enumerate(calls, first))
        if self.loop is not None:
            self.loop.call_soon_threadsafe(self._begin_coroutines, numbered)
            return
        for number, item in numbered:
            self._crew(self._group(item)).add(number, item)

    def _crew(self, group):
        crew = self.crews.get(group)
        if crew is None:
            size = self.groups.get(group, 1) if group else self.crew_size
            crew = self.crews[group] = Crew(self, size)
        return crew

    def _group(self, item):
        if type(item) is tuple and len(item) == 4 and item[3] and item[3][3]:
            return item[3][3]
        return self.group_of.get(item if type(item) is not tuple else item[0])

    def value_of(self, item, number):
        """The kept value of a call that may overlap with others; never raises."""
        self.here.number = number
        name, payload, needs, extras = _whole(item)
        try:
            if needs is None and extras is None and type(payload) is tuple:
                value = self.functions[name](*payload)
                return value if serialize.is_plain(value) else self.shaped(value, None, number)
            args, kwargs = self._arguments(payload, needs)
            return self.shaped(self.functions[name](*args, **kwargs), extras, number)
        except BaseException as error:  # noqa: BLE001
            return self._failure(error, extras)

    def finished(self, number, value):
        """A call has ended; it is sent with others that end soon."""
        self.done.append((number, value))

    def flush_finished(self):
        """Send what has ended."""
        worker = self.worker
        with worker.sending:
            worker._flush_requests()
            done = []
            while self.done:
                number, value = self.done.popleft()
                done.append((number, serialize.outgoing(value) if type(value) is tuple else value))
            if done:
                worker._send(wire.NUMBERED, pickle.dumps(done, 5))

    # --- asyncio ---------------------------------------------------------------------------

    def _start_loop(self, most):
        import asyncio

        self.cancellation = asyncio.CancelledError
        ready = threading.Event()

        def run():
            self.loop = asyncio.new_event_loop()
            asyncio.set_event_loop(self.loop)
            self.limit = asyncio.Semaphore(most)
            self.loop.call_soon(ready.set)
            self.loop.run_forever()

        threading.Thread(target=run, name="polyray-loop", daemon=True).start()
        ready.wait()

    def _begin_coroutines(self, numbered):
        create = self.loop.create_task
        for number, item in numbered:
            self.running[number] = create(self._coroutine(item, number))

    async def _coroutine(self, item, number):
        name, payload, needs, extras = _whole(item)
        try:
            async with self.limit:
                if needs is None and type(payload) is tuple:
                    value = self.functions[name](*payload)
                else:
                    args, kwargs = self._arguments(payload, needs)
                    value = self.functions[name](*args, **kwargs)
                if inspect.iscoroutine(value):
                    value = await value
                if inspect.isasyncgen(value):
                    async for part in value:
                        self.worker.stream(number, serialize.pack(part))
                    kept = None
                elif extras is None and serialize.is_plain(value):
                    kept = value
                else:
                    kept = self.shaped(value, extras, number)
        except self.cancellation:
            kept = serialize.pack_task_error(TaskCancelledError("the call was cancelled"), name)
        except BaseException as error:  # noqa: BLE001
            kept = self._failure(error, extras)
        self.running.pop(number, None)
        if not self.done:
            self.loop.call_soon(self.flush_finished)
        self.finished(number, kept)

    def cancel(self, number):
        """Cancel a call of a concurrent actor: a coroutine, or what has not begun."""
        if self.loop is not None:
            running = self.running.get(number)
            if running is not None:
                self.loop.call_soon_threadsafe(running.cancel)
        else:
            for crew in self.crews.values():
                crew.cancelled.add(number)

    def finish(self):
        """Let what has been added to threads end."""
        for crew in self.crews.values():
            crew.join()


class Crew:
    """Threads that take calls in their order."""

    def __init__(self, executor, size):
        self.executor = executor
        self.size = size
        self.queue = queue.SimpleQueue()
        self.cancelled = set()
        self.threads = []

    def add(self, number, item):
        """One more call."""
        self.queue.put((number, item))
        if len(self.threads) < self.size:
            thread = threading.Thread(target=self._work, daemon=True)
            self.threads.append(thread)
            thread.start()

    def _work(self):
        executor = self.executor
        while True:
            entry = self.queue.get()
            if entry is None:
                return
            number, item = entry
            if number in self.cancelled:
                error = TaskCancelledError("the call was cancelled before it ran")
                value = serialize.pack_error(error)
            else:
                value = executor.value_of(item, number)
            executor.finished(number, value)
            if self.queue.empty() or len(executor.done) >= BATCH:
                executor.flush_finished()

    def join(self):
        """Wait for all that was added."""
        for _ in self.threads:
            self.queue.put(None)
        for thread in self.threads:
            thread.join()


def is_async(made):
    """Has a class any coroutine method?"""
    return any(
        inspect.iscoroutinefunction(member) or inspect.isasyncgenfunction(member)
        for _, member in inspect.getmembers(made)
    )


def _whole(item):
    if type(item) is not tuple:
        return item, (), None, None
    if len(item) == 2:
        return item[0], item[1], None, None
    return item


def _exactly(value, count):
    """The parts of a result that has so many; raises ValueError or TypeError."""
    if inspect.isgenerator(value):
        value = list(value)
    if len(value) != count:
        raise ValueError("{} values were promised, {} were returned".format(count, len(value)))
    return value


def _raiser(error):
    text = "".join(traceback.format_exception(type(error), error, error.__traceback__))

    def fail(*_args, **_kwargs):
        raise RuntimeError("the function cannot be made here:\n" + text)

    return fail


class Forwarded:
    """A text stream whose lines are shown by the driver."""

    def __init__(self, executor, stream):
        self.executor = executor
        self.stream = stream
        self.rest = ""
        self.encoding = "utf-8"
        self.errors = "replace"

    def write(self, text):
        """Keep it until its line is complete."""
        self.rest += text
        if "\n" in self.rest:
            lines, _, self.rest = self.rest.rpartition("\n")
            self._send(lines)
        return len(text)

    def flush(self):
        """Show what is there, also an incomplete line."""
        if self.rest:
            text, self.rest = self.rest, ""
            self._send(text)

    def isatty(self):
        """Never."""
        return False

    def writable(self):
        """Always."""
        return True

    def fileno(self):
        """That of the process, which is its log."""
        return self.stream

    def _send(self, text):
        executor = self.executor
        if executor.actor is not None:
            name = type(executor.actor).__name__
        else:
            name = executor.names.get(executor.name, "task")
        executor.worker.print(name, self.stream, text)
