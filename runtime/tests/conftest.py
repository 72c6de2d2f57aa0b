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


def left_behind() -> list[str]:
    """Workers, shared memory and session folders of this user that are there now."""
    found = [str(path) for path in Path(store.folder()).glob(store.PREFIX + "*")]
    found += [
        str(path) for path in Path(tempfile.gettempdir()).glob(places.PREFIX + "*/" + places.SOCKET)
    ]
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:
            continue
        if b"polyray.worker" in words:
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
    if os.environ.get("PYTEST_XDIST_WORKER") is None:  # beside other tests nobody can tell
        assert set(left_behind()) - before == set()
