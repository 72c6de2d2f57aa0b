"""Items 102 to 117: wait, timeouts, cancel and kill."""

import os
import tempfile
import time

from _session import (
    CPUS,
    Gate,
    arrive,
    arrived,
    by_value,
    exceptions,
    hold,
    raised,
    ray,
    start,
    until,
)

by_value(__name__)
start()


@ray.remote
def late(seconds, value=None):
    time.sleep(seconds)
    return value


@ray.remote
def held(path, value=None):
    hold(path)
    return value


def test_102_wait_gives_what_is_ready_and_never_more_than_asked():
    refs = [ray.put(number) for number in range(4)]
    ready, rest = ray.wait(refs)
    assert (len(ready), len(rest)) == (1, 3)
    ready, rest = ray.wait(refs, num_returns=3)
    assert (len(ready), len(rest)) == (3, 1)


def test_103_both_lists_keep_the_order():
    gate = Gate()
    refs = [held.remote(gate.path), ray.put(1), held.remote(gate.path), ray.put(2)]
    ready, rest = ray.wait(refs, num_returns=2)
    assert ready == [refs[1], refs[3]]
    assert rest == [refs[0], refs[2]]
    gate.open()
    ray.get(refs)


def test_104_a_timeout_gives_what_is_ready():
    gate = Gate()
    ref, there = held.remote(gate.path), ray.put(1)
    assert ray.wait([ref, there], num_returns=2, timeout=0.2) == ([there], [ref])
    gate.open()
    ray.get(ref)


def test_105_wrong_arguments_of_wait():
    ref = ray.put(1)
    assert ray.wait([]) == ([], [])
    raised(ValueError, ray.wait, [ref, ref])
    raised(ValueError, ray.wait, [ref], num_returns=0)
    raised(ValueError, ray.wait, [ref], num_returns=2)
    raised(ValueError, ray.wait, [ref], timeout=-1)
    raised(TypeError, ray.wait, ref)
    raised(TypeError, ray.wait, (ref,))
    raised(TypeError, ray.wait, [1])


def test_106_what_has_failed_is_ready():
    @ray.remote
    def bad():
        raise KeyError("x")

    ref = bad.remote()
    assert ray.wait([ref], timeout=30) == ([ref], [])


def test_107_get_with_a_timeout():
    gate = Gate()
    ref = held.remote(gate.path, "value")
    error = raised(exceptions.GetTimeoutError, ray.get, ref, timeout=0.1)
    assert isinstance(error, TimeoutError)
    raised(exceptions.GetTimeoutError, ray.get, ref, timeout=0)
    gate.open()
    assert ray.get(ref, timeout=30) == "value"


@ray.remote
def mark(path, value):
    open(path, "w").close()
    return value


@ray.remote
def spin(started, seconds=60):
    open(started, "w").close()
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        time.sleep(0.01)
    return "to its end"


def test_108_a_cancelled_waiting_task_never_runs():
    path = tempfile.mktemp()
    gates, everybody = [Gate() for _ in range(CPUS)], Gate()
    busy = [ray.remote(arrive).remote(gate.path, everybody.path) for gate in gates]
    assert arrived(gates)
    ref = mark.remote(path, 0)
    ray.cancel(ref)
    raised(exceptions.TaskCancelledError, ray.get, ref)
    everybody.open()
    ray.get(busy)
    ray.get([late.remote(0.01) for _ in range(2 * CPUS)])
    assert not os.path.exists(path)


def test_109_a_cancelled_running_task_is_interrupted():
    started = tempfile.mktemp()
    ref = spin.remote(started)
    assert until(lambda: os.path.exists(started))
    ray.cancel(ref)
    error = raised(exceptions.RayError, ray.get, ref, timeout=40)
    assert _is_cancelled(error)


def _is_cancelled(error):
    return isinstance(error, exceptions.TaskCancelledError) or isinstance(
        getattr(error, "cause", None), exceptions.TaskCancelledError
    )


