"""Appends outcomes to the result set of a run: flushed one by one, sealed in small shards.

Owns the files of one result set while it grows. An outcome that was written stays written:
a torn last line (the process died while writing) is cut off before anything is added.
"""

from __future__ import annotations

import contextlib
import gzip
import os
from pathlib import Path

from filelock import FileLock, Timeout

from pyrometer.errors import Mistake, WorldFailure
from pyrometer.files import FULL_DISK, clear_partial, write_atomically
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
        """Go on with the result set in `folder`, or begin one there.

        Raises Mistake if another run writes there, WorldFailure if it cannot be written.
        """
        self.folder = folder
        self.run = run
        self._lock = _locked(folder)
        self._size_bytes = 0
        try:
            clear_partial(folder)
            sealed = sorted(folder.glob(f"outcomes-*.jsonl{SEALED_SUFFIX}"))
            for path in sealed:  # whoever sealed it may have died before it removed the plain one
                path.with_suffix("").unlink(missing_ok=True)
            self._number = len(sealed)
            self._path = folder / SHARD.format(self._number)
            _cut_torn_line(self._path)
            _replace(folder / HEAD, encode_run(run))
            self._open()
        except BaseException:
            self._lock.release()
            raise

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(WorldFailure):  # a full disk: what is not sealed is read as well
            self._seal()
        (self.folder / LOCK).unlink(missing_ok=True)
        self._lock.release()

    def write_head(self, run: Run) -> None:
        """Replace the head by one rename, so that it is always whole.

        A run is sealed before its head says that it is finished: nobody goes on with it then.
        """
        self.run = run
        if run.finished:
            self._seal()
        _replace(self.folder / HEAD, encode_run(run))

    def append(self, outcome: Outcome) -> None:
        """Add one outcome; it survives whatever happens to this process afterwards."""
        line = memoryview(encode_outcome(outcome))
        try:
            while line:
                line = line[self._file.write(line) :]
        except OSError as error:
            with contextlib.suppress(OSError):
                self._file.truncate(self._size_bytes)
            raise cannot_write(error, self._path.name) from error
        self._size_bytes = self._file.tell()
        if self._size_bytes >= SHARD_BYTES:
            self._seal()
            self._number += 1
            self._path = self.folder / SHARD.format(self._number)
            self._open()

    def _open(self) -> None:
        # Unbuffered: nothing that could not be written is tried again when the file is closed.
        try:
            self._file = self._path.open("ab", buffering=0)
        except OSError as error:
            raise cannot_write(error, self._path.name) from error
        self._size_bytes = self._file.tell()

    def _seal(self) -> None:
        """Compress the open shard; the plain one goes only when the sealed one is whole."""
        if self._file.closed:
            return
        self._file.close()
        content = self._path.read_bytes()
        if content:
            # mtime 0 and no name: the same outcomes give the same bytes.
            _replace(
                self._path.with_name(self._path.name + SEALED_SUFFIX),
                gzip.compress(content, compresslevel=9, mtime=0),
            )
        self._path.unlink()


def _locked(folder: Path) -> FileLock:
    lock = FileLock(folder / LOCK)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        raise Mistake(
            "another run writes here",
            where=folder.name,
            next_step="wait for its end, or begin a new one with --fresh",
        ) from None
    except OSError as error:
        raise cannot_write(error, str(folder)) from error
    return lock


def cannot_write(error: OSError, where: str) -> WorldFailure:
    """One line for results that cannot be kept, with what mends it."""
    full = error.errno in FULL_DISK
    return WorldFailure(
        f"cannot write results: {error.strerror}",
        where=where,
        next_step="make room and run the same command again: it resumes"
        if full
        else "--results DIR keeps them elsewhere",
    )


def _replace(path: Path, content: bytes) -> None:
    try:
        write_atomically(path, content)
    except OSError as error:
        raise cannot_write(error, path.name) from error


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
