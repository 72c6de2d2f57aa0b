"""Ray's own microbenchmark rows: what each does, on polyray or on Ray.

Owns the fixtures and the timed functions, as `ray microbenchmark` of Ray 2.60 has them. How they
are timed is the business of `microbenchmark` and of the suite `runtime-bench`.
"""

import importlib
import os
import time

MANY = 1000


class Bench:
    """One library under test, and what the rows share."""

    def __init__(self, ray):
        self.ray = ray

        @ray.remote
        def small():
            return b"ok"

        @ray.remote
        def put_many():
            for _ in range(100):
                ray.put(0)

        @ray.remote
        def many_refs():
            return [ray.put(1) for _ in range(10_000)]

        @ray.remote(num_cpus=0)
        class Plain:
            def call(self):
                return b"ok"

            def call_with(self, _value):
                return b"ok"

            def submit_tasks(self, count):
                ray.get([small.remote() for _ in range(count)])

        @ray.remote
        class Asynchronous:
            async def call(self):
                return b"ok"

            async def call_with(self, _value):
                return b"ok"

        @ray.remote(num_cpus=0)
        class Client:
            def __init__(self, servers):
                self.servers = servers

            def call_all(self, count):
                ray.get([server.call.remote() for server in self.servers for _ in range(count)])

            def call_with_ref(self, count):
                ref = ray.put(0)
                ray.get([self.servers[0].call_with.remote(ref) for _ in range(count)])

        @ray.remote
        def round_robin(servers, count):
            ray.get([servers[index % len(servers)].call.remote() for index in range(count)])

        self.small, self.put_many, self.many_refs = small, put_many, many_refs
        self.plain, self.asynchronous, self.client = Plain, Asynchronous, Client
        self.round_robin = round_robin


ROWS = {}


def row(name, multiplier=1):
    """Register the maker of a row's timed function."""

    def register(make):
        ROWS[name] = (make, multiplier)
        return make

    return register


def servers_of(kind):
    """As many as Ray's benchmark takes: half of the CPUs."""
    return [kind.remote() for _ in range(width())]


