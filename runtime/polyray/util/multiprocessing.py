"""`multiprocessing.Pool`'s interface on tasks: the same methods, workers that the session has."""

from __future__ import annotations

import itertools
import os
import queue
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from multiprocessing import TimeoutError  # noqa: A004 - the name is multiprocessing's
from typing import TYPE_CHECKING, Any

import polyray as ray

if TYPE_CHECKING:
    Calls = Iterable[tuple[tuple[Any, ...], dict[str, Any]]]
    Callback = Callable[[Any], object] | None

__all__ = ["AsyncResult", "Pool", "TimeoutError"]


class _Worker:
    """An actor that runs chunks of calls, after its initializer."""

    def __init__(self, initializer: Callable[..., object] | None, initargs: Sequence[Any]) -> None:
        if initializer is not None:
            initializer(*initargs)

    def run(self, function: Callable[..., Any], calls: Calls) -> list[Any]:
        return [function(*args, **kwargs) for args, kwargs in calls]

    def pid(self) -> int:
        return os.getpid()


class AsyncResult:
    """What the `_async` methods return."""

    def __init__(self, refs: list[ray.ObjectRef[Any]], single: bool = False) -> None:
        self._refs = refs
        self._single = single

    def wait(self, timeout: float | None = None) -> None:
        """Wait until all is there, or so long."""
        if self._refs:
            ray.wait(self._refs, num_returns=len(self._refs), timeout=timeout)

    def ready(self) -> bool:
        """Is all there?"""
        return not self._refs or len(
            ray.wait(self._refs, num_returns=len(self._refs), timeout=0)[0]
        ) == len(self._refs)

    def successful(self) -> bool:
        """Is all there without an exception? Raises ValueError before that can be said."""
        if not self.ready():
            raise ValueError("the result is not ready")
        try:
            ray.get(self._refs)
        except Exception:  # noqa: BLE001 - whatever the function raised
            return False
        return True

    def get(self, timeout: float | None = None) -> Any:
        """The result; raises what the function raised, or TimeoutError."""
        try:
            chunks = ray.get(self._refs, timeout=timeout)
        except ray.exceptions.GetTimeoutError:
            raise TimeoutError from None
        except ray.exceptions.RayTaskError as error:
            raise (error.cause if error.cause is not None else error) from None
        values = [value for chunk in chunks for value in chunk]
        return values[0] if self._single else values


class _Caller:
    """Calls callbacks as results come, in a thread of its own, as multiprocessing does."""

    def __init__(self) -> None:
        self.complete: queue.SimpleQueue[Any] = queue.SimpleQueue()
        threading.Thread(target=self._call, name="polyray-callbacks", daemon=True).start()

    def watch(self, result: AsyncResult, callback: Callback, error_callback: Callback) -> None:
        """Call one of them once all of a result is there."""
        left = [len(result._refs)]
        counting = threading.Lock()

        def one_less(_future: object) -> None:
            with counting:
                left[0] -= 1
                complete = not left[0]
            if complete:
                self.complete.put((result, callback, error_callback))

        if not result._refs:
            self.complete.put((result, callback, error_callback))
        for ref in result._refs:
            ref.future().add_done_callback(one_less)

    def _call(self) -> None:
        while True:
            entry = self.complete.get()
            if entry is None:
                return
            result, callback, error_callback = entry
            try:
                value = result.get()
            except Exception as error:  # noqa: BLE001 - whatever the function raised
                if error_callback is not None:
                    error_callback(error)
            else:
                if callback is not None:
                    callback(value)


