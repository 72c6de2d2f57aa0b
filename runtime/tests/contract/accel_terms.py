"""In what terms the contract of accelerators is written: what is refused, peers, signals."""

import contextlib
import os
import signal
import subprocess
import sys
import threading

import accel_peers
from accel_peers import CAPACITY, PATIENCE_S

from polyray.accel import layout

SIGNAL_S = 30.0  # a wait that signal handlers have to wait for does not last for ever
CONTRACT = []


def contract(check):
    """Make a function of a route and a path part of the contract."""
    CONTRACT.append(check)
    return check


def refuses(error, call, *arguments, saying=""):
    """Does the call raise such an error, with these words in it?"""
    try:
        call(*arguments)
    except error as raised:
        assert saying in str(raised), str(raised)
    else:
        raise AssertionError(f"{error} was not raised")


def peer(route, verb, *words):
    """Another process of this interpreter, at one of the tasks of `accel_peers`."""
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(filter(None, sys.path)))
    command = [sys.executable, accel_peers.__file__, route.name, verb, *map(str, words)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)


def ended_well(process):
    """Wait for a peer."""
    process.stdout.close()
    assert process.wait(PATIENCE_S) == 0


def made_ring(route, path, capacity=CAPACITY):
    """A ring that fills a segment of its own."""
    return route.Ring(route.Segment(path, layout.HEAD_BYTES + capacity), 0, capacity)


@contextlib.contextmanager
def signalled(handle):
    """A signal comes soon, and is handled so."""
    before = signal.signal(signal.SIGUSR1, handle)
    timer = threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGUSR1))
    timer.start()
    try:
        yield
    finally:
        timer.join()
        signal.signal(signal.SIGUSR1, before)
