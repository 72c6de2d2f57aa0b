"""Ray's microbenchmark rows, one to a process: what they do is defined in `polyray.benchmark_rows`.

A run gives the number of operations that it did (bytes, where a row counts bytes), so that a rate
can be had from its time. Behind the samples single calls are timed, where a hundred and more of them
take a second at most: how long one takes at the median and at the worst is no matter of its mean.
"""

import atexit
import time

from under_test import ray

# isort: split
from polyray import benchmark_rows  # after what says which route it takes

LATENCIES = 2000
LATENCIES_S = 1.0
_calls = []


def begin(name):
    """A session and the row's function; its first call has to give what it should."""
    ray.init(resources={"custom": 100}, log_to_driver=False)
    make, operations = benchmark_rows.ROWS[name]
    call = make(benchmark_rows.Bench(ray))
    began = time.perf_counter()
    benchmark_rows.check(name, call())
    if time.perf_counter() - began < LATENCIES_S:  # else a hundred take too long for certain
        _calls.append(call)

    def run():
        call()
        return operations

    return run


def bench_facts(request):
    """`latency_p50_ns`, 95 and 99 of `latency_calls` single calls; nothing where they are few."""
    timed = int(request["budget_ns"][0]) and _calls
    found = benchmark_rows.latencies_ns(_calls[-1], LATENCIES, LATENCIES_S) if timed else None
    if not found:
        return {}
    facts = {"latency_calls": found[1]}
    for part, value in zip(benchmark_rows.PARTS, found[0]):
        facts["latency_p{}_ns".format(part)] = value
    return facts


atexit.register(ray.shutdown)
