"""One session for the tests of a file, and what they have in common."""

import atexit
import importlib
import os
import shutil
import tempfile
import time

import under_test
from under_test import NAME, pickler, ray  # noqa: F401 - cases take them from here

exceptions = importlib.import_module(NAME + ".exceptions")
CPUS = 4
# Item 119 wants eight workers at once, of which each takes GraalPy six seconds or more to start.
PATIENCE_S = 180.0


def util(name):
    """A module below `util`."""
    return importlib.import_module(NAME + ".util" + ("." + name if name else ""))


def by_value(name):
    """Send what a case and this file define by value: workers need not find either."""
    under_test.by_value(name, __name__)


def start(**options):
    """A session with four CPUs, the one that is there if there is one."""
    if not ray.is_initialized():
        ray.init(num_cpus=CPUS, **options)


def known_ids():
    """Hexadecimal ids of all objects that the session's table has; neither library shows it."""
    if NAME == "ray":
        worker = importlib.import_module("ray._private.worker").global_worker
        return {_hex(one) for one in worker.core_worker.get_all_reference_counts()}
    session = importlib.import_module("polyray.current").session()
    return {identity.hex() for identity in list(session.exported)}


def _hex(identity):
    return identity.hex() if hasattr(identity, "hex") else str(identity)


def restart(**options):
    """A session of its own."""
    ray.shutdown()
    ray.init(**{"num_cpus": CPUS, **options})


def until(condition, patience_s=PATIENCE_S):
    """Wait for something that comes late where garbage is collected late; False if it never does."""
    import gc

    deadline = time.monotonic() + patience_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        gc.collect()
        time.sleep(0.05)
    return True


class Gate:
    """A file that what waits in a worker waits for: no test has to guess how long things take."""

    folder = None

    def __init__(self):
        if Gate.folder is None:
            Gate.folder = tempfile.mkdtemp(prefix="gates-")
            atexit.register(shutil.rmtree, Gate.folder, ignore_errors=True)
        self.path = tempfile.mktemp(dir=Gate.folder)

    def open(self):
        """Let everybody go on."""
        open(self.path, "w").close()


def hold(path):
    """Wait until somebody opens the gate."""
    deadline, pause_s = time.monotonic() + 2 * PATIENCE_S, 0.02
    while not os.path.exists(path):
        assert time.monotonic() < deadline, "nobody opened the gate"
        time.sleep(pause_s)
        # Fifteen workers of GraalPy that look fifty times a second leave no time to start others.
        pause_s = min(0.5, 1.2 * pause_s)


def arrive(here, everybody):
    """Say that one is there, and wait for everybody."""
    open(here, "w").close()
    hold(everybody)


def arrived(gates):
    """Are they all there? Waits for them."""
    return until(lambda: all(os.path.exists(gate.path) for gate in gates))


def raised(kind, function, *args, **kwargs):
    """The exception of that class that a call raises; AssertionError if it does not."""
    try:
        function(*args, **kwargs)
    except kind as error:
        return error
    raise AssertionError("no {} was raised".format(getattr(kind, "__name__", kind)))


def gone(pid):
    """Is there no such process, or only its corpse?"""
    try:
        with open("/proc/{}/stat".format(pid)) as file:
            return file.read().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


atexit.register(ray.shutdown)
