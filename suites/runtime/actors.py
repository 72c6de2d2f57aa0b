"""Items 50 to 79: actors."""

import asyncio
import os
import pickle
import threading
import time

from _session import Gate, by_value, exceptions, gone, hold, raised, ray, start, until, util

by_value(__name__)
start()


@ray.remote
class Counter:
    def __init__(self, value=0):
        self.value = value

    def add(self, by=1):
        self.value += by
        return self.value

    def pid(self):
        return os.getpid()

    def fail(self):
        raise KeyError("method")

    def sleep(self, seconds):
        time.sleep(seconds)
        return seconds


@ray.remote
def late(value, path):
    hold(path)
    return value


def test_050_state_persists_and_calls_keep_their_order():
    counter = Counter.remote(5)
    assert ray.get([counter.add.remote() for _ in range(10)]) == list(range(6, 16))


@ray.remote
class Log:
    def __init__(self):
        self.entries = []

    def note(self, entry):
        self.entries.append(entry)

    def read(self):
        return self.entries


def test_051_also_when_arguments_become_ready_in_another_order():
    log, slow, quick = Log.remote(), Gate(), Gate()
    log.note.remote(late.remote("slow", slow.path))
    second = late.remote("quick", quick.path)
    log.note.remote(second)
    log.note.remote("plain")
    quick.open()
    ray.get(second)
    slow.open()
    assert ray.get(log.read.remote()) == ["slow", "quick", "plain"]


def test_052_another_caller_is_not_held_up_by_that():
    log = Log.remote()
    ray.get(log.read.remote())

    @ray.remote
    def other(log):
        ray.get(log.note.remote("other"))

    gate = Gate()
    slow = log.note.remote(late.remote("slow", gate.path))
    ray.get(other.remote(log))
    gate.open()
    ray.get(slow)
    assert ray.get(log.read.remote()) == ["other", "slow"]


def test_053_calling_class_or_method_directly_is_a_type_error():
    raised(TypeError, Counter)
    raised(TypeError, Counter.remote().add)


def test_054_unknown_methods_and_attributes_are_attribute_errors():
    counter = Counter.remote()
    raised(AttributeError, lambda: counter.no_such_method)
    raised(AttributeError, lambda: counter.value)


def test_055_wrong_arguments_are_a_type_error_of_the_caller():
    raised(TypeError, Counter.remote, 1, 2)
    raised(TypeError, Counter.remote().add.remote, 1, 2)


def test_056_a_failed_constructor_is_an_actor_died_error():
    @ray.remote
    class Broken:
        def __init__(self):
            raise KeyError("in the constructor")

        def method(self):
            return 1

    error = raised(exceptions.ActorDiedError, ray.get, Broken.remote().method.remote())
    assert "in the constructor" in str(error)
    assert not isinstance(error, KeyError)


def test_057_a_failed_method_leaves_the_actor_alive():
    counter = Counter.remote(1)
    raised(KeyError, ray.get, counter.fail.remote())
    assert ray.get(counter.add.remote()) == 2


class Base:
    shared = 7

    def inherited(self):
        return "base"

    @classmethod
    def of_class(cls):
        return cls.shared

    @staticmethod
    def static(value):
        return value


def test_058_inheritance_class_and_static_methods_work():
    @ray.remote
    class Derived(Base):
        def own(self):
            return self.inherited() + "+own"

    actor = Derived.remote()
    found = [
        actor.own.remote(),
        actor.inherited.remote(),
        actor.of_class.remote(),
        actor.static.remote(3),
    ]
    assert ray.get(found) == ["base+own", "base", 7, 3]


def test_059_a_remote_class_is_no_base():
    def derive():
        class Derived(Counter):
            pass

    raised(TypeError, derive)


def test_060_handles_travel_and_stay_equal():
    counter = Counter.remote()

    @ray.remote
    def use(handle):
        return ray.get(handle.add.remote(5)), handle

    value, handle = ray.get(use.remote(counter))
    assert value == 5
    assert handle == counter
    assert hash(handle) == hash(counter)
    assert ray.get(handle.add.remote()) == 6
    assert ray.get(pickle.loads(pickle.dumps(counter)).add.remote()) == 7


def test_061_the_last_handle_ends_the_process_after_pending_calls():
    counter = Counter.remote()
    pid = ray.get(counter.pid.remote())
    slept = counter.sleep.remote(0.5)
    del counter
    assert ray.get(slept) == 0.5
    assert until(lambda: gone(pid))


def test_062_a_handle_that_nobody_keeps_still_answers():
    assert ray.get(Counter.remote(3).add.remote()) == 4


def test_063_named_actors_are_found_and_named_once():
    counter = Counter.options(name="named-063").remote(1)
    ray.get(counter.add.remote())
    assert ray.get(ray.get_actor("named-063").add.remote()) == 3
    raised(ValueError, Counter.options(name="named-063").remote)
    raised(ValueError, ray.get_actor, "nobody")
    raised(ValueError, ray.get_actor, "")


def test_064_get_if_exists_gives_the_same_actor():
    made = Counter.options(name="named-064", get_if_exists=True)
    first, second = made.remote(), made.remote()
    assert ray.get(first.pid.remote()) == ray.get(second.pid.remote())
    raised(ValueError, lambda: Counter.options(get_if_exists=True).remote())


def test_065_names_belong_to_a_namespace():
    counter = Counter.options(name="named-065", namespace="other").remote(1)
    ray.get(counter.add.remote())
    raised(ValueError, ray.get_actor, "named-065")
    assert ray.get(ray.get_actor("named-065", namespace="other").add.remote()) == 3


