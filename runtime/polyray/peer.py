"""What the driver keeps of each process that has said hello to it.

Owns those fields and refuses to decide on any of them: `core` and the modules that it hands to do.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from polyray.scheduler import FIRST_WINDOW

if TYPE_CHECKING:
    from polyray.options import Spec
    from polyray.refs import Ref


class Peer:
    """A worker process as the hub sees it."""

    __slots__ = (
        "actor",
        "awaits",
        "blocked",
        "calls",
        "closing",
        "count",
        "env",
        "exports",
        "fd",
        "holds",
        "inflight",
        "inside",
        "known",
        "lease",
        "link",
        "mean_s",
        "numbered",
        "open",
        "outbox",
        "pid",
        "plain",
        "process",
        "returned",
        "sent",
        "special",
        "specs",
        "tasks",
        "way",
        "window",
        "worn",
    )

    def __init__(self, link: Any, process: Any, env: str | None, actor: Any) -> None:
        self.link, self.process, self.env, self.actor = link, process, env, actor
        self.fd = link.fd
        self.way = "socket"  # and why, or the ring
        self.pid = process.pid
        # References in the order in which their calls were sent.
        self.inflight: deque[Ref] = deque()
        # By number, of a concurrent actor or inside others: they end in any order.
        self.open: dict[int, Ref] = {}
        self.numbered = False
        self.count = self.sent = self.returned = self.inside = 0
        self.awaits: list[Any] = []  # for which tasks of its own it waits, the innermost last
        self.window, self.mean_s = FIRST_WINDOW, 1e-4
        self.known: set[int | str] = set()  # functions that it has
        # Functions and methods that it calls, by numbers of its own.
        self.specs: dict[int, Spec] = {}
        # How often it ran functions that may only run so often.
        self.calls: dict[int | str, int] = {}
        self.lease: dict[str, int] | None = None  # resources that it holds
        self.blocked = self.special = self.closing = self.worn = False
        # id -> [reference, count] that it was sent and has not released.
        self.holds: dict[bytes, list[Any]] = {}
        self.exports: dict[bytes, Ref] = {}  # id -> reference that it made known
        self.tasks: dict[int, Ref] = {}  # number -> reference that it waits for
        self.outbox: list[tuple[Any, Any, bool]] = []  # values to be sent to it
        # (numbers, values): plain results of its own calls that are to be sent to it
        self.plain: tuple[list[int], list[Any]] = ([], [])


class Observer(Peer):
    """Somebody who only asks, from a process that does no work: the command line."""

    __slots__ = ()
