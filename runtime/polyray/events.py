"""When each call ran and where, as a Chrome trace, which Perfetto and chrome://tracing open.

Owns the events: workers note them only where the driver's environment has `POLYRAY_TIMELINE`
(`1`, or how many events the driver keeps), because noting costs about a microsecond a call.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

VARIABLE = "POLYRAY_TIMELINE"
MOST_EVENTS = 100_000


def wanted() -> int:
    """How many events this driver keeps; 0 for none. Raises ValueError for no number."""
    text = os.environ.get(VARIABLE) or "0"
    try:
        count = int(text)
    except ValueError:
        raise ValueError("{} is a number of events, not {!r}".format(VARIABLE, text)) from None
    return MOST_EVENTS if count == 1 else count


class Tracer:
    """What a worker has run and not told yet."""

    def __init__(self) -> None:
        self.events: deque[tuple[str, float, float, int]] = deque()
        self.offset_s = time.time() - time.perf_counter()  # a clock that is set moves nothing

    def around(self, run: Callable[..., Any], name_of: Callable[[Any], str]) -> Callable[..., Any]:
        """The same function, its calls noted under the name of their first argument."""

        def traced(item: Any, *rest: Any) -> Any:
            began = time.perf_counter()
            value = run(item, *rest)
            self.note(name_of(item), began)
            return value

        return traced

    def note(self, name: str, began: float) -> None:
        """Something that began then, by `time.perf_counter`, has ended now."""
        spent_s = time.perf_counter() - began
        self.events.append((name, self.offset_s + began, spent_s, threading.get_ident()))

    def take(self) -> list[tuple[str, float, float, int]]:
        """All that was noted since the last time."""
        taken = []
        while self.events:
            taken.append(self.events.popleft())
        return taken


def chrome(events: Iterable[tuple[int, str, float, float, int]]) -> str:
    """(pid, name, beginning, duration, thread) in seconds as the text of a Chrome trace."""
    import json

    return json.dumps(
        {
            "traceEvents": [
                {
                    "name": name,
                    "cat": "task",
                    "ph": "X",
                    "ts": began * 1e6,
                    "dur": duration * 1e6,
                    "pid": pid,
                    "tid": thread,
                }
                for pid, name, began, duration, thread in events
            ]
        }
    )
