"""Items 80 to 101: what an exception becomes on its way, and what a dead process means."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time

from _session import NAME, Gate, by_value, exceptions, gone, hold, raised, ray, start, until

by_value(__name__)
start()


@ray.remote
def fail(error):
    raise error


@ray.remote
def same(value):
    return value


class WithCode(Exception):
    def __init__(self, code):
        super().__init__(code)
        self.code = code


def test_080_a_task_error_is_also_of_the_original_class():
    error = raised(exceptions.RayTaskError, ray.get, fail.remote(WithCode(7)))
    assert isinstance(error, WithCode)
    assert error.cause.args == (7,)
    assert error.code == 7


def test_081_its_text_has_the_traceback_with_source():
    error = raised(ValueError, ray.get, fail.remote(ValueError("here")))
    assert "ValueError: here" in str(error)
    assert "raise error" in str(error)


def test_082_errors_flow_through_what_depends_on_them():
    ran = tempfile.mktemp()

    @ray.remote
    def depends(value):
        open(ran, "w").close()
        return value

    ref = depends.remote(depends.remote(fail.remote(KeyError("first"))))
    raised(KeyError, ray.get, ref)
    assert not os.path.exists(ran)


def test_083_a_failed_reference_in_a_list_fails_nothing():
    @ray.remote
    def count(refs):
        return len(refs)

    assert ray.get(count.remote([fail.remote(KeyError("x"))])) == 1


def test_084_errors_through_a_nested_get_keep_their_class():
    @ray.remote
    def outer():
        return ray.get(fail.remote(KeyError("inner")))

    raised(KeyError, ray.get, outer.remote())


def test_085_an_exception_that_cannot_be_pickled_is_a_plain_task_error():
    @ray.remote
    def opened():
        error = ValueError("opened")
        error.socket = socket.socket()
        raise error

    error = raised(exceptions.RayTaskError, ray.get, opened.remote())
    assert "opened" in str(error)


class Odd(Exception):
    def __init__(self, one, two):
        super().__init__("only one")


def test_086_an_exception_that_cannot_be_made_again_is_a_ray_error():
    @ray.remote
    def odd():
        raise Odd(1, 2)

    error = raised(exceptions.RayError, ray.get, odd.remote())
    assert type(error).__name__ in ("UnserializableException", "RayTaskError", "RaySystemError")


def test_087_keyboard_interrupt_and_exit():
    @ray.remote(max_retries=0)
    def interrupted():
        raise KeyboardInterrupt

    @ray.remote(max_retries=0)
    def leave(code):
        sys.exit(code)

    error = raised(exceptions.RayError, ray.get, interrupted.remote())
    assert isinstance(error, (exceptions.TaskCancelledError, exceptions.RayTaskError))
    raised(exceptions.WorkerCrashedError, ray.get, leave.remote(3))


@ray.remote
def die():
    os.kill(os.getpid(), signal.SIGKILL)


def test_088_a_dead_process_is_a_crashed_worker():
    raised(exceptions.WorkerCrashedError, ray.get, die.options(max_retries=0).remote())


@ray.remote
def survives(path, times):
    with open(path, "a") as file:
        file.write("x")
    if os.path.getsize(path) < times:
        os.kill(os.getpid(), signal.SIGKILL)
    return os.path.getsize(path)


def test_089_three_retries_are_the_default():
    assert ray.get(survives.remote(tempfile.mktemp(), 4)) == 4
    path = tempfile.mktemp()
    raised(exceptions.WorkerCrashedError, ray.get, survives.remote(path, 9))
    assert os.path.getsize(path) == 4


@ray.remote
def improves(path, times, kind=ValueError):
    with open(path, "a") as file:
        file.write("x")
    if os.path.getsize(path) < times:
        raise kind("not yet")
    return os.path.getsize(path)


def test_090_exceptions_are_not_retried_by_default():
    path = tempfile.mktemp()
    raised(ValueError, ray.get, improves.remote(path, 2))
    assert os.path.getsize(path) == 1


def test_091_retry_exceptions_retries_all_or_some():
    all_of_them = improves.options(retry_exceptions=True, max_retries=3)
    assert ray.get(all_of_them.remote(tempfile.mktemp(), 3)) == 3
    some = improves.options(retry_exceptions=[ValueError], max_retries=3)
    assert ray.get(some.remote(tempfile.mktemp(), 3)) == 3
    path = tempfile.mktemp()
    raised(KeyError, ray.get, some.remote(path, 3, KeyError))
    assert os.path.getsize(path) == 1


def test_092_get_of_a_list_raises_with_the_first_failure():
    @ray.remote
    def slow(path):
        hold(path)

    gate = Gate()
    waiting = slow.remote(gate.path)
    raised(KeyError, ray.get, [waiting, fail.remote(KeyError("soon"))])
    assert ray.wait([waiting], timeout=0) == ([], [waiting])
    gate.open()
    ray.get(waiting)


@ray.remote
class Mortal:
    def __init__(self):
        self.calls = 0

    def call(self):
        self.calls += 1
        return self.calls

    def die(self):
        os.kill(os.getpid(), signal.SIGKILL)

    def die_once(self, path):
        if not os.path.exists(path):
            open(path, "w").close()
            os.kill(os.getpid(), signal.SIGKILL)
        return "survived"

    def reconstructed(self):
        return ray.get_runtime_context().was_current_actor_reconstructed

    def improve(self, path, times):
        with open(path, "a") as file:
            file.write("x")
        if os.path.getsize(path) < times:
            raise ValueError("not yet")
        return os.path.getsize(path)


def test_093_a_dead_actor_fails_what_runs_and_what_comes():
    actor = Mortal.remote()
    raised(exceptions.RayActorError, ray.get, actor.die.remote())
    raised(exceptions.ActorDiedError, ray.get, actor.call.remote())


def test_094_what_depends_on_a_dead_actor_fails_too():
    actor = Mortal.remote()
    error = raised(exceptions.RayError, ray.get, same.remote(actor.die.remote()))
    assert isinstance(error, (exceptions.RayTaskError, exceptions.RayActorError))


def test_095_max_restarts_starts_it_anew():
    actor = Mortal.options(max_restarts=1).remote()
    assert ray.get([actor.call.remote(), actor.call.remote()]) == [1, 2]
    raised(exceptions.RayActorError, ray.get, actor.die.remote())
    assert _called(actor) == 1
    raised(exceptions.RayActorError, ray.get, actor.die.remote())
    error = raised(exceptions.RayActorError, _called, actor)
    assert isinstance(error, exceptions.ActorDiedError)


def _called(actor, patience_s=30):
    deadline = time.monotonic() + patience_s
    while True:
        try:
            return ray.get(actor.call.remote())
        except exceptions.ActorUnavailableError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def test_096_max_task_retries_runs_the_method_again():
    actor = Mortal.options(max_restarts=1, max_task_retries=1).remote()
    assert ray.get(actor.die_once.remote(tempfile.mktemp())) == "survived"


def test_097_methods_may_retry_exceptions():
    actor = Mortal.options(max_restarts=1).remote()
    method = actor.improve.options(retry_exceptions=True, max_task_retries=3)
    assert ray.get(method.remote(tempfile.mktemp(), 3)) == 3


def test_098_an_actor_knows_that_it_was_started_again():
    actor = Mortal.options(max_restarts=1).remote()
    assert ray.get(actor.reconstructed.remote()) is False
    raised(exceptions.RayActorError, ray.get, actor.die.remote())
    _called(actor)
    assert ray.get(actor.reconstructed.remote()) is True


UNSEEN = """
import gc, time
import {0} as ray
ray.init(num_cpus=1)
@ray.remote
def bad(text): raise ValueError(text)
unseen, seen = bad.remote("never seen"), bad.remote("was seen")
ray.wait([seen], timeout=60)
time.sleep(1)
del unseen, seen
for _ in range(20):
    gc.collect()
    time.sleep(0.1)
