"""How much memory one job may hold unless somebody says otherwise.

Owns the share and what it is a share of. Refuses to enforce it: `supervisor.py` does.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

STEP_BYTES = 256 * 2**20
_GROUPS = Path("sys/fs/cgroup")


def share_bytes(root: Path = Path("/")) -> int:
    """Half of what this machine or container has, in whole steps; 0 (no limit) if none can tell.

    Half, so that two runs at once, or a run beside a person's work, are no danger to either.
    """
    known = [size for size in (_machine_bytes(root), *_group_bytes(root)) if size]
    return min(known) // 2 // STEP_BYTES * STEP_BYTES if known else 0


def _machine_bytes(root: Path) -> int:
    for line in _lines(root / "proc/meminfo"):
        if line.startswith("MemTotal:"):
            return int(line.split()[1]) * 1024
    return 0


def _group_bytes(root: Path) -> Iterator[int]:
    """Limits of the control group we are in and of all above it, of either version."""
    for line in _lines(root / "proc/self/cgroup"):
        _, controllers, path = line.split(":", 2)
        # Inside a container the path may be the host's: then only the top is there, and is ours.
        group = Path(path.lstrip("/"))
        for folder in (group, *group.parents):
            if not controllers:
                limits = _lines(root / _GROUPS / folder / "memory.max")
            elif "memory" in controllers.split(","):
                limits = _lines(root / _GROUPS / "memory" / folder / "memory.limit_in_bytes")
            else:
                limits = []
            yield from (int(limit) for limit in limits if limit.isdigit())  # "max" is none


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
