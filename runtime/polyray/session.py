"""What the sessions of driver and worker have in common: who waits for which reference.

Owns callbacks on references. How a value comes is the business of `hub` and `worker`.
"""

import os
import sys
import threading
import weakref

from polyray import serialize
from polyray.exceptions import GetTimeoutError
from polyray.refs import PENDING, ObjectRef

MUTED = "RAY_IGNORE_UNHANDLED_ERRORS"


class Session:
    """References of this process, and who waits for them."""

    def __init__(self):
        self.lock = threading.RLock()
        self.failures = 0  # so many values that are failures have been stored
        self.waiting = {}  # id() of a reference -> [reference, callbacks]
        self.unhandled = {}  # id() of a reference that failed -> a weak reference to it

    def put(self, value):
        """A reference to a value."""
        ref = ObjectRef()
        ref._value = serialize.pack(value)
        return ref

    def fill(self, ref, value):
        """Store a value and tell who waits for it. Lock held."""
        ref._value = value
        if self.waiting:
            self.settle(ref)

    def settle(self, ref):
        """Call what waits for a reference that has its value now. Lock held."""
        entry = self.waiting.pop(id(ref), None)
        if entry is not None:
            for callback in entry[1]:
                callback(ref)

    def when_ready(self, ref, callback):
        """Call back with the reference, at once if it is ready. Lock held."""
        if type(ref._value) not in PENDING:
            callback(ref)
            return
        entry = self.waiting.get(id(ref))
        if entry is None:
            self.waiting[id(ref)] = [ref, [callback]]
        else:
            entry[1].append(callback)

    def watch_failure(self, ref, failure):
        """Complain if a reference goes without anybody having looked at its failure."""
        if id(ref) in self.waiting or os.environ.get(MUTED) == "1":  # what waits for it looks
            return
        key, unhandled = id(ref), self.unhandled

        def gone(_ref):
            if unhandled.pop(key, None) is not None:
                said = str(serialize.failure(failure))
                print("Unhandled error ({}=1 mutes this): {}".format(MUTED, said), file=sys.stderr)

        unhandled[key] = weakref.ref(ref, gone)

    def looked_at(self, refs):
        """Somebody has seen what became of these."""
        for ref in refs:
            self.unhandled.pop(id(ref), None)

    def await_ref(self, ref, deadline):
        """Wait for one reference; raises GetTimeoutError."""
        self.ask_for((ref,))
        if not self.wait_for(lambda: type(ref._value) not in PENDING, deadline, (ref,)):
            raise GetTimeoutError("no value within the timeout")

    def ask_for(self, refs):
        """Have the values of these brought here, where that does not happen by itself."""

    def wait_for(self, done, deadline=None, refs=()):
        """Wait until `done()`; False if the deadline (of `time.monotonic`) comes first.

        `refs` are references without which `done()` will not be.
        """
        raise NotImplementedError

    def nudge(self):
        """Somebody waits for something without sitting in `wait_for`."""

    def future(self, ref):
        """A future of the value of a reference."""
        from concurrent.futures import Future

        future = Future()
        future.set_running_or_notify_cancel()

        def fill(ready):
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

    async def as_asyncio(self, ref):
        """The value, awaited in whatever loop runs."""
        import asyncio

        loop = asyncio.get_running_loop()
        future = loop.create_future()

        def ready(_ref):
            loop.call_soon_threadsafe(lambda: future.done() or future.set_result(None))

        self.ask_for((ref,))
        with self.lock:
            self.when_ready(ref, ready)
        self.nudge()
        await future
        return serialize.unpack(ref._value)
