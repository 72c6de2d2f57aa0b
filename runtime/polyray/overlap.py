"""Calls of one actor that run at the same time: in threads, or as coroutines of one loop.

Owns their numbers, because they end in any order, and the batches in which their results go. What
a call means is the business of `execute`.
"""

from __future__ import annotations

import collections
import inspect
import pickle
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from polyray import serialize, wire
from polyray.exceptions import TaskCancelledError
from polyray.scheduler import BATCH

if TYPE_CHECKING:
    import asyncio

    from polyray.execute import Executor

MOST_COROUTINES = 1000


class Overlap:
    """The calls of an actor that are running, and their results that are not sent yet.

    `groups` gives the number of threads of each concurrency group, `group_of` the group of each
    method, `size` the number of threads for the others.
    """

    def __init__(
        self,
        executor: Executor,
        groups: Mapping[str, int],
        group_of: Mapping[str, str | None],
        size: int,
    ) -> None:
        self.executor = executor
        self.worker = executor.worker
        self.groups, self.group_of, self.size = groups, group_of, size
        self.crews: dict[str | None, Crew] = {}
        self.loop: Any = None
        self.limit: Any = None
        self.cancellation: Any = None
        # Calls that are to become coroutines, in their order.
        self.waiting: collections.deque[list[tuple[int, Any]]] = collections.deque()
        self.running: dict[int, asyncio.Task[None]] = {}  # coroutines by number
        self.cancelled: set[int] = set()  # calls that threads have not begun
        self.create: Any = None  # how one is made
        self.beginning = False
        self.done: collections.deque[tuple[int, Any]] = collections.deque()
        self.received = 0
        self.run: Callable[[Any, int], Any] = self.value_of
        if self.worker.tracer is not None:
            self.run = self.worker.tracer.around(self.run, executor.name_of)

    def start_all(self, calls: list[Any]) -> None:
        """Begin calls that may overlap, in their order."""
        numbered = list(enumerate(calls, self.received))
        self.received += len(calls)
        if self.loop is not None:
            self.waiting.append(numbered)
            if threading.get_ident() == self.worker.main:
                self._begin_coroutines()
            else:  # another thread has read for all
                self.loop.call_soon_threadsafe(self._begin_coroutines)
            return
        if not self.groups:
            self._crew(None).add(numbered)
            return
        for number, item in numbered:
            self._crew(self._group(item)).add(((number, item),))

    def _crew(self, group: str | None) -> Crew:
        crew = self.crews.get(group)
        if crew is None:
            size = self.groups.get(group, 1) if group else self.size
            crew = self.crews[group] = Crew(self, size)
        return crew

    def _group(self, item: Any) -> str | None:
        if type(item) is tuple and len(item) == 4 and item[3] and item[3][3]:
            return item[3][3]
        return self.group_of.get(item if type(item) is not tuple else item[0])

    def value_of(self, item: Any, number: int) -> Any:
        """The kept value of a call that may overlap with others; never raises."""
        self.executor.here.number = number
        name, payload, needs, extras = _whole(item)
        try:
            if needs is None and extras is None and type(payload) is tuple:
                value = self.executor.functions[name](*payload)
                if serialize.is_plain(value):
                    return value
                return self.executor.shaped(value, None, number)
            args, kwargs = self.executor.arguments(payload, needs)
            return self.executor.shaped(
                self.executor.functions[name](*args, **kwargs), extras, number
            )
        except BaseException as error:  # noqa: BLE001
            return self.executor.failure(error, extras)

    def finished(self, number: int, value: Any) -> None:
        """A call has ended; it is sent with others that end soon."""
        self.done.append((number, value))

    def flush_finished(self) -> None:
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
            worker._flush_events()

    # --- asyncio ---------------------------------------------------------------------------

    def make_loop(self, most: int) -> None:
        """The loop of this actor's coroutines, so many at once."""
        import asyncio

        self.cancellation = asyncio.CancelledError
        self.loop = asyncio.SelectorEventLoop(self.worker.line.selector(self.worker.reading))
        # GraalPy begins no task at once in a loop that has not run an ordinary one before.
        self.loop.run_until_complete(asyncio.sleep(0))
        asyncio.set_event_loop(self.loop)
        self.limit = asyncio.Semaphore(most)
        self.create = self.loop.create_task
        if hasattr(asyncio, "eager_task_factory"):  # from Python 3.12 on
            self.create = partial(asyncio.Task, loop=self.loop, eager_start=True)  # type: ignore[call-arg]

    def serve(self, descriptor: int, read: Callable[[], object]) -> None:
        """Run the loop in this thread, and call `read` whenever something has come; never returns.

        In the thread that reads, because each hop from one to another costs more than a call.
        """
        self.loop.add_reader(descriptor, read)
        self.loop.run_forever()

    def _begin_coroutines(self) -> None:
        self.beginning = True
        while self.waiting:
            for number, item in self.waiting.popleft():
                task = self.create(self._coroutine(item, number))
                if not task.done():  # where tasks begin at once, it may be over
                    self.running[number] = task
        self.beginning = False
        if self.done:
            self.flush_finished()

    async def _coroutine(self, item: Any, number: int) -> None:
        began = time.perf_counter()
        try:
            async with self.limit:
                kept = await self._awaited(item, number)
        except self.cancellation:
            name = self.executor.name_of(item)
            kept = serialize.pack_task_error(TaskCancelledError("the call was cancelled"), name)
        except BaseException as error:  # noqa: BLE001
            kept = self.executor.failure(error, _whole(item)[3])
        self.running.pop(number, None)
        if self.worker.tracer is not None:
            self.worker.tracer.note(self.executor.name_of(item), began)
        self._finish(number, kept)

    async def _awaited(self, item: Any, number: int) -> Any:
        """The kept value of a call, whatever kind of method it is."""
        name, payload, needs, extras = _whole(item)
        if needs is None and type(payload) is tuple:
            value = self.executor.functions[name](*payload)
        else:
            args, kwargs = self.executor.arguments(payload, needs)
            value = self.executor.functions[name](*args, **kwargs)
        if inspect.iscoroutine(value):
            value = await value
        if inspect.isasyncgen(value):
            async for part in value:
                self.worker.stream(number, serialize.pack(part))
            return None
        if extras is None and serialize.is_plain(value):
            return value
        return self.executor.shaped(value, extras, number)

    def _finish(self, number: int, kept: Any) -> None:
        """A coroutine has ended: it is sent at once if it was the last one, else with others."""
        first = not self.done
        self.finished(number, kept)
        if not self.beginning:
            if not self.running:
                self.flush_finished()
            elif first:
                self.loop.call_soon(self.flush_finished)

    def cancel(self, number: int) -> None:
        """Cancel a call of a concurrent actor: a coroutine, or what has not begun."""
        if self.loop is not None:
            running = self.running.get(number)
            if running is not None:
                self.loop.call_soon_threadsafe(running.cancel)
        else:
            self.cancelled.add(number)

    def finish(self) -> None:
        """Let what has been added to threads end."""
        for crew in self.crews.values():
            crew.join()


