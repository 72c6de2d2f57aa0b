"""How fast the machine is right now: a fixed piece of work, and what host and heat take from it.

Owns the work. It is done by the harness itself, between the processes that it starts, so that it is
the same for every interpreter and in every run on one installation.
"""

from __future__ import annotations

import re
import statistics
import time
from pathlib import Path

STEPS = 15_000  # about a millisecond
TIMES = 3
_CPU_LINE = re.compile(r"^cpu +([\d ]+)$", re.MULTILINE)
_STEAL = 7  # of the columns of /proc/stat
# The kernel's counts of times that a processor slowed itself down because it was hot (Intel
# only; two threads of one core tell the same counts).
_HOT = "cpu[0-9]*/thermal_throttle/*_throttle_count"


def spin_ns() -> int:
    """Nanoseconds that the work takes, the median of three times."""
    return round(statistics.median(_once() for _ in range(TIMES)))


def _once() -> int:
    value, begun = 20261, time.perf_counter_ns()
    for _ in range(STEPS):
        value = (value * 48271 + 11) % 2147483647
    return time.perf_counter_ns() - begun


class Steal:
    """What share of the time of all processors a host took for others since this was made."""

    def __init__(self, stat: Path = Path("/proc/stat")) -> None:
        self.stat = stat
        self.before = self._ticks()

    def share(self) -> float | None:
        """From 0 to 1; None where the system does not tell, or no tick has passed."""
        after = self._ticks()
        if self.before is None or after is None:
            return None
        passed = [now - then for now, then in zip(after, self.before, strict=True)]
        return passed[_STEAL] / sum(passed) if sum(passed) > 0 else None

    def _ticks(self) -> list[int] | None:
        try:
            found = _CPU_LINE.search(self.stat.read_text(encoding="ascii"))
        except OSError:
            return None
        ticks = [int(word) for word in found[1].split()] if found else []
        # Those of guests are in user time already.
        return ticks[: _STEAL + 1] if len(ticks) > _STEAL else None


class Throttling:
    """How often processors slowed themselves down for heat since this was made."""

    def __init__(self, processors: Path = Path("/sys/devices/system/cpu")) -> None:
        self.counters = tuple(processors.glob(_HOT))
        self.before = self._count()

    def events(self) -> int | None:
        """None where the kernel does not count them, as in virtual machines."""
        after = self._count()
        return None if self.before is None or after is None else max(0, after - self.before)

    def _count(self) -> int | None:
        try:
            found = [int(path.read_text(encoding="ascii")) for path in self.counters]
        except (OSError, ValueError):
            return None
        return sum(found) if found else None
