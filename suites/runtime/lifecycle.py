"""Items 126 to 133: beginning and end of a session."""

import contextlib
import io
import os
import signal
import subprocess
import sys

from _session import NAME, by_value, exceptions, gone, raised, ray, restart, until

by_value(__name__)


@ray.remote
def pid():
    return os.getpid()


@ray.remote
class Actor:
    def pid(self):
        return os.getpid()


def test_126_the_first_call_begins_a_session():
    ray.shutdown()
    raised(exceptions.RaySystemError, ray.cluster_resources)
    assert not ray.is_initialized()
    assert ray.get(ray.put(1)) == 1
    assert ray.is_initialized()


def test_127_a_second_init_is_an_error():
    restart()
    raised(RuntimeError, ray.init)
    ray.init(ignore_reinit_error=True)
    ray.shutdown()
    raised(RuntimeError, ray.init, no_such_keyword=1)
    raised(ConnectionError, ray.init, address="auto")


def test_128_init_returns_a_context_manager():
    ray.shutdown()
    with ray.init(num_cpus=2):
        assert ray.is_initialized()
    assert not ray.is_initialized()


def test_129_shutdown_ends_the_workers_and_may_be_repeated():
    restart()
    pids = ray.get([pid.remote() for _ in range(4)])
    ray.shutdown()
    ray.shutdown()
    assert until(lambda: all(gone(one) for one in pids), 10)


def test_130_functions_outlive_a_session_and_references_do_not():
    restart()
    ref, actor = pid.remote(), Actor.remote()
    ray.get([ref, actor.pid.remote()])
    restart()
    assert ray.get(pid.remote()) > 0
    raised(Exception, lambda: ray.get(actor.pid.remote(), timeout=30))


def test_131_what_workers_print_reaches_the_driver():
    restart()

    @ray.remote
    def says():
        print("heard across")
        return os.getpid()

    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        number = ray.get(says.remote())
        until(lambda: "heard across" in said.getvalue(), 20)
    assert "(says pid={}) heard across".format(number) in _plain(said.getvalue())


def _plain(text):
    import re

    return re.sub("\x1b\\[[0-9;]*m", "", text)


DRIVER = """
import os, sys, time
import {0} as ray
ray.init(num_cpus=1)
@ray.remote
class Actor:
    def pid(self): return os.getpid()
actor = Actor.remote()
print(ray.get(actor.pid.remote()), flush=True)
time.sleep(60)
"""


def test_132_a_killed_driver_leaves_no_worker():
    driver = subprocess.Popen([sys.executable, "-c", DRIVER.format(NAME)], stdout=subprocess.PIPE)
    number = ""
    while not number.isdigit():
        number = driver.stdout.readline().decode().strip()
    os.kill(driver.pid, signal.SIGKILL)
    driver.wait()
    driver.stdout.close()
    assert until(lambda: gone(int(number)), 30)


def test_133_there_is_no_local_mode():
    ray.shutdown()
    raised(RuntimeError, ray.init, local_mode=True)
