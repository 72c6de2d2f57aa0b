"""How much memory one job may hold: half of what there is, whoever limits it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyrometer.execute.memory import STEP_BYTES, share_bytes

GIB = 2**30


def machine(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


MEMINFO = f"MemFree:  1 kB\nMemTotal:  {16 * GIB // 1024} kB\n"


@pytest.mark.parametrize(
    ("files", "gib"),
    [
        ({}, 8),
        ({"proc/self/cgroup": "0::/a/b\n"}, 8),
        ({"proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/b/memory.max": "max\n"}, 8),
        ({"proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/b/memory.max": f"{4 * GIB}\n"}, 2),
        ({"proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/memory.max": f"{2 * GIB}\n"}, 1),
        # The path is the host's, and the container sees only its own group, at the top.
        ({"proc/self/cgroup": "0::/docker/x\n", "sys/fs/cgroup/memory.max": f"{4 * GIB}\n"}, 2),
        (
            {
                "proc/self/cgroup": "9:pids:/\n4:cpu,memory:/x\n",
                "sys/fs/cgroup/memory/x/memory.limit_in_bytes": f"{4 * GIB}\n",
            },
            2,
        ),
        (
            {
                "proc/self/cgroup": "4:memory:/\n",
                "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
            },
            8,
        ),
    ],
)
def test_half_of_the_machine_or_of_the_narrowest_group(
    tmp_path: Path, files: dict[str, str], gib: int
) -> None:
    assert share_bytes(machine(tmp_path, {"proc/meminfo": MEMINFO, **files})) == gib * GIB


def test_a_system_without_proc_has_no_limit(tmp_path: Path) -> None:
    assert share_bytes(tmp_path) == 0


def test_the_same_machine_after_a_reboot_has_the_same_share(tmp_path: Path) -> None:
    def share(total_kib: int) -> int:
        return share_bytes(machine(tmp_path, {"proc/meminfo": f"MemTotal: {total_kib} kB\n"}))

    assert share(16_300_000) == share(16_290_000)
    assert share(16_300_000) % STEP_BYTES == 0
