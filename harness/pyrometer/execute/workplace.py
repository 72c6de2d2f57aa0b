"""The private folder that a job runs in.

Owns its removal, whatever was left in it, also after the harness itself was killed. Refuses to
know what is done there.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from pyrometer.errors import WorldFailure
from pyrometer.launch import Command, launch
from pyrometer.model import Limits

PREFIX = "pyrometer-job-"
REMOVAL_LIMITS = Limits(timeout_s=60)
# Rights that a target took away come back first; a tree may be too deep for Python to walk.
_REMOVE = 'chmod -R u+rwx "$1"; rm -rf "$1"'


@contextlib.contextmanager
def workplace() -> Iterator[Path]:
    """An empty folder that nobody else uses, and that is gone afterwards; or WorldFailure."""
    try:
        folder, lock = _claimed()
    except OSError as error:
        raise WorldFailure(
            f"no folder for a job can be made: {error.strerror}",
            where=tempfile.gettempdir(),
            next_step="make room, or set TMPDIR to another disk",
        ) from error
    try:
        yield folder
    finally:
        remove(folder)
        os.close(lock)


def clear_abandoned() -> None:
    """Remove the folders of harnesses that were killed: those that nobody holds any more."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):  # gone meanwhile, or not ours
            if folder.stat(follow_symlinks=False).st_uid == os.getuid():
                lock = _locked(folder)
                if lock is not None:
                    remove(folder)
                    os.close(lock)


def remove(folder: Path) -> None:
    """Remove a tree that somebody may have tried to protect."""
    try:
        shutil.rmtree(folder)
    except (OSError, RecursionError):
        if folder.is_symlink():
            folder.unlink(missing_ok=True)
        elif folder.exists():
            argv = ("/bin/sh", "-c", _REMOVE, "remove", str(folder))
            environment = {"PATH": "/usr/bin:/bin"}
            launch(Command(argv=argv, environment=environment, limits=REMOVAL_LIMITS))


def _claimed() -> tuple[Path, int]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        lock = _locked(folder)
        if lock is not None:  # else somebody who clears was quicker than we
            return folder, lock


def _locked(folder: Path) -> int | None:
    """A descriptor that holds the folder until it is closed, by whatever death; None if taken."""
    try:
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(lock).st_nlink:  # a removed folder may be locked, and is worth nothing
            return lock
    except BlockingIOError:
        pass
    os.close(lock)
    return None
