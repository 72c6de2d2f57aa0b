"""One row of `neighbours.py`, measured in one process: ROW SECONDS; prints a JSON line.

Runs in an interpreter of pyrometer's, with what the row's name says: Python 3.9 and no more than
that library.
"""

import asyncio
import importlib
import json
import os
import pickle
import socket
import subprocess
import sys
import tempfile
import time

MANY = 1000
ANSWER = """
import pickle, socket, struct, sys
peer = socket.socket(socket.AF_UNIX)
peer.connect(sys.argv[1])
while True:
    asked = peer.recv(65536)
    if not asked:
        break
    pickle.loads(asked)
    peer.sendall(pickle.dumps((0, b"ok"), 5))
"""


def rate(call, operations, seconds):
    """Operations a second over so many seconds, after a fifth as long that is not counted."""
    for length in (seconds / 5, seconds):
        began, count = time.perf_counter(), 0
        while time.perf_counter() - began < length:
            call()
            count += 1
        found = operations * count / (time.perf_counter() - began)
    return found


def nothing():
    """What all of them call."""
    return b"ok"


def socket_and_pickle(seconds):
    """A request and its answer, pickled, over a socket between two processes: the floor."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "s")
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(path)
            listener.listen(1)
            with subprocess.Popen((sys.executable, "-c", ANSWER, path)) as other:
                peer = listener.accept()[0]

                def trip():
                    peer.sendall(pickle.dumps((0, "call", ()), 5))
                    pickle.loads(peer.recv(65536))

                found = rate(trip, 1, seconds)
                peer.close()
                other.wait(10)
    return found


def pool(seconds):
    """Tasks of `multiprocessing.Pool`: a thousand are sent, then awaited."""
    import multiprocessing

    with multiprocessing.get_context("fork").Pool(2) as workers:

        def batch():
            for one in [workers.apply_async(nothing) for _ in range(MANY)]:
                one.get()

        return rate(batch, MANY, seconds)


class Served:
    """An object in a manager's process."""

    def call(self):
        """As an actor's."""
        return b"ok"


def manager(seconds):
    """Calls of an object that lives in the process of a `multiprocessing` manager."""
    import multiprocessing
    from multiprocessing.managers import BaseManager

    class Manager(BaseManager):
        pass

    Manager.register("Served", Served)
    with Manager(ctx=multiprocessing.get_context("fork")) as other:
        return rate(other.Served().call, 1, seconds)


def xoscar(seconds, *, many=1):
    """Calls of an actor of xoscar in another process, one after the other or many at once."""
    import xoscar as xo

    class Actor(xo.Actor):
        def call(self):
            return b"ok"

    async def measured():
        processes = await xo.create_actor_pool("127.0.0.1", n_process=1)
        async with processes:
            where = xo.allocate_strategy.ProcessIndex(1)
            actor = await xo.create_actor(
                Actor, address=processes.external_address, allocate_strategy=where
            )
            for length in (seconds / 5, seconds):
                began, count = time.perf_counter(), 0
                while time.perf_counter() - began < length:
                    if many == 1:
                        await actor.call()
                    else:
                        await asyncio.gather(*(actor.call() for _ in range(many)))
                    count += many
                found = count / (time.perf_counter() - began)
            return found

    return asyncio.run(measured())


def xoscar_many(seconds):
    """As `xoscar`, a thousand calls at once."""
    return xoscar(seconds, many=MANY)


def compiled_graph(seconds):
    """Ray's Compiled Graph of one actor: `execute`, then `get`."""
    import ray
    from ray.dag import InputNode

    @ray.remote
    class Actor:
        def call(self, _value):
            return b"ok"

    ray.init(log_to_driver=False)
    actor = Actor.remote()
    with InputNode() as value:
        graph = actor.call.bind(value)
    compiled = graph.experimental_compile()
    found = rate(lambda: ray.get(compiled.execute(0)), 1, seconds)
    compiled.teardown()
    ray.shutdown()
    return found


ROWS = {
    "socket and pickle": socket_and_pickle,
    "multiprocessing.Pool": pool,
    "multiprocessing manager": manager,
    "xoscar": xoscar,
    "xoscar, many at once": xoscar_many,
    "Compiled Graph": compiled_graph,
}


def microbenchmark(library, name, seconds):
    """A row of `ray microbenchmark`, on polyray or on Ray."""
    benchmark_rows = importlib.import_module("polyray.benchmark_rows")
    ray = importlib.import_module(library)
    ray.init(resources={"custom": 100}, log_to_driver=False)
    make, operations = benchmark_rows.ROWS[name]
    found = rate(make(benchmark_rows.Bench(ray)), operations, seconds)
    ray.shutdown()
    return found


def main():
    """A row by its name; `polyray: ROW` and `ray: ROW` are rows of the microbenchmark."""
    name, seconds = sys.argv[1], float(sys.argv[2])
    library, colon, row = name.partition(": ")
    found = microbenchmark(library, row, seconds) if colon else ROWS[name](seconds)
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
