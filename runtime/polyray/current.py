"""Which session this process is in. Refuses to know what a session is."""

import threading

_session = None
_starting = threading.Lock()
_start = None


def session():
    """The session of this process, begun now if there is none."""
    return _session if _session is not None else _begin()


def peek():
    """The session of this process or None."""
    return _session


def become(new):
    """Make `new` the session of this process; None ends it."""
    global _session
    _session = new


def begin_with(start):
    """What `session` calls where there is none."""
    global _start
    _start = start


def _begin():
    with _starting:
        if _session is None:
            _start()
    return _session