class Crew:
    """Threads that take calls in their order.

    To wake a thread costs more than a small call. So one is woken at a time, and wakes the next
    when it comes to run and there is more: at once where calls wait, rarely where they are short.
    """

    def __init__(self, overlap: Overlap, size: int) -> None:
        self.overlap = overlap
        self.size = size
        self.calls: collections.deque[tuple[int, Any]] = collections.deque()
        self.threads: list[threading.Thread] = []
        self.lock = threading.Lock()
        self.idle: list[Any] = []  # what each idle thread waits for: a lock that is held
        self.coming = False  # has one been woken that does not run yet?
        self.ended = False

    def add(self, calls: Iterable[tuple[int, Any]]) -> None:
        """More calls."""
        self.calls.extend(calls)
        self._one_more()

    def _one_more(self) -> None:
        """Have one more thread look for calls, if there are any and none is about to."""
        if not self._needs_one():
            return
        with self.lock:
            if not self._needs_one():  # another thread was faster
                return
            if self.idle:
                self.coming = True
                self.idle.pop().release()
            elif len(self.threads) < self.size:
                self.coming = True
                thread = threading.Thread(target=self._work, daemon=True)
                self.threads.append(thread)
                thread.start()

    def _needs_one(self) -> bool:
        return bool(self.calls) and not self.coming

    def _work(self) -> None:
        overlap, calls, gate = self.overlap, self.calls, threading.Lock()
        gate.acquire()
        self.coming = False
        while True:
            try:
                number, item = calls.popleft()
            except IndexError:
                if not self._rest(gate):
                    return
                continue
            self._one_more()
            if number in overlap.cancelled:
                overlap.cancelled.discard(number)
                error = TaskCancelledError("the call was cancelled before it ran")
                value = serialize.pack_error(error)
            else:
                value = overlap.run(item, number)
            overlap.finished(number, value)
            if not calls or len(overlap.done) >= BATCH:
                overlap.flush_finished()

    def _rest(self, gate: Any) -> bool:
        """Sleep until there may be a call; False at the end."""
        with self.lock:
            if self.calls:
                return True
            if self.ended:
                return False
            self.idle.append(gate)
        gate.acquire()
        self.coming = False
        return True

    def join(self) -> None:
        """Wait for all that was added."""
        with self.lock:
            self.ended = True
            for gate in self.idle:
                gate.release()
            self.idle.clear()
        for thread in self.threads:
            thread.join()


def _whole(item: Any) -> tuple[Any, Any, Any, Any]:
    if type(item) is not tuple:
        return item, (), None, None
    if len(item) == 2:
        return item[0], item[1], None, None
    return item
