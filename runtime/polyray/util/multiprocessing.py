"""`multiprocessing.Pool`'s interface on tasks: the same methods, workers that the session has."""

import collections
import itertools
import os
from multiprocessing import TimeoutError  # noqa: A004 - the name is multiprocessing's

import polyray as ray

__all__ = ["AsyncResult", "Pool", "TimeoutError"]


class _Worker:
    """An actor that runs chunks of calls, after its initializer."""

    def __init__(self, initializer, initargs):
        if initializer is not None:
            initializer(*initargs)

    def run(self, function, calls):
        return [function(*args, **kwargs) for args, kwargs in calls]

    def pid(self):
        return os.getpid()


class AsyncResult:
    """What the `_async` methods return."""

    def __init__(self, refs, callback=None, error_callback=None, single=False):
        self._refs = refs
        self._single = single
        self._callbacks = (callback, error_callback)
        self._called = False

    def wait(self, timeout=None):
        """Wait until all is there, or so long."""
        if self._refs:
            ray.wait(self._refs, num_returns=len(self._refs), timeout=timeout)

    def ready(self):
        """Is all there?"""
        return not self._refs or len(
            ray.wait(self._refs, num_returns=len(self._refs), timeout=0)[0]
        ) == len(self._refs)

    def successful(self):
        """Is all there without an exception? Raises ValueError before that can be said."""
        if not self.ready():
            raise ValueError("the result is not ready")
        try:
            ray.get(self._refs)
        except Exception:  # noqa: BLE001 - whatever the function raised
            return False
        return True

    def get(self, timeout=None):
        """The result; raises what the function raised, or TimeoutError."""
        on_value, on_error = (None, None) if self._called else self._callbacks
        self._called = True
        try:
            chunks = ray.get(self._refs, timeout=timeout)
        except ray.exceptions.GetTimeoutError:
            self._called = False
            raise TimeoutError from None
        except ray.exceptions.RayTaskError as error:
            cause = error.cause if error.cause is not None else error
            if on_error is not None:
                on_error(cause)
            raise cause from None
        values = [value for chunk in chunks for value in chunk]
        found = values[0] if self._single else values
        if on_value is not None:
            on_value(found)
        return found


class Pool:
    """A fixed number of worker processes; `processes` None means one for each CPU."""

    def __init__(
        self,
        processes=None,
        initializer=None,
        initargs=(),
        maxtasksperchild=None,
        ray_address=None,
        ray_remote_args=None,
    ):
        if not ray.is_initialized():
            ray.init(num_cpus=processes)
        self._processes = processes or max(1, int(ray.cluster_resources().get("CPU", 1)))
        worker = ray.remote(_Worker).options(**(ray_remote_args or {}))
        self._actors = [worker.remote(initializer, initargs) for _ in range(self._processes)]
        self._next = itertools.cycle(self._actors)
        self._closed = False
        self._refs = collections.deque(maxlen=10_000)

    def _submit(self, function, calls):
        if self._closed:
            raise ValueError("Pool not running")
        ref = next(self._next).run.remote(function, calls)
        self._refs.append(ref)
        return ref

    def apply(self, func, args=(), kwds=None):
        """Call it once."""
        return self.apply_async(func, args, kwds).get()

    def apply_async(self, func, args=(), kwds=None, callback=None, error_callback=None):
        """Call it once, later."""
        return AsyncResult(
            [self._submit(func, [(tuple(args), kwds or {})])], callback, error_callback, single=True
        )

    def _chunks(self, calls, chunksize):
        calls = list(calls)
        if chunksize is None:
            chunksize = max(1, -(-len(calls) // (self._processes * 4)))
        return [calls[at : at + chunksize] for at in range(0, len(calls), chunksize)]

    def map(self, func, iterable, chunksize=None):
        """The values for all, in order."""
        return self.map_async(func, iterable, chunksize).get()

    def map_async(self, func, iterable, chunksize=None, callback=None, error_callback=None):
        """The values for all, later."""
        return self._many(
            func, (((value,), {}) for value in iterable), chunksize, callback, error_callback
        )

    def starmap(self, func, iterable, chunksize=None):
        """As `map`, with several arguments a call."""
        return self.starmap_async(func, iterable, chunksize).get()

    def starmap_async(self, func, iterable, chunksize=None, callback=None, error_callback=None):
        """As `map_async`, with several arguments a call."""
        return self._many(
            func, ((tuple(args), {}) for args in iterable), chunksize, callback, error_callback
        )

    def _many(self, func, calls, chunksize, callback, error_callback):
        refs = [self._submit(func, chunk) for chunk in self._chunks(calls, chunksize)]
        return AsyncResult(refs, callback, error_callback)

    def imap(self, func, iterable, chunksize=1):
        """The values in order, each as soon as it is there."""
        refs = [
            self._submit(func, chunk)
            for chunk in self._chunks((((v,), {}) for v in iterable), chunksize)
        ]
        for ref in refs:
            yield from ray.get(ref)

    def imap_unordered(self, func, iterable, chunksize=1):
        """The values as they come."""
        refs = [
            self._submit(func, chunk)
            for chunk in self._chunks((((v,), {}) for v in iterable), chunksize)
        ]
        while refs:
            (ready,), refs = ray.wait(refs)
            yield from ray.get(ready)

    def close(self):
        """Take no more calls."""
        self._closed = True

    def terminate(self):
        """End the workers now."""
        self._closed = True
        for actor in self._actors:
            ray.kill(actor)

    def join(self):
        """Wait for all calls; raises ValueError while the pool takes more."""
        if not self._closed:
            raise ValueError("Pool is still running")
        refs = list(self._refs)
        if refs:
            ray.wait(refs, num_returns=len(refs))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.terminate()
