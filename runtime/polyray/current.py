"""Which session this process is in. Refuses to know what a session is."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from polyray.session import Session

_session: Session | None = None
_starting = threading.Lock()
_start: Callable[[], object] | None = None


def session() -> Session:
    """The session of this process, begun now if there is none."""
    return _session if _session is not None else _begin()


def peek() -> Session | None:
    """The session of this process or None."""
    return _session


def become(new: Session | None) -> None:
    """Make `new` the session of this process; None ends it."""
    global _session
    _session = new


def begin_with(start: Callable[[], object]) -> None:
    """What `session` calls where there is none."""
    global _start
    _start = start


def _begin() -> Session:
    with _starting:
        if _session is None and _start is not None:
            _start()
    assert _session is not None
    return _session
