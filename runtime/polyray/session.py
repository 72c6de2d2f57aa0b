"""What the sessions of driver and worker have in common: who waits for which reference.

Owns callbacks on references. How a value comes is the business of `hub` and `worker`.
"""

from __future__ import annotations

import os
import sys
import threading
import weakref
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from polyray import serialize
from polyray.exceptions import GetTimeoutError
from polyray.refs import PENDING, ObjectRef
from polyray.streams import Stream

if TYPE_CHECKING:
    from concurrent.futures import Future

    from polyray.actor import ActorSpec

    Ready = Callable[[ObjectRef[Any]], object]

MUTED = "RAY_IGNORE_UNHANDLED_ERRORS"


class Session:
    """References of this process, and who waits for them."""

    is_driver: bool
    executor: Any = None  # of a worker
    namespace: str

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.failures = 0  # so many values that are failures have been stored
        self.waiting: dict[int, list[Any]] = {}  # id() of a reference -> [reference, callbacks]
        # id() of a reference that failed -> a weak reference to it
        self.unhandled: dict[int, weakref.ref[ObjectRef[Any]]] = {}

    def put(self, value: Any) -> ObjectRef[Any]:
        """A reference to a value."""
        ref: ObjectRef[Any] = ObjectRef()
        ref._value = serialize.pack(value)
        return ref

    def fill(self, ref: ObjectRef[Any], value: Any) -> None:
        """Store a value and tell who waits for it. Lock held."""
        ref._value = value
        if self.waiting:
            self.settle(ref)

    def settle(self, ref: ObjectRef[Any]) -> None:
        """Call what waits for a reference that has its value now. Lock held."""
        entry = self.waiting.pop(id(ref), None)
        if entry is not None:
            for callback in entry[1]:
                callback(ref)

    def when_ready(self, ref: ObjectRef[Any], callback: Ready) -> None:
        """Call back with the reference, at once if it is ready. Lock held."""
        if type(ref._value) not in PENDING:
            callback(ref)
            return
        entry = self.waiting.get(id(ref))
        if entry is None:
            self.waiting[id(ref)] = [ref, [callback]]
        else:
            entry[1].append(callback)

    def watch_failure(self, ref: ObjectRef[Any], failure: Any) -> None:
        """Complain if a reference goes without anybody having looked at its failure."""
        if id(ref) in self.waiting or os.environ.get(MUTED) == "1":  # what waits for it looks
            return
        key, unhandled = id(ref), self.unhandled

        def gone(_ref: object) -> None:
            if unhandled.pop(key, None) is not None:
                said = str(serialize.failure(failure))
                print("Unhandled error ({}=1 mutes this): {}".format(MUTED, said), file=sys.stderr)

        unhandled[key] = weakref.ref(ref, gone)

    def looked_at(self, refs: Iterable[ObjectRef[Any]]) -> None:
        """Somebody has seen what became of these."""
        for ref in refs:
            self.unhandled.pop(id(ref), None)

    def await_ref(self, ref: ObjectRef[Any], deadline: float | None) -> None:
        """Wait for one reference; raises GetTimeoutError."""
        self.ask_for((ref,))
        if not self.wait_for(lambda: type(ref._value) not in PENDING, deadline, (ref,)):
            raise GetTimeoutError("no value within the timeout")

    def ask_for(self, refs: Sequence[ObjectRef[Any]]) -> None:
        """Have the values of these brought here, where that does not happen by itself."""

    def wait_for(
        self,
        done: Callable[[], bool],
        deadline: float | None = None,
        refs: Sequence[ObjectRef[Any]] = (),
    ) -> bool:
        """Wait until `done()`; False if the deadline (of `time.monotonic`) comes first.

        `refs` are references without which `done()` will not be.
        """
        raise NotImplementedError

    def nudge(self) -> None:
        """Somebody waits for something without sitting in `wait_for`."""

    def future(self, ref: ObjectRef[Any]) -> Future[Any]:
        """A future of the value of a reference."""
        from concurrent.futures import Future

        future: Future[Any] = Future()
        future.set_running_or_notify_cancel()

        def fill(ready: ObjectRef[Any]) -> None:
            try:
                value = serialize.unpack(ready._value)
            except BaseException as error:  # noqa: BLE001 - it belongs to whoever asks
                future.set_exception(error)
            else:
                future.set_result(value)

        self.ask_for((ref,))
        with self.lock:
            self.when_ready(ref, fill)
        self.nudge()
        return future

    async def as_asyncio(self, ref: ObjectRef[Any]) -> Any:
        """The value, awaited in whatever loop runs."""
        import asyncio

        loop = asyncio.get_running_loop()
        future = loop.create_future()

        def wake() -> None:
            if not future.done():
                future.set_result(None)

        def ready(_ref: object) -> None:
            loop.call_soon_threadsafe(wake)

        self.ask_for((ref,))
        with self.lock:
            self.when_ready(ref, ready)
        self.nudge()
        await future
        return serialize.unpack(ref._value)

    # --- what driver and worker each do their own way ------------------------------------------

    def submit(self, ref: ObjectRef[Any]) -> None:
        """A task with default options and nothing to wait for."""
        raise NotImplementedError

    def submit_any(self, ref: ObjectRef[Any]) -> None:
        """A task with options of its own, or one that has to wait for others."""
        raise NotImplementedError

    def submit_method(self, resident: Any, ref: ObjectRef[Any]) -> None:
        """A call of an actor that `resident` has given."""
        raise NotImplementedError

    def resident(self, identity: bytes) -> Any:
        """What this session knows an actor by."""
        raise NotImplementedError

    def export(self, ref: ObjectRef[Any]) -> bytes:
        """The id of a reference that is being pickled."""
        raise NotImplementedError

    def borrow(self, identity: bytes) -> ObjectRef[Any]:
        """The reference of that id."""
        raise NotImplementedError

    def ask(self, verb: str, *arguments: Any) -> Any:
        """Have `desk` do something, and its answer; raises what it raises."""
        raise NotImplementedError

    # --- and what both ask ---------------------------------------------------------------------

    def create_actor(self, spec: ActorSpec) -> tuple[bytes, ObjectRef[Any]]:
        """(identity, life) of a new actor."""
        return self.ask("create_actor", spec)

    def named_actor(self, name: str, namespace: str) -> Any:
        """What makes a handle of a living actor."""
        return self.ask("named_actor", name, namespace)

    def actor_names(self) -> list[tuple[str, str]]:
        """(namespace, name) of all living actors that have a name."""
        return self.ask("actor_names")

    def kill_actor(self, identity: bytes, *, no_restart: bool) -> None:
        """End an actor."""
        self.resident(identity)  # raises for one of an earlier session
        self.ask("kill_actor", identity, no_restart)

    def cancel(self, ref: ObjectRef[Any], *, force: bool, recursive: bool) -> None:
        """Stop a call that has not ended."""
        self.ask("cancel", ref, force, recursive)

    def stream_of(self, ref: ObjectRef[Any]) -> Stream:
        """What a generator task will yield."""
        return Stream(self, ref)

    def close(self) -> None:
        """End what a driver has begun."""

    def tell_serializers(self) -> None:
        """Let the workers that are there have what was registered, if this is their driver."""
