"""Appends outcomes to the result set of a run: flushed one by one, sealed in small shards.

Owns the files of one result set while it grows. An outcome that was written stays written:
a torn last line (the process died while writing) is cut off before anything is added.
"""

from __future__ import annotations

import gzip
import os
from pathlib import Path

from filelock import FileLock, Timeout

from pyrometer.errors import Mistake, WorldFailure
from pyrometer.files import write_atomically
from pyrometer.model import Outcome, Run
from pyrometer.records.form import encode_outcome, encode_run

HEAD = "run.json"
LOCK = ".lock"
SHARD = "outcomes-{:03d}.jsonl"
SEALED_SUFFIX = ".gz"
SHARD_BYTES = 3 * 2**20


class Writer:
    """The growing result set of one run; a context manager that seals what it wrote."""

    def __init__(self, folder: Path, run: Run) -> None:
        self.folder = folder
        self.run = run
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock(folder / LOCK)
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise Mistake("another run writes here", where=folder.name) from None
        self._number = len(list(folder.glob("outcomes-*.jsonl.gz")))
        self._path = folder / SHARD.format(self._number)
        _cut_torn_line(self._path)
        self.write_head(run)
        self._file = self._path.open("ab")

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *_: object) -> None:
        self._seal()
        self._lock.release()
        (self.folder / LOCK).unlink(missing_ok=True)

    def write_head(self, run: Run) -> None:
        """Replace the head by one rename, so that it is always whole."""
        self.run = run
        _replace(self.folder / HEAD, encode_run(run))

    def append(self, outcome: Outcome) -> None:
        """Add one outcome; it survives whatever happens to this process afterwards."""
        try:
            self._file.write(encode_outcome(outcome))
            self._file.flush()
        except OSError as error:
            raise WorldFailure(
                f"cannot write results: {error.strerror}",
                where=self._path.name,
                next_step="make room and run the same command again: it resumes",
            ) from error
        if self._file.tell() >= SHARD_BYTES:
            self._seal()
            self._number += 1
            self._path = self.folder / SHARD.format(self._number)
            self._file = self._path.open("ab")

    def _seal(self) -> None:
        """Compress the open shard; the plain one goes only when the sealed one is whole."""
        self._file.close()
        content = self._path.read_bytes()
        if content:
            # mtime 0 and no name: the same outcomes give the same bytes.
            _replace(
                self._path.with_name(self._path.name + SEALED_SUFFIX),
                gzip.compress(content, compresslevel=9, mtime=0),
            )
        self._path.unlink()


def _replace(path: Path, content: bytes) -> None:
    try:
        write_atomically(path, content)
    except OSError as error:
        raise WorldFailure(f"cannot write: {error.strerror}", where=path.name) from error


def _cut_torn_line(path: Path) -> None:
    if not path.exists():
        return
    content = path.read_bytes()
    whole = content.rfind(b"\n") + 1
    if whole < len(content):
        os.truncate(path, whole)


def is_being_written(folder: Path) -> bool:
    """Is some process appending to this result set now?"""
    lock = FileLock(folder / LOCK)
    try:
        with lock.acquire(timeout=0):
            return False
    except Timeout:
        return True
