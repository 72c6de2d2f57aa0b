"""What the other processes of the tests of accelerators do: a module that they can import."""

from __future__ import annotations

from polyray.accel import Ring, Segment

CAPACITY = 256


def add(path: str, times: int) -> None:
    with Segment(path) as segment:
        for _ in range(times):
            segment.fetch_add(0, 1)


def send(path: str, count: int) -> None:
    with Segment(path) as segment:
        made = Ring(segment, 0, CAPACITY)
        for number in range(count):
            frame = number.to_bytes(4, "little") * (number % 40)
            while not made.write(frame):
                segment.wait(made.taken, segment.number(made.taken), 0.01)
