"""The folder in which builds, downloads, logs and locks are kept.

Owns when a build counts as there (its receipt is), who may write it (a lock), and what may be
thrown away. Refuses to know how a build is made.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs
from filelock import FileLock, Timeout

from pyrometer.errors import Mistake, WorldFailure
from pyrometer.files import write_atomically
from pyrometer.model import Build, Receipt
from pyrometer.provision.receipts import read_receipt, write_receipt

RECEIPT = "receipt.json"
WAIT_S = 0.2
DOWNLOAD_GRACE_S = 3600.0
LOG_AGE_S = 30 * 24 * 3600.0
TRASH = ".trash-"


@dataclass(frozen=True, kw_only=True)
class Pruned:
    """What a pruning threw away, by name, and the bytes it freed."""

    builds: tuple[str, ...]
    downloads: tuple[str, ...]
    logs: tuple[str, ...]
    freed_bytes: int


@dataclass(kw_only=True)
class _Promises:
    """Bytes that builds at work in this process have been promised."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    promised_bytes: int = 0


@dataclass(frozen=True, kw_only=True)
class Store:
    """Builds under their keys, complete exactly when their receipt is there."""

    root: Path
    _promises: _Promises = field(default_factory=_Promises, repr=False, compare=False)

    @classmethod
    def default(cls, environ: Mapping[str, str] | None = None) -> Store:
        """The store of this user: PYROMETER_HOME, else the user's cache folder."""
        named = (os.environ if environ is None else environ).get("PYROMETER_HOME")
        path = Path(named) if named else platformdirs.user_cache_path("pyrometer")
        return cls.at(path.expanduser().absolute())

    @classmethod
    def at(cls, root: Path) -> Store:
        """A store in `root`, whose folders are made if they are missing."""
        # The path ends up in library search paths, first lines of scripts and apt's files.
        if re.search(r"[\s:;\"'$\\]", str(root)):
            raise Mistake(
                "a store's path must be without spaces, quotes, colons and dollar signs",
                where=str(root),
                next_step="set PYROMETER_HOME to a plainer path",
            )
        store = cls(root=root)
        try:
            for folder in (store.builds, store.downloads, store.logs, store.locks, store.apt):
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise store._cannot_be_written(error) from error
        return store

    def _cannot_be_written(self, error: OSError) -> WorldFailure:
        return WorldFailure(
            f"the store cannot be written: {error.strerror}",
            where=str(self.root),
            next_step="set PYROMETER_HOME to a folder of yours",
        )

    @property
    def builds(self) -> Path:
        """One folder per key."""
        return self.root / "builds"

    @property
    def downloads(self) -> Path:
        """Files as they came, each beginning with its checksum."""
        return self.root / "downloads"

    @property
    def logs(self) -> Path:
        """What the tools said, `<key>-<time>.log`."""
        return self.root / "logs"

    @property
    def locks(self) -> Path:
        """One file per thing that one process at a time may change."""
        return self.root / "locks"

    @property
    def apt(self) -> Path:
        """apt's own state, one folder per suite and architecture."""
        return self.root / "apt"

    # --- locks ----------------------------------------------------------------------------

    @contextlib.contextmanager
    def lock(
        self,
        name: str,
        *,
        waiting: Callable[[], None] = lambda: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Iterator[None]:
        """Hold `name` against every thread and process; `waiting` is told once if it is taken."""
        lock = FileLock(self.locks / f"{name}.lock", thread_local=False)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            waiting()
            _acquire(lock, cancelled)
        except OSError as error:
            raise self._cannot_be_written(error) from error
        try:
            yield
        finally:
            lock.release()

    # --- builds ---------------------------------------------------------------------------

    def find(self, key: str) -> Build | None:
        """The complete build of that key, or None."""
        root = self.builds / key
        receipt = read_receipt(root / RECEIPT)
        if receipt is None or receipt.key != key:
            return None
        executable = root / receipt.executable
        if not executable.is_file():
            return None
        return Build(root=root, executable=executable, receipt=receipt)

    def list(self) -> tuple[Build, ...]:
        """Every complete build, by key."""
        found = (self.find(path.name) for path in sorted(self.builds.iterdir()))
        return tuple(build for build in found if build is not None)

    def begin(self, key: str) -> Path:
        """An empty folder for a new build at its final path; call with the key's lock held."""
        self.discard(key)
        root = self.builds / key
        root.mkdir()
        return root

    def finish(self, key: str, receipt: Receipt) -> None:
        """Declare the build of that key complete: nothing may be written to it afterwards."""
        write_receipt(self.builds / key / RECEIPT, receipt)

    def remove(self, key: str) -> bool:
        """Throw a build away, finished or not; False if there is none."""
        with self.lock(key):
            return self.discard(key)

    def discard(self, key: str) -> bool:
        """The same where the key's lock is held already."""
        return self._discard(self.builds / key)

    def _discard(self, path: Path) -> bool:
        # Renamed first: a tool that outlives its killed parent by a moment then writes into
        # what is on its way out, not into the next build at the same path.
        trash = path.with_name(f"{TRASH}{secrets.token_hex(6)}")
        try:
            (path / RECEIPT).unlink(missing_ok=True)
            path.rename(trash)
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError as error:
            raise self._cannot_be_written(error) from error
        shutil.rmtree(trash, ignore_errors=True)
        return True

    # --- space ----------------------------------------------------------------------------

    @contextlib.contextmanager
    def room(self, needed_bytes: int, *, where: str) -> Iterator[None]:
        """Promise disk space to one build; raises WorldFailure if it is not there.

        Builds that work side by side are promised different bytes of it.
        """
        promises = self._promises
        with promises.lock:
            free_bytes = shutil.disk_usage(self.root).free - promises.promised_bytes
            if free_bytes < needed_bytes:
                raise WorldFailure(
                    f"needs {_mega(needed_bytes)} of disk, {_mega(free_bytes)} are free"
                    f" in {self.root}",
                    where=where,
                    next_step="free some, or set PYROMETER_HOME to another disk",
                )
            promises.promised_bytes += needed_bytes
        try:
            yield
        finally:
            with promises.lock:
                promises.promised_bytes -= needed_bytes

    def prune(self, keys_in_use: Collection[str], *, now_s: float | None = None) -> Pruned:
        """Throw away builds of no current row, downloads of no receipt, and old logs.

        A build that somebody is making is left alone, and so are downloads of the last hour,
        which a build elsewhere may be about to use.
        """
        now_s = time.time() if now_s is None else now_s
        before_bytes = tree_bytes(self.root)
        builds = tuple(self._prune_builds(keys_in_use))
        wanted = {s.sha256 for build in self.list() for s in build.receipt.sources}
        stale = (p for p in self.downloads.iterdir() if p.name.partition("-")[0] not in wanted)
        downloads = tuple(_unlink_older(stale, now_s - DOWNLOAD_GRACE_S))
        logs = tuple(_unlink_older(self.logs.iterdir(), now_s - LOG_AGE_S))
        freed_bytes = max(0, before_bytes - tree_bytes(self.root))
        return Pruned(builds=builds, downloads=downloads, logs=logs, freed_bytes=freed_bytes)

    def _prune_builds(self, keys_in_use: Collection[str]) -> Iterator[str]:
        for path in sorted(self.builds.iterdir()):
            if path.name.startswith(TRASH):
                shutil.rmtree(path, ignore_errors=True)
            elif path.name not in keys_in_use:
                lock = FileLock(self.locks / f"{path.name}.lock", thread_local=False)
                with contextlib.suppress(Timeout), lock.acquire(timeout=0):
                    self._discard(path)
                    yield path.name

    # --- how long it took last time -------------------------------------------------------

    def durations_s(self) -> dict[str, float]:
        """Seconds that the last build of each key took, from nothing to its receipt."""
        try:
            stored = json.loads((self.root / "durations.json").read_bytes())
            return {str(key): float(seconds) for key, seconds in stored.items()}
        except (OSError, ValueError, AttributeError):  # a lost estimate costs nothing
            return {}

    def note_duration(self, key: str, seconds: float) -> None:
        """Remember how long the build of that key took; if it cannot be kept, nothing is lost."""
        with contextlib.suppress(OSError, WorldFailure), self.lock("durations"):
            durations = {**self.durations_s(), key: round(seconds, 1)}
            content = json.dumps(durations, indent=1, sort_keys=True).encode()
            write_atomically(self.root / "durations.json", content)


def tree_bytes(root: Path) -> int:
    """Bytes of all files below `root`, links not followed."""
    total = 0
    for folder, _, names in os.walk(root):
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                total += os.lstat(os.path.join(folder, name)).st_size  # noqa: PTH118 - 10^4 files
    return total


def _acquire(lock: FileLock, cancelled: Callable[[], bool]) -> None:
    while True:
        if cancelled():
            raise WorldFailure("interrupted while waiting for another build")
        with contextlib.suppress(Timeout):
            lock.acquire(timeout=WAIT_S)
            return


def _unlink_older(paths: Iterator[Path], limit_s: float) -> Iterator[str]:
    for path in sorted(paths):
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime >= limit_s:
                continue
            if path.is_dir():  # of a download that was killed
                shutil.rmtree(path)
            else:
                path.unlink()
            yield path.name


def _mega(size_bytes: int) -> str:
    return f"{max(0, size_bytes) / 1e6:,.0f} MB"
