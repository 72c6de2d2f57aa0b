"""The one way to replace a file that others may read at any moment.

Owns the rename. Refuses to explain failures: an OSError goes to whoever knows what was meant.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path

FULL_DISK = (errno.ENOSPC, errno.EDQUOT)


def write_atomically(path: Path, content: bytes) -> None:
    """Put `content` at `path` so that a reader, or a power cut, never meets half of it."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def clear_partial(folder: Path) -> None:
    """Remove what writers left in `folder` who were killed; call it when nobody else writes."""
    for path in folder.glob(".*.*[0-9]"):
        if path.suffix[1:].isdigit():
            path.unlink(missing_ok=True)
