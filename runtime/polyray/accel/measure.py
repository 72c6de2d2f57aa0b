"""`python -m polyray.accel.measure`: what each route costs on this interpreter, and which pays.

A route pays if passing a message through its ring takes less time than through a socket, which
is what polyray does without. Rounds of all routes alternate, so that a slow moment of the machine
touches all of them; of each the median round counts.
"""

import json
import os
import socket
import sys
import tempfile
import time

from polyray.accel import choice, places
from polyray.accel.layout import HEAD_BYTES
from polyray.accel.routes import NATIVE, PURE, Unavailable, load

MESSAGE = bytes(100)
CAPACITY = 1 << 16
BLOCK = bytes(1 << 20)
ROUNDS = 9
ROUND_S = 0.01
SOCKET = "socket"


def median(values):
    """The one in the middle."""
    return sorted(values)[len(values) // 2]


def timed(run):
    """Seconds that one call takes, in a round of so many that it lasts a while."""
    count = 1
    while True:
        began = time.perf_counter()
        for _ in range(count):
            run()
        spent = time.perf_counter() - began
        if spent >= ROUND_S:
            return spent / count
        count = count * 2 if spent <= 0 else int(count * max(2, min(10, 1.2 * ROUND_S / spent)))


def operations(route, folder):
    """What is timed of a route."""
    path = os.path.join(folder, route.name)
    segment = route.Segment(path, HEAD_BYTES + CAPACITY + len(BLOCK))
    ring = route.Ring(segment, 0, CAPACITY)
    at = HEAD_BYTES + CAPACITY

    def message():
        ring.write(MESSAGE)
        ring.frames()

    return {
        "message": message,
        "number": lambda: segment.fetch_add(HEAD_BYTES, 1),
        "block": lambda: segment.write(at, BLOCK),
    }


def socket_message(one, other):
    """The same message by way of the kernel."""

    def message():
        one.send(MESSAGE)
        other.recv(65536)

    return {"message": message}


def measure():
    """{"ns": {route: {operation: ns}}, "unavailable": {route: why}, "best": route}."""
    unavailable, found = {}, {}
    one, other = socket.socketpair()
    with tempfile.TemporaryDirectory(prefix="polyray-measure-") as folder, one, other:
        timers = {SOCKET: socket_message(one, other)}
        for name in (*NATIVE, PURE):
            try:
                timers[name] = operations(load(name), folder)
            except Unavailable as error:
                unavailable[name] = str(error)
        for _ in range(ROUNDS):
            for name, runs in timers.items():
                for what, run in runs.items():
                    found.setdefault(name, {}).setdefault(what, []).append(timed(run))
    ns = {
        name: {what: round(median(values) * 1e9, 1) for what, values in runs.items()}
        for name, runs in found.items()
    }
    best = min(ns, key=lambda name: ns[name]["message"])
    return {"ns": ns, "unavailable": unavailable, "best": PURE if best == SOCKET else best}


def keep(measured):
    """Have this interpreter choose by it from now on."""
    folder = places.folder()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / choice.MEASURED
    path.with_suffix(".new").write_text(json.dumps(measured, indent=1))
    os.replace(str(path.with_suffix(".new")), str(path))


def told(measured):
    """The same for a person."""
    lines = ["{:10} {:>12} {:>12} {:>12}".format("ns", "message", "number", "block of 1 MiB")]
    for name, runs in sorted(measured["ns"].items(), key=lambda item: item[1]["message"]):
        cells = [str(runs.get(what, "")) for what in ("message", "number", "block")]
        lines.append("{:10} {:>12} {:>12} {:>12}".format(name, *cells))
    lines += ["{}: {}".format(name, why) for name, why in measured["unavailable"].items()]
    return "\n".join([*lines, "chosen: {}".format(measured["best"])])


if __name__ == "__main__":
    result = measure()
    keep(result)
    sys.stdout.write(told(result) + "\n")