def test_110_what_depends_on_a_cancelled_task_fails():
    started = tempfile.mktemp()
    ref = spin.remote(started)
    after = late.remote(0, ref)
    assert until(lambda: os.path.exists(started))
    ray.cancel(ref)
    assert _is_cancelled(raised(exceptions.RayError, ray.get, after, timeout=40))


def test_111_force_kills_the_worker():
    started = tempfile.mktemp()
    ref = spin.remote(started)
    assert until(lambda: os.path.exists(started))
    ray.cancel(ref, force=True)
    error = raised(exceptions.RayError, ray.get, ref, timeout=40)
    assert isinstance(error, exceptions.WorkerCrashedError) or _is_cancelled(error)


@ray.remote
class Idle:
    def call(self, value=None):
        return value

    def spin(self, started):
        open(started, "w").close()
        context = ray.get_runtime_context()
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            if context.is_canceled():
                return "saw it"
            time.sleep(0.05)
        return "never saw it"

    def sleep(self, seconds):
        time.sleep(seconds)
        return seconds


def test_112_cancelling_what_is_over_does_nothing():
    ref = late.remote(0, 5)
    assert ray.get(ref) == 5
    ray.cancel(ref)
    ray.cancel(ray.put(1))
    assert ray.get(ref) == 5
    raised(TypeError, ray.cancel, Idle.remote())


def test_113_children_are_cancelled_too():
    started = tempfile.mktemp()

    @ray.remote
    def parent(started):
        return ray.get(spin.remote(started))

    ref = parent.remote(started)
    assert until(lambda: os.path.exists(started))
    ray.cancel(ref, recursive=True)
    assert _is_cancelled(raised(exceptions.RayError, ray.get, ref, timeout=40))
    # Four spinning children would leave no CPU for this one.
    assert ray.get(late.remote(0, "free"), timeout=40) == "free"


def test_114_async_calls_are_cancelled_and_force_is_refused():
    import asyncio

    @ray.remote
    class Sleeper:
        def __init__(self):
            self.seen = False

        async def sleep(self, started):
            open(started, "w").close()
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                self.seen = True
                raise

        async def was_seen(self):
            return self.seen

    actor = Sleeper.remote()
    started = tempfile.mktemp()
    ref = actor.sleep.remote(started)
    assert until(lambda: os.path.exists(started))
    raised(ValueError, ray.cancel, ref, force=True)
    ray.cancel(ref)
    assert _is_cancelled(raised(exceptions.RayError, ray.get, ref, timeout=40))
    assert ray.get(actor.was_seen.remote()) is True


def test_115_a_waiting_call_of_an_actor_is_cancelled():
    actor = Idle.remote()
    ray.get(actor.call.remote())
    running = actor.sleep.remote(2)
    waiting = actor.call.remote("never")
    ray.cancel(waiting)
    assert _is_cancelled(raised(exceptions.RayError, ray.get, waiting, timeout=40))
    assert ray.get(running) == 2


def test_116_a_cancelled_generator_raises_and_ends():
    @ray.remote
    def forever():
        number = 0
        while True:
            yield number
            number += 1
            time.sleep(0.05)

    stream = forever.remote()
    assert ray.get(next(stream)) == 0
    ray.cancel(stream)

    def drain():
        for ref in stream:
            ray.get(ref, timeout=40)

    assert _is_cancelled(raised(exceptions.RayError, drain))
    raised(StopIteration, next, stream)


def test_117_kill_ends_an_actor():
    actor = Idle.options(max_restarts=-1).remote()
    ray.get(actor.call.remote())
    pending = actor.sleep.remote(30)
    ray.kill(actor)
    raised(exceptions.RayActorError, ray.get, pending, timeout=40)
    raised(exceptions.ActorDiedError, ray.get, actor.call.remote(), timeout=40)
    ray.kill(actor)
    raised(ValueError, ray.kill, 5)
    again = Idle.options(max_restarts=1).remote()
    ray.get(again.call.remote())
    ray.kill(again, no_restart=False)

    def answers():
        try:
            return ray.get(again.call.remote("back")) == "back"
        except exceptions.ActorUnavailableError:
            return False

    assert until(answers)
