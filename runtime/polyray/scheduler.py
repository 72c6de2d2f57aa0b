"""Who gets what and how much at once. Pure: no clock, no socket, no process.

Owns resources in ten-thousandths, so that sums of fractions are exact, and the number of calls
that may wait in a worker.
"""

from __future__ import annotations

from collections.abc import Mapping

UNIT = 10000
ONE_CPU = {"CPU": UNIT}
TICK_S = 0.004
MOST_IN_FLIGHT = 512
FIRST_WINDOW = 32
BATCH = 128


class Resources:
    """What there is of each resource and what of it is free; it may be overdrawn by `force`."""

    def __init__(self, total: Mapping[str, float]) -> None:
        self.total = {name: units(amount) for name, amount in total.items()}
        self.free = dict(self.total)

    def fits(self, wanted: Mapping[str, int]) -> bool:
        """Is so much free now?"""
        free = self.free
        for name, amount in wanted.items():
            if free.get(name, 0) < amount:
                return False
        return True

    def take(self, wanted: Mapping[str, int]) -> None:
        """Take it, also where it is not free."""
        for name, amount in wanted.items():
            self.free[name] = self.free.get(name, 0) - amount

    def give(self, wanted: Mapping[str, int]) -> None:
        """Give it back."""
        for name, amount in wanted.items():
            self.free[name] += amount

    def add(self, more: Mapping[str, int]) -> None:
        """There is more of something from now on."""
        for name, amount in more.items():
            self.total[name] = self.total.get(name, 0) + amount
            self.free[name] = self.free.get(name, 0) + amount

    def remove(self, less: Mapping[str, int]) -> None:
        """There is less of something from now on."""
        for name, amount in less.items():
            self.total[name] -= amount
            self.free[name] -= amount
            if not self.total[name]:
                del self.total[name], self.free[name]

    def shown(self, amounts: Mapping[str, int]) -> dict[str, float]:
        """Amounts as people write them; what is not there at all is left out."""
        return {name: amount / UNIT for name, amount in amounts.items() if amount > 0}


def units(amount: float) -> int:
    """An amount in ten-thousandths."""
    return round(amount * UNIT)


def window_for(mean_s: float) -> int:
    """How many calls of this mean duration a worker may hold, so that all take about a tick."""
    if mean_s <= TICK_S / MOST_IN_FLIGHT:
        return MOST_IN_FLIGHT
    return max(1, int(TICK_S / mean_s))


def smoothed(mean_s: float, batch_s: float, count: int) -> float:
    """The mean duration after a batch of so many calls."""
    return 0.5 * mean_s + 0.5 * batch_s / count


def share(waiting: int, room: int, workers: int) -> int:
    """How many of the waiting calls a worker with so much room is given at once."""
    if waiting >= BATCH:
        return min(waiting, room, BATCH)
    return min(room, -(-waiting // workers))
