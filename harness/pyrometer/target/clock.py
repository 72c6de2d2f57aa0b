"""The best clocks this interpreter has, by name, and how fine they really are."""

import time

READS = 2000


def _first(*names):
    for name in names:
        clock = getattr(time, name, None)
        if clock is not None:
            return name, clock
    raise RuntimeError("no clock among " + ", ".join(names))


WALL_NAME, wall_ns = _first("perf_counter_ns", "monotonic_ns", "time_ns")
CPU_NAME, cpu_ns = _first("process_time_ns", "perf_counter_ns", "time_ns")


def resolution_ns(clock=wall_ns):
    """Smallest step above zero seen between neighbouring reads, ns; 0 if none was seen."""
    smallest = 0
    last = clock()
    for _ in range(READS):
        now = clock()
        step = now - last
        if step > 0 and (smallest == 0 or step < smallest):
            smallest = step
        last = now
    return smallest
