"""After every test: no process, no file of shared memory, no folder of ours is left."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from polyray import node, places, store

PATIENCE_S = 10.0


def parent_of(pid: int) -> int:
    """The process that has started it, or has taken it over; 0 where there is no such process."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def line_of(pid: int) -> list[int]:
    """A process, its parent, the parent of that, ..."""
    found = []
    while pid:
        found.append(pid)
        pid = parent_of(pid)
    return found


def concerns_us(driver: int) -> bool:
    """Is it this process or one that it has started, or is it gone? Others have sessions too."""
    return not parent_of(driver) or os.getpid() in line_of(driver)


def left_behind() -> list[str]:
    """Workers, shared memory and session folders that are there now and may be of this test."""
    found = [
        str(path)
        for path in Path(store.folder()).glob(store.PREFIX + "*")
        if concerns_us(int(path.name[len(store.PREFIX) :].partition("-")[0]))
    ]
    for path in Path(tempfile.gettempdir()).glob(places.PREFIX + "*/" + places.SOCKET):
        try:
            driver = int((path.parent / places.OWNER).read_text().split()[0])
        except (OSError, ValueError, IndexError):  # just being made, or removed
            continue
        if concerns_us(driver):
            found.append(str(path))
    above = set(line_of(os.getpid())[1:])
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:
            continue
        driver = parent_of(int(path.parent.name))
        # A worker without its driver is taken over by the first process, or by one above us.
        if b"polyray.worker" in words and (driver in above or concerns_us(driver)):
            found.append(f"process {path.parent.name}")
    return found


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    """Of this test; what others on the machine run at the same time is theirs."""
    before = set(left_behind())
    yield
    import polyray

    polyray.shutdown()
    node.sweep()  # what drivers have left that a test has killed: the next session's start does it
    store.sweep()
    deadline = time.monotonic() + PATIENCE_S
    while set(left_behind()) - before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert set(left_behind()) - before == set()