def test_066_a_name_is_free_after_death():
    counter = Counter.options(name="named-066").remote()
    ray.get(counter.add.remote())
    assert "named-066" in _names()
    ray.kill(counter)
    assert until(lambda: "named-066" not in _names())
    again = Counter.options(name="named-066").remote()
    assert ray.get(again.add.remote()) == 1


def _names():
    listed = getattr(ray, "list_named_actors", None) or util("").list_named_actors
    return listed()


def test_067_max_concurrency_runs_methods_in_threads():
    @ray.remote(max_concurrency=3)
    class Meeting:
        def __init__(self):
            self.barrier = threading.Barrier(3)

        def meet(self):
            self.barrier.wait(20)
            return True

    meeting = Meeting.remote()
    assert ray.get([meeting.meet.remote() for _ in range(3)]) == [True] * 3


@ray.remote
class Async:
    def __init__(self):
        self.count = self.most = 0

    async def overlap(self):
        self.count += 1
        self.most = max(self.most, self.count)
        await asyncio.sleep(0.3)
        self.count -= 1
        return self.most

    async def thread(self):
        return threading.get_ident()

    def sync_thread(self):
        return threading.get_ident()

    async def stream(self, n):
        for number in range(n):
            await asyncio.sleep(0)
            yield number


def test_068_coroutines_of_an_actor_overlap():
    actor = Async.remote()
    assert max(ray.get([actor.overlap.remote() for _ in range(50)])) == 50


def test_069_async_and_sync_methods_share_a_thread():
    actor = Async.remote()
    assert ray.get(actor.thread.remote()) == ray.get(actor.sync_thread.remote())


def test_070_concurrency_groups_isolate_what_blocks():
    @ray.remote(concurrency_groups={"io": 1, "compute": 1})
    class Grouped:
        @ray.method(concurrency_group="io")
        def block(self, path):
            hold(path)
            return "io"

        @ray.method(concurrency_group="compute")
        def work(self):
            return "compute"

    actor = Grouped.remote()
    ray.get(actor.work.remote())
    gate = Gate()
    blocked = actor.block.remote(gate.path)
    assert ray.get(actor.work.remote()) == "compute"
    gate.open()
    assert ray.get(blocked) == "io"


def test_071_methods_may_return_several_values():
    @ray.remote
    class Two:
        @ray.method(num_returns=2)
        def declared(self):
            return 1, 2

        def plain(self):
            return 3, 4

    actor = Two.remote()
    assert ray.get(actor.declared.remote()) == [1, 2]
    assert ray.get(actor.plain.options(num_returns=2).remote()) == [3, 4]


def test_072_max_pending_calls_is_a_limit():
    counter = Counter.options(max_pending_calls=2).remote()
    ray.get(counter.add.remote())

    def flood():
        for _ in range(4):
            counter.sleep.remote(1)

    raised(exceptions.PendingCallsLimitExceeded, flood)


@ray.remote
class Leaving:
    def leave(self):
        ray.actor.exit_actor()

    def stay(self):
        return 1

    def pid(self):
        return os.getpid()


def test_073_exit_actor_fails_that_call_and_later_ones():
    actor = Leaving.remote()
    raised(exceptions.ActorDiedError, ray.get, actor.leave.remote())
    raised(exceptions.ActorDiedError, ray.get, actor.stay.remote())


def test_074_ready_and_terminate():
    actor = Leaving.remote()
    assert ray.get(actor.__ray_ready__.remote()) in (True, None)
    pid = ray.get(actor.pid.remote())
    last = actor.stay.remote()
    actor.__ray_terminate__.remote()
    assert ray.get(last) == 1
    assert until(lambda: gone(pid))


def test_075_generator_methods_stream():
    @ray.remote
    class Streams:
        def count(self, n):
            for number in range(n):
                yield number

    assert [
        ray.get(ref) for ref in Streams.remote().count.options(num_returns="streaming").remote(3)
    ] == [0, 1, 2]
    assert [
        ray.get(ref) for ref in Async.remote().stream.options(num_returns="streaming").remote(3)
    ] == [0, 1, 2]


def test_076_the_runtime_context_tells_actor_and_task():
    @ray.remote
    class Knows:
        def ids(self):
            context = ray.get_runtime_context()
            return context.get_actor_id(), context.get_task_id(), context.current_actor

    actor = Knows.remote()
    actor_id, task_id, me = ray.get(actor.ids.remote())
    assert actor_id
    assert task_id
    assert me == actor
    assert ray.get_runtime_context().get_actor_id() is None


def test_077_an_actor_pool_maps_in_order_and_without():
    pool = util("").ActorPool([Counter.remote(), Counter.remote()])
    assert list(pool.map(lambda actor, value: actor.sleep.remote(value), [0.2, 0, 0.1])) == [
        0.2,
        0,
        0.1,
    ]
    found = pool.map_unordered(lambda actor, value: actor.sleep.remote(value), [0.2, 0, 0.1])
    assert sorted(found) == [0, 0.1, 0.2]


def test_078_a_queue_is_full_or_empty():
    queues = util("queue")
    queue = queues.Queue(maxsize=2)
    queue.put(1)
    queue.put(2)
    raised(queues.Full, queue.put_nowait, 3)
    assert (queue.get(), queue.get()) == (1, 2)
    raised(queues.Empty, queue.get_nowait)
    queue.shutdown()


def test_079_a_detached_actor_outlives_its_handles():
    kept = Counter.options(name="kept", lifetime="detached").remote(1)
    plain = Counter.options(name="plain").remote(1)
    pids = ray.get([kept.pid.remote(), plain.pid.remote()])
    del kept, plain
    assert until(lambda: gone(pids[1]))
    raised(ValueError, ray.get_actor, "plain")
    assert ray.get(ray.get_actor("kept").add.remote()) == 2
    ray.kill(ray.get_actor("kept"))
