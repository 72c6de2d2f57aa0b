"""`accel_peers.py ROUTE VERB WORD…`: what the other processes of the accelerators' contract do."""

import sys

from polyray.accel import layout
from polyray.accel.routes import load

CAPACITY = 256
PATIENCE_S = 120.0


def add(route, path, times):
    """Add one so often."""
    with route.Segment(path) as segment:
        for _ in range(int(times)):
            segment.fetch_add(0, 1)


def answer(route, path, times):
    """Count at 8 what is counted at 0."""
    with route.Segment(path) as segment:
        for turn in range(int(times)):
            while segment.number(0) <= turn:
                assert segment.wait(0, turn, PATIENCE_S)
            segment.fetch_add(8, 1)
            segment.wake(8)


def numbered(number):
    """The frame with that number."""
    return number.to_bytes(4, "little") * (number % 40)


def send(route, path, count):
    """Write so many frames."""
    with route.Segment(path) as segment:
        ring = route.Ring(segment, 0, CAPACITY)
        for number in range(int(count)):
            frame = numbered(number)
            while ring.write(frame) == layout.NO_ROOM:
                if not ring.wait_for_room(len(frame), PATIENCE_S):
                    return


if __name__ == "__main__":
    globals()[sys.argv[2]](load(sys.argv[1]), *sys.argv[3:])
