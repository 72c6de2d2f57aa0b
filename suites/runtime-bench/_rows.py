"""Ray's microbenchmark rows, one to a process: what they do is defined in `polyray.microbenchmark`.

A run gives the number of operations that it did (bytes, where a row counts bytes), so that a rate
can be had from its time.
"""

import atexit

from polyray import microbenchmark
from under_test import ray


def begin(name):
    """A session and the row's function; its first call has to give what it should."""
    ray.init(resources={"custom": 100}, log_to_driver=False)
    make, operations = microbenchmark.ROWS[name]
    call = make(microbenchmark.Bench(ray))
    microbenchmark.check(name, call())

    def run():
        call()
        return operations

    return run


atexit.register(ray.shutdown)
