"""Runs one call: function or method, at once, in a thread, in a loop, or as a generator.

Owns everything that touches people's code: whatever it raises becomes a value. Refuses to know
how values reach the hub.
"""

from __future__ import annotations

import inspect
import os
import pickle
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from polyray import serialize, wire
from polyray.calls import filled
from polyray.exceptions import AsyncioActorExit, TaskCancelledError
from polyray.output import DriverStream
from polyray.overlap import MOST_COROUTINES, Overlap
from polyray.quirks.signals import INTERRUPT
from polyray.refs import PLAIN

if TYPE_CHECKING:
    from polyray.calls import Arguments
    from polyray.worker import Worker


# What is a result as it is, whatever its value.
SCALAR = PLAIN - {bytes, str}


class ActorExit(BaseException):
    """`exit_actor` was called."""


class Executor:
    """What a worker runs, and in whose name."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self.functions: dict[int | str, Callable[..., Any]] = {}
        self.names: dict[int | str, str] = {}
        self.keep: list[Any] = []
        self.actor: Any = None
        self.actor_id: bytes | None = None
        self.name: int | str = ""
        self.times_started = 0
        self.overlap: Overlap | None = None  # of an actor whose calls overlap
        self.here = threading.local()
        self.interrupting: set[int] = set()  # numbers of running calls that are to be interrupted

    def prepare(self) -> None:
        """Before the first call: what is printed goes to the driver."""
        if self.worker.about["log"]:
            sys.stdout = DriverStream(self, 1)
            sys.stderr = DriverStream(self, 2)

    def define(self, fid: int, name: str, pickled: bytes) -> None:
        """A function that calls name by its id."""
        try:
            self.functions[fid] = pickle.loads(pickled)
        except BaseException as error:  # noqa: BLE001 - it is the result of every call
            self.functions[fid] = _raiser(error)
        self.names[fid] = name

    def name_of(self, item: Any) -> str:
        """What a call is called by people."""
        known = item[0] if type(item) is tuple else item
        name: Any = self.names.get(known, known)
        return name if self.actor is None else "{}.{}".format(type(self.actor).__name__, name)

    # --- one call --------------------------------------------------------------------------

    def run(self, item: Any) -> Any:
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
            kind = type(value)
            if kind in SCALAR or (kind is bytes and len(value) < serialize.LARGE_BYTES):
                return value
            return self._pack(value)
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is the result
            return self.failure(error, None)

    def _pack(self, value: Any) -> Any:
        if inspect.iscoroutine(value):
            import asyncio

            value = asyncio.run(value)
        return serialize.pack(value)

    def _run_full(self, item: tuple[Any, ...]) -> Any:
        self.name, payload, needs, extras = item
        try:
            args, kwargs = self.arguments(payload, needs)
            value = self.functions[self.name](*args, **kwargs)
            return self.shaped(value, extras, self.worker.produced)
        except BaseException as error:  # noqa: BLE001
            return self.failure(error, extras)

    def arguments(self, payload: Any, needs: Sequence[Any] | None) -> Arguments:
        """(args, kwargs) of a call, with the values that it waited for."""
        incoming = self.worker.incoming
        if type(payload) is list:
            payload = list(incoming(tuple(payload)))
        needs = [incoming(value) for value in needs] if needs else None
        return filled(payload, needs)

    def shaped(self, value: Any, extras: tuple[Any, ...] | None, number: int) -> Any:
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

    def failure(self, error: BaseException, extras: tuple[Any, ...] | None) -> Any:
        """What an exception becomes: a kept value, or the end of this process."""
        name = self.name_of(self.name)
        if isinstance(error, (ActorExit, AsyncioActorExit)) and self.actor is not None:
            self._leave()
        if isinstance(error, KeyboardInterrupt):
            self.interrupting.discard(self.worker.inside.innermost())
            return serialize.pack_task_error(TaskCancelledError("the task was cancelled"), name)
        if isinstance(error, SystemExit):
            self._exit(error.code)
        kept = serialize.pack_task_error(error, name)
        retried = extras[2] if extras else None
        if retried is True or (retried and isinstance(error, tuple(retried))):
            return (*kept, "again")
        return kept

    def _exit(self, code: object) -> NoReturn:
        """`sys.exit` in a task ends its process, as Ray has it."""
        self.worker.flush()
        os._exit(code if isinstance(code, int) else 1)

    # --- cancelling ------------------------------------------------------------------------

    def cancel_running(self, number: int) -> None:
        """Interrupt a call of the main thread: now, or when what it runs inside has ended."""
        self.interrupting.add(number)
        os.kill(os.getpid(), INTERRUPT)

    def interrupted(self, _signal: int, _frame: object) -> None:
        """Only the call that is meant is interrupted, not the one after it."""
        self.interrupt_if_meant()

    def interrupt_if_meant(self) -> None:
        """Raise KeyboardInterrupt if the innermost call is to be interrupted."""
        number = self.worker.inside.innermost()
        if self.worker.running and number in self.interrupting:
            self.interrupting.discard(number)
            raise KeyboardInterrupt

    def number(self) -> int:
        """The number of the call that runs in this thread."""
        return getattr(self.here, "number", self.worker.inside.innermost())

    # --- actors ----------------------------------------------------------------------------

    def create(self, body: bytes) -> None:
        """Make the actor that this process is for."""
        state, (_, payload, needs, _extras) = pickle.loads(body)
        self.actor_id, (_, pickled, options), self.times_started, namespace = state
        self.worker.namespace = namespace
        self.actor_name = options.get("name")
        failure = None
        try:
            made = pickle.loads(pickled)
            args, kwargs = self.arguments(payload, needs)
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

    def _offer(self, instance: Any, made: type, options: dict[str, Any]) -> None:
        for name in dir(made):
            member = getattr(made, name, None)
            if callable(member) and (not name.startswith("__") or name == "__call__"):
                self.functions[name] = getattr(instance, name)
        self.functions["__ray_ready__"] = lambda: True
        self.functions["__ray_terminate__"] = self._terminate
        groups = dict(options.get("concurrency_groups") or {})
        most = options.get("max_concurrency")
        if is_async(made) or (most or 1) > 1 or groups:
            group_of = {
                name: getattr(getattr(made, name), "__ray_method__", {}).get("concurrency_group")
                for name in dir(made)
                if callable(getattr(made, name, None))
            }
            self.overlap = Overlap(self, groups, group_of, most or 1)
            if is_async(made):
                self.overlap.make_loop(most or MOST_COROUTINES)

    def _terminate(self) -> NoReturn:
        raise ActorExit

    def _leave(self) -> NoReturn:
        """Tell that this end is meant, and end."""
        worker = self.worker
        with worker.sending:
            worker._send(wire.READY, pickle.dumps(("leaving", None), 5))
            worker.flush()
        os._exit(0)


def is_async(made: type) -> bool:
    """Has a class any coroutine method?"""
    return any(
        inspect.iscoroutinefunction(member) or inspect.isasyncgenfunction(member)
        for _, member in inspect.getmembers(made)
    )


def _exactly(value: Any, count: int) -> Sequence[Any]:
    """The parts of a result that has so many; raises ValueError or TypeError."""
    if inspect.isgenerator(value):
        value = list(value)
    if len(value) != count:
        raise ValueError("{} values were promised, {} were returned".format(count, len(value)))
    return value


def _raiser(error: BaseException) -> Callable[..., NoReturn]:
    text = "".join(traceback.format_exception(type(error), error, error.__traceback__))

    def fail(*_args: Any, **_kwargs: Any) -> NoReturn:
        raise RuntimeError("the function cannot be made here:\n" + text)

    return fail