class Pool:
    """A fixed number of worker processes; `processes` None means one for each CPU."""

    def __init__(
        self,
        processes: int | None = None,
        initializer: Callable[..., object] | None = None,
        initargs: Sequence[Any] = (),
        maxtasksperchild: int | None = None,
        ray_address: str | None = None,
        ray_remote_args: dict[str, Any] | None = None,
    ) -> None:
        if not ray.is_initialized():
            ray.init(num_cpus=processes)
        self._processes = processes or max(1, int(ray.cluster_resources().get("CPU", 1)))
        worker = ray.remote(_Worker).options(**(ray_remote_args or {}))
        self._actors = [worker.remote(initializer, initargs) for _ in range(self._processes)]
        self._next = itertools.cycle(self._actors)
        self._closed = False
        self._caller: _Caller | None = None

    def _submit(self, function: Callable[..., Any], calls: Calls) -> ray.ObjectRef[Any]:
        if self._closed:
            raise ValueError("Pool not running")
        return next(self._next).run.remote(function, calls)

    def _watched(
        self, result: AsyncResult, callback: Callback, error_callback: Callback
    ) -> AsyncResult:
        if callback is not None or error_callback is not None:
            self._caller = self._caller or _Caller()
            self._caller.watch(result, callback, error_callback)
        return result

    def apply(
        self,
        func: Callable[..., Any],
        args: Sequence[Any] = (),
        kwds: dict[str, Any] | None = None,
    ) -> Any:
        """Call it once."""
        return self.apply_async(func, args, kwds).get()

    def apply_async(
        self,
        func: Callable[..., Any],
        args: Sequence[Any] = (),
        kwds: dict[str, Any] | None = None,
        callback: Callback = None,
        error_callback: Callback = None,
    ) -> AsyncResult:
        """Call it once, later."""
        ref = self._submit(func, [(tuple(args), kwds or {})])
        return self._watched(AsyncResult([ref], single=True), callback, error_callback)

    def _chunks(self, calls: Calls, chunksize: int | None) -> list[Calls]:
        calls = list(calls)
        if chunksize is None:
            chunksize = max(1, -(-len(calls) // (self._processes * 4)))
        return [calls[at : at + chunksize] for at in range(0, len(calls), chunksize)]

    def map(
        self, func: Callable[..., Any], iterable: Iterable[Any], chunksize: int | None = None
    ) -> list[Any]:
        """The values for all, in order."""
        return self.map_async(func, iterable, chunksize).get()

    def map_async(
        self,
        func: Callable[..., Any],
        iterable: Iterable[Any],
        chunksize: int | None = None,
        callback: Callback = None,
        error_callback: Callback = None,
    ) -> AsyncResult:
        """The values for all, later."""
        return self._many(
            func, (((value,), {}) for value in iterable), chunksize, callback, error_callback
        )

    def starmap(
        self,
        func: Callable[..., Any],
        iterable: Iterable[Iterable[Any]],
        chunksize: int | None = None,
    ) -> list[Any]:
        """As `map`, with several arguments a call."""
        return self.starmap_async(func, iterable, chunksize).get()

    def starmap_async(
        self,
        func: Callable[..., Any],
        iterable: Iterable[Any],
        chunksize: int | None = None,
        callback: Callback = None,
        error_callback: Callback = None,
    ) -> AsyncResult:
        """As `map_async`, with several arguments a call."""
        return self._many(
            func, ((tuple(args), {}) for args in iterable), chunksize, callback, error_callback
        )

    def _many(
        self,
        func: Callable[..., Any],
        calls: Calls,
        chunksize: int | None,
        callback: Callback,
        error_callback: Callback,
    ) -> AsyncResult:
        refs = [self._submit(func, chunk) for chunk in self._chunks(calls, chunksize)]
        return self._watched(AsyncResult(refs), callback, error_callback)

    def imap(
        self, func: Callable[..., Any], iterable: Iterable[Any], chunksize: int | None = 1
    ) -> Iterator[Any]:
        """The values in order, each as soon as it is there."""
        refs = [
            self._submit(func, chunk)
            for chunk in self._chunks((((v,), {}) for v in iterable), chunksize)
        ]
        for ref in refs:
            yield from ray.get(ref)

    def imap_unordered(
        self, func: Callable[..., Any], iterable: Iterable[Any], chunksize: int | None = 1
    ) -> Iterator[Any]:
        """The values as they come."""
        refs = [
            self._submit(func, chunk)
            for chunk in self._chunks((((v,), {}) for v in iterable), chunksize)
        ]
        while refs:
            (ready,), refs = ray.wait(refs)
            yield from ray.get(ready)

    def close(self) -> None:
        """Take no more calls."""
        self._closed = True

    def terminate(self) -> None:
        """End the workers now."""
        self._closed = True
        for actor in self._actors:
            ray.kill(actor)
        if self._caller is not None:
            self._caller.complete.put(None)

    def join(self) -> None:
        """Wait for all calls; raises ValueError while the pool takes more."""
        if not self._closed:
            raise ValueError("Pool is still running")
        last = [actor.pid.remote() for actor in self._actors]  # behind everything else
        ray.wait(last, num_returns=len(last))

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.terminate()