def width():
    """How many servers that is."""
    return max(1, (os.cpu_count() or 2) // 2)


@row("single client get calls")
def _get(bench):
    ref = bench.ray.put(0)
    return lambda: bench.ray.get(ref)


@row("single client put calls")
def _put(bench):
    return lambda: bench.ray.put(0)


@row("multi client put calls", 1000)
def _multi_put(bench):
    return lambda: bench.ray.get([bench.put_many.remote() for _ in range(10)])


def arrays():
    """numpy, without which the rows of gigabytes are left out, as Ray's own cannot run there."""
    try:
        import numpy as np
    except ImportError:
        return None
    return np


@row("single client put gigabytes", 0.8)
def _put_gigabytes(bench):
    numpy = arrays()
    if numpy is None:
        return None
    array = numpy.zeros(100 * 1024 * 1024, dtype=numpy.int64)
    return lambda: bench.ray.put(array)


@row("single client put bytes", 838_860_800)
def _put_bytes(bench):
    """As many bytes as the row of gigabytes, where there is no numpy; counted one by one."""
    data = bytes(838_860_800)
    return lambda: bench.ray.put(data)


@row("multi client put gigabytes", 8)
def _multi_put_gigabytes(bench):
    if arrays() is None:
        return None

    @bench.ray.remote
    def put_many():
        import numpy as np

        for _ in range(10):
            bench_ray().put(np.zeros(10 * 1024 * 1024, dtype=np.int64))

    name = bench.ray.__name__

    def bench_ray():
        return importlib.import_module(name)

    return lambda: bench.ray.get([put_many.remote() for _ in range(10)])


@row("single client tasks and get batch")
def _batch(bench):
    return lambda: bench.ray.get([bench.small.remote() for _ in range(MANY)])


@row("single client get object containing 10k refs")
def _ten_thousand(bench):
    ref = bench.many_refs.remote()
    return lambda: bench.ray.get(ref)


@row("single client wait 1k refs")
def _wait(bench):
    def waits():
        rest = [bench.small.remote() for _ in range(MANY)]
        fetch = True
        for _ in range(MANY):
            _, rest = bench.ray.wait(rest, fetch_local=fetch)
            fetch = False

    return waits


@row("single client tasks sync")
def _sync(bench):
    return lambda: bench.ray.get(bench.small.remote())


@row("single client tasks async", MANY)
def _async(bench):
    return lambda: bench.ray.get([bench.small.remote() for _ in range(MANY)])


@row("multi client tasks async", 40_000)
def _multi_tasks(bench):
    actors = [bench.plain.remote() for _ in range(4)]
    return lambda: bench.ray.get([actor.submit_tasks.remote(10_000) for actor in actors])


def _calls(bench, actor, *arguments):
    method = actor.call_with if arguments else actor.call
    return lambda: bench.ray.get([method.remote(*arguments) for _ in range(MANY)])


@row("1:1 actor calls sync")
def _actor_sync(bench):
    actor = bench.plain.remote()
    return lambda: bench.ray.get(actor.call.remote())


@row("1:1 actor calls async", MANY)
def _actor_async(bench):
    return _calls(bench, bench.plain.remote())


@row("1:1 actor calls concurrent", MANY)
def _actor_concurrent(bench):
    return _calls(bench, bench.plain.options(max_concurrency=16).remote())


@row("1:n actor calls async", 5000 * width())
def _one_to_many(bench):
    client = bench.client.remote(servers_of(bench.plain))
    return lambda: bench.ray.get(client.call_all.remote(5000))


@row("n:n actor calls async", 20_000)
def _many_to_many(bench):
    servers = servers_of(bench.plain)
    return lambda: bench.ray.get([bench.round_robin.remote(servers, 5000) for _ in range(4)])


@row("n:n actor calls with arg async", 1000 * width())
def _with_arg(bench):
    clients = [bench.client.remote([server]) for server in servers_of(bench.plain)]
    return lambda: bench.ray.get([client.call_with_ref.remote(1000) for client in clients])


@row("1:1 async-actor calls sync")
def _async_actor_sync(bench):
    actor = bench.asynchronous.remote()
    return lambda: bench.ray.get(actor.call.remote())


@row("1:1 async-actor calls async", MANY)
def _async_actor_async(bench):
    return _calls(bench, bench.asynchronous.remote())


@row("1:1 async-actor calls with args async", MANY)
def _async_actor_args(bench):
    return _calls(bench, bench.asynchronous.remote(), 1)


@row("1:n async-actor calls async", 5000 * width())
def _one_to_many_async(bench):
    client = bench.client.remote(servers_of(bench.asynchronous))
    return lambda: bench.ray.get(client.call_all.remote(5000))


@row("n:n async-actor calls async", 20_000)
def _many_to_many_async(bench):
    servers = servers_of(bench.asynchronous)
    return lambda: bench.ray.get([bench.round_robin.remote(servers, 5000) for _ in range(4)])


@row("placement group create/removal", 100)
def _groups(bench):
    groups = importlib.import_module(bench.ray.__name__ + ".util.placement_group")

    def create_and_remove():
        made = [groups.placement_group([{"custom": 0.001}]) for _ in range(100)]
        for group in made:
            group.wait(30)
        for group in made:
            groups.remove_placement_group(group)

    return create_and_remove


PARTS = (50, 95, 99)  # percentiles that are told
LEAST_CALLS = 100  # fewer say nothing of the slowest in a hundred


def latencies_ns(call, most, seconds):
    """Nanoseconds within which so many of a hundred calls are over (PARTS), and their number.

    Of at most `most` calls within about so many seconds; None where those are too few, which the
    first three tell.
    """
    times, clock = [], time.perf_counter_ns
    until = clock() + int(seconds * 1e9)
    before = clock()
    while len(times) < most and before < until:
        call()
        after = clock()
        times.append(after - before)
        before = after
        if len(times) == 3 and sorted(times)[1] * LEAST_CALLS > seconds * 1e9:
            return None
    if len(times) < LEAST_CALLS:
        return None
    times.sort()
    return [times[len(times) * part // 100] for part in PARTS], len(times)


def check(name, value):
    """Raise ValueError for a row whose calls did not give what they should."""
    parts = value if isinstance(value, list) else [value]
    if not all(map(_is_right, parts)):
        raise ValueError("row {!r} gave {!r:.80}".format(name, value))


def _is_right(part):
    return part is None or part in (b"ok", 0) or type(part).__name__ == "ObjectRef"
