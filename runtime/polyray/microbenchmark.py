"""Ray's own microbenchmark rows, on polyray or on Ray: `python -m polyray.microbenchmark`.

    --library ray     measure real Ray (it must be installed)
    --compare ray     both, one after the other in processes of their own, with their ratio
    --rows GLOB       these rows only; --seconds S a round (2), --rounds N (4); --json

Source of rows and of the rule of timing: Ray 2.60, `ray microbenchmark`. A row's rate is the mean
of its rounds in one process: not an interval. The suite `runtime-bench` repeats whole processes.
"""

import argparse
import fnmatch
import importlib
import json
import os
import statistics
import subprocess
import sys
import time

WARM_UP_S = 1.0
MANY = 1000
LATENCIES = 2000


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


def check(name, value):
    """Raise ValueError for a row whose calls did not give what they should."""
    parts = value if isinstance(value, list) else [value]
    if not all(part in (b"ok", None, 0) or hasattr(part, "hex") for part in parts):
        raise ValueError("row {!r} gave {!r:.80}".format(name, value))


def timed(call, multiplier, *, rounds, seconds):
    """Rates of so many rounds, by Ray's rule."""
    began, count = time.perf_counter(), 0
    while time.perf_counter() - began < min(WARM_UP_S, seconds):
        call()
        count += 1
    step = count // 10 + 1
    rates = []
    for _ in range(rounds):
        began, count = time.perf_counter(), 0
        while time.perf_counter() - began < seconds:
            for _ in range(step):
                call()
            count += step
        rates.append(multiplier * count / (time.perf_counter() - began))
    return rates


def percentiles(call):
    """Microseconds within which half, 95 and 99 of a hundred calls are over."""
    times = []
    for _ in range(LATENCIES):
        began = time.perf_counter()
        call()
        times.append((time.perf_counter() - began) * 1e6)
    times.sort()
    return [times[len(times) * part // 100] for part in (50, 95, 99)]


def measure(library, patterns, *, rounds, seconds, told=lambda _row: None):
    """(row, mean rate, its spread, latencies of a synchronous row) of all rows that match."""
    ray = importlib.import_module(library)
    ray.init(resources={"custom": 100}, log_to_driver=False)
    bench = Bench(ray)
    found = []
    for name, (make, multiplier) in ROWS.items():
        if any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns):
            call = make(bench)
            if call is None:
                continue
            rates = timed(call, multiplier, rounds=rounds, seconds=seconds)
            latencies = percentiles(call) if name.endswith("sync") and multiplier == 1 else None
            found.append((name, statistics.fmean(rates), statistics.pstdev(rates), latencies))
            told(found[-1])
    ray.shutdown()
    return found


def _elsewhere(library, arguments):
    """The rows of a library in a process of its own."""
    words = [sys.executable, "-m", "polyray.microbenchmark", "--library", library, "--json"]
    for pattern in arguments.rows:
        words += ["--rows", pattern]
    words += ["--rounds", str(arguments.rounds), "--seconds", str(arguments.seconds)]
    environment = {**os.environ, "RAY_worker_niceness": "0", "RAY_USAGE_STATS_ENABLED": "0"}
    left = subprocess.run(words, stdout=subprocess.PIPE, env=environment, check=True)
    return {name: (rate, late) for name, rate, _, late in json.loads(left.stdout.splitlines()[-1])}


def _beside(name, ours, theirs):
    """Both libraries' rates and their ratio, and below them the latencies where there are any."""
    (rate, late), (their_rate, their_late) = ours, theirs
    line = "{:45} {:>12.4g} {:>12.4g} {:>9.1f}x".format(name, rate, their_rate, rate / their_rate)
    if late:
        line += "\n{:45} {:>12} {:>12}".format("  p50/p95/p99 us", _shown(late), _shown(their_late))
    return line


def _shown(latencies):
    return "/".join("{:.0f}".format(one) for one in latencies)


def _told(entry):
    name, rate, spread, latencies = entry
    late = "  p50/p95/p99 {} us".format(_shown(latencies)) if latencies else ""
    print("{:45} {:>12.4g} +- {:.2g}{}".format(name, rate, spread, late), flush=True)


def main(words=None):
    """The command."""
    parser = argparse.ArgumentParser(
        prog="polyray microbenchmark", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--library", default="polyray")
    parser.add_argument("--compare", metavar="LIBRARY")
    parser.add_argument("--rows", action="append", metavar="GLOB")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args(words)
    arguments.rows = arguments.rows or ["*"]
    if arguments.compare:
        ours, theirs = _elsewhere("polyray", arguments), _elsewhere(arguments.compare, arguments)
        for name, found in ours.items():
            print(_beside(name, found, theirs[name]))
        return
    show = (lambda _row: None) if arguments.json else _told
    found = measure(
        arguments.library,
        arguments.rows,
        rounds=arguments.rounds,
        seconds=arguments.seconds,
        told=show,
    )
    if arguments.json:
        print(json.dumps(found))


if __name__ == "__main__":
    main()
