"""Waiting for several descriptors at once, where `select.poll` is missing (GraalPy)."""

from __future__ import annotations

import select
from typing import Any

IN = getattr(select, "POLLIN", 1)
OUT = getattr(select, "POLLOUT", 4)
GONE = getattr(select, "POLLHUP", 16) | getattr(select, "POLLERR", 8)


class SelectPoller:
    """`select.poll`'s interface on `select.select`."""

    def __init__(self) -> None:
        self._wanted: dict[int, int] = {}

    def register(self, fd: int, events: int) -> None:
        """Wait for these events of a descriptor from now on."""
        self._wanted[fd] = events

    modify = register

    def unregister(self, fd: int) -> None:
        """No longer."""
        del self._wanted[fd]

    def poll(self, timeout_ms: float | None = None) -> list[tuple[int, int]]:
        """(descriptor, events) of all that are ready within so long."""
        reading = [fd for fd, events in list(self._wanted.items()) if events & IN]
        writing = [fd for fd, events in list(self._wanted.items()) if events & OUT]
        try:
            ready = select.select(
                reading, writing, [], None if timeout_ms is None else timeout_ms / 1000
            )
        except (OSError, ValueError):  # one was closed meanwhile
            return []
        found = dict.fromkeys(ready[0], IN)
        for fd in ready[1]:
            found[fd] = found.get(fd, 0) | OUT
        return list(found.items())


def poller() -> Any:
    """What waits for several descriptors."""
    return select.poll() if hasattr(select, "poll") else SelectPoller()
