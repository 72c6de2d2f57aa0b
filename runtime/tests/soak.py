"""Ten minutes of everything at once: memory, descriptors and segments must stay flat.

    python runtime/tests/soak.py [SECONDS]

Rounds of tasks, actor calls, large objects, nested tasks and killed workers, until the time is
over. Once in a while what the driver holds is noted; the end compares the last third of these
notes with the first and exits with 1 where something has grown.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import polyray as ray
from polyray import store
from polyray.exceptions import RayError

NOTE_S = 5.0
MOST_GROWTH = {"memory MB": 1.15, "descriptors": 1.2, "segments": 1.5}
SLACK = {"memory MB": 8, "descriptors": 8, "segments": 8}


@ray.remote
def pid() -> int:
    return os.getpid()


@ray.remote
def length(value: bytes) -> int:
    return len(value)


@ray.remote
def nested(depth: int) -> int:
    return depth and 1 + ray.get(nested.remote(depth - 1))


@ray.remote
class Counter:
    def __init__(self) -> None:
        self.total = 0

    def add(self, number: int) -> int:
        self.total += number
        return self.total


def one_round(draw: random.Random, counter: ray.actor.ActorHandle) -> None:
    """A little of everything; raises AssertionError for a wrong answer."""
    assert ray.get([length.remote(b"x" * n) for n in range(200)]) == list(range(200))
    large = ray.put(bytes(draw.randrange(100_000, 4_000_000)))
    sizes = set(ray.get([length.remote(large) for _ in range(4)]))
    assert len(sizes) == 1
    assert ray.get(nested.remote(3)) == 3
    before = ray.get(counter.add.remote(0))
    assert ray.get([counter.add.remote(1) for _ in range(100)])[-1] == before + 100
    short = Counter.remote()
    assert ray.get(short.add.remote(7)) == 7
    if draw.random() < 0.2:
        os.kill(ray.get(pid.remote()), signal.SIGKILL)
        try:
            ray.get([pid.remote() for _ in range(20)])
        except RayError as error:  # its retries may be used up: that is an answer
            print(f"a task was lost: {error}", flush=True)


def note() -> dict[str, float]:
    """What the driver holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return {
        "memory MB": pages * os.sysconf("SC_PAGE_SIZE") / 1e6,
        "descriptors": len(list(Path("/proc/self/fd").iterdir())),
        "segments": len(list(Path(store.folder()).glob(f"{store.PREFIX}{os.getpid()}-*"))),
    }


def grown(notes: Sequence[dict[str, float]]) -> list[str]:
    """What is more in the last third than in the first, beyond its allowance."""
    third = max(1, len(notes) // 3)
    found = []
    for name, most in MOST_GROWTH.items():
        before = max(one[name] for one in notes[:third])
        after = max(one[name] for one in notes[-third:])
        if after > most * before + SLACK[name]:
            found.append(f"{name}: {before:.0f} at first, {after:.0f} at last")
    return found


def main(seconds: float) -> int:
    """Run for so long; 1 if something has grown."""
    draw = random.Random(1)
    ray.init(num_cpus=2)
    counter = Counter.remote()
    notes, rounds = [], 0
    deadline = time.monotonic() + seconds
    due = time.monotonic()
    while time.monotonic() < deadline:
        one_round(draw, counter)
        rounds += 1
        if time.monotonic() >= due:
            due += NOTE_S
            notes.append(note())
            print(rounds, {name: round(value) for name, value in notes[-1].items()}, flush=True)
    ray.shutdown()
    problems = grown(notes)
    print(f"{rounds} rounds in {seconds:.0f} s: {'; '.join(problems) or 'flat'}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 600.0))
