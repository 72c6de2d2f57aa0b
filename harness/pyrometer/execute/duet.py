"""Two processes at the same time, each on a processor of its own: a duet.

Owns which jobs of a plan play together, and where. What else goes on with the machine then meets
both: Bulej, Horký & Tůma, "Duet benchmarking" (ICPE 2020), find intervals several times narrower on
shared machines.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from pyrometer.execute.plan import is_timed
from pyrometer.model import Job


def processors(topology: Path = Path("/sys/devices/system/cpu")) -> tuple[int, ...]:
    """Those that this process may run on, in order; none where the system does not tell.

    One of each core where there are several cores: two threads of one are no two processors.
    """
    if not hasattr(os, "sched_getaffinity"):
        return ()
    allowed = sorted(os.sched_getaffinity(0))
    cores: dict[str, int] = {}
    for cpu in allowed:
        cores.setdefault(_siblings(topology, cpu), cpu)
    return tuple(cores.values()) if len(cores) > 1 else tuple(allowed)


def _siblings(topology: Path, cpu: int) -> str:
    """The processors of its core, as the kernel writes them; itself where it does not tell."""
    try:
        return (topology / f"cpu{cpu}/topology/thread_siblings_list").read_text(encoding="ascii")
    except OSError:
        return str(cpu)


def groups(jobs: Sequence[Job]) -> list[tuple[Job, ...]]:
    """Jobs of one round of one case together, every other job alone, in their order."""
    return [tuple(found) for _, found in groupby(jobs, _place)]


def _place(job: Job) -> tuple[object, ...]:
    return (job.cases, job.size, job.round) if is_timed(job) else (job.id,)


def seats(jobs: Sequence[Job], cpus: Sequence[int]) -> list[tuple[Job, int]]:
    """Each of two jobs with its processor; they change places from round to round.

    No two processors of a machine are quite the same.
    """
    rows = sorted(jobs, key=lambda job: job.row)
    turn = jobs[0].round % 2
    return [(job, cpus[(at + turn) % 2]) for at, job in enumerate(rows)]
