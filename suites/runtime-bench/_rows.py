"""Ray's microbenchmark rows, one to a process: what they do is defined in `polyray.benchmark_rows`.

A run gives the number of operations that it did (bytes, where a row counts bytes), so that a rate
can be had from its time.
"""

import atexit

from polyray import benchmark_rows
from under_test import ray


def begin(name):
    """A session and the row's function; its first call has to give what it should."""
    ray.init(resources={"custom": 100}, log_to_driver=False)
    make, operations = benchmark_rows.ROWS[name]
    call = make(benchmark_rows.Bench(ray))
    benchmark_rows.check(name, call())

    def run():
        call()
        return operations

    return run


atexit.register(ray.shutdown)
