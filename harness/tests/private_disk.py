"""A disk of a wanted size that only one process and its children see.

A mount namespace of its own: nothing has to be cleaned up, and root's or a user namespace's
rights suffice. Where neither is given the tests that need it are skipped.
"""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from pathlib import Path

import pytest


def namespace() -> tuple[str, ...]:
    own = () if os.getuid() == 0 else ("--user", "--map-root-user")
    return ("unshare", *own, "--mount")


@functools.cache
def possible() -> bool:
    try:
        words = (*namespace(), "mount", "-t", "tmpfs", "none", "/mnt")
        return subprocess.run(words, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def run(script: str, disk: Path, *, size: str) -> subprocess.CompletedProcess[str]:
    """Run a shell script in which `$disk` is a mounted tmpfs and `$python` this Python."""
    if not possible():
        pytest.skip("no right to mount a small disk in a namespace of our own")
    disk.mkdir()
    mount = f'set -u; mount -t tmpfs -o size={size} none "$disk"\n'
    environment = {**os.environ, "disk": str(disk), "python": sys.executable, "TERM": "dumb"}
    return subprocess.run(
        (*namespace(), "sh", "-c", mount + script),
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
