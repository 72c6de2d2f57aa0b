"""A program in a process of its own, in one of HPy's modes, which are of whole processes.

As a program: what the route by HPy does in that mode, as JSON. `debug`: each check of the contract
with what is wrong, the handles left open among it; `trace`: calls of HPy's functions.
"""

import json
import os
import subprocess
import sys
import tempfile

TURNS = 1000
LEAK = "a handle that nobody closes"


def told(mode):
    """What this program tells in a mode."""
    environment = dict(os.environ, HPY=mode, PYTHONPATH=os.pathsep.join(filter(None, sys.path)))
    command = [sys.executable, os.path.abspath(__file__)]
    ended = subprocess.run(command, env=environment, capture_output=True)
    assert ended.returncode == 0, ended.stderr.decode(errors="replace")[-2000:]
    return json.loads(ended.stdout)


def watched(route):
    """{check: what is wrong, or nothing}; without the mode a detector is silent, so a leak first."""
    from accel_contract import checks_of

    import _polyray_hpy
    from hpy.debug import LeakDetector

    found = {}
    for name, check in [(LEAK, _polyray_hpy._leak), *checks_of(route.name).items()]:
        try:
            with LeakDetector():
                check()
        except Exception as error:
            found[name] = "{}: {}".format(type(error).__name__, error)
        else:
            found[name] = ""
    return found


def counted(route):
    """{operation: {function: calls}} of so many turns on a ring and its segment."""
    from hpy import trace

    from polyray.accel import layout

    found = {}
    with tempfile.TemporaryDirectory() as folder:
        with route.Segment(os.path.join(folder, "segment"), layout.HEAD_BYTES + 1024) as segment:
            ring = route.Ring(segment, 0, 1024)
            for name, operation in (
                ("message", lambda: (ring.write(b"0123456789"), ring.frames())),
                ("number", lambda: segment.fetch_add(0, 1)),
            ):
                before = dict(trace.get_call_counts())
                for _ in range(TURNS):
                    operation()
                after = trace.get_call_counts()
                found[name] = {key: after[key] - before[key] for key in after}
    return {
        name: {key.removeprefix("ctx_"): count for key, count in calls.items() if count}
        for name, calls in found.items()
    }


if __name__ == "__main__":
    from polyray.accel import routes

    loaded = routes.load("hpy")
    result = {"debug": watched, "trace": counted}[os.environ["HPY"]](loaded)
    sys.stdout.write(json.dumps(result))