ray.shutdown()
"""


def test_100_a_failure_that_nobody_looked_at_is_told():
    left = subprocess.run(
        [sys.executable, "-c", UNSEEN.format(NAME)],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        timeout=180,
    )
    said = left.stderr.decode() + left.stdout.decode()
    assert "never seen" in said
    assert "was seen" not in said


@ray.remote
class Owner:
    def make(self):
        self.ref = ray.put([bytes(1_000_000)])
        return [self.ref]

    def die(self):
        os.kill(os.getpid(), signal.SIGKILL)


def test_099_an_object_dies_with_its_owner():
    owner = Owner.remote()
    (ref,) = ray.get(owner.make.remote())
    raised(exceptions.RayActorError, ray.get, owner.die.remote())

    def lost():
        try:
            ray.get(ref, timeout=5)
        except exceptions.OwnerDiedError:
            return True
        return False

    assert until(lost)


@ray.remote(num_returns=2)
def who_and_what():
    return os.getpid(), [bytes(1_000_000)]


def test_101_no_output_is_lost_with_the_worker_that_made_it():
    pid_ref, large_ref = who_and_what.remote()
    pid = ray.get(pid_ref)
    os.kill(pid, signal.SIGKILL)
    assert until(lambda: gone(pid))
    assert ray.get(same.remote(large_ref)) == [bytes(1_000_000)]
