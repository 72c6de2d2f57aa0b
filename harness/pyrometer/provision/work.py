"""One build being found or made, probed and verified, and its rows being probed.

Owns the order found → made → probed → verified, and what is told meanwhile. Refuses to know how any
one kind of build is made, and of other builds.
"""

from __future__ import annotations

import contextlib
import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from pyrometer.errors import WorldFailure
from pyrometer.files import FULL_DISK
from pyrometer.model import Build, Facts, Receipt, Row
from pyrometer.provision import emulator, recipes
from pyrometer.provision.keys import key_of, stem
from pyrometer.provision.manifest import write_manifest
from pyrometer.provision.probe import SCRIPT, probe
from pyrometer.provision.receipts import read_facts, sealed, write_facts
from pyrometer.provision.store import Store, tree_bytes
from pyrometer.provision.verify import verify
from pyrometer.provision.workshop import Obtained, Workshop

FACTS = "facts"


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Something that happened to a row's build; `eta_s` is None where nobody can know."""

    row: str
    phase: str
    elapsed_s: float
    eta_s: float | None = None


Outcome = Build | WorldFailure
Listener = Callable[[Progress], None]


@dataclass(frozen=True, kw_only=True)
class Site:
    """What all builds of one call have in common."""

    store: Store
    progress: Listener
    offline: bool
    counted: bool
    machine: str
    cancelled: Callable[[], bool]
    stopped: threading.Event = field(default_factory=threading.Event)
    speaking: threading.Lock = field(default_factory=threading.Lock)

    def say(self, progress: Progress) -> None:
        """Tell the listener, one thread at a time."""
        with self.speaking:  # listeners draw on one terminal
            self.progress(progress)

    def stops(self) -> bool:
        """Is no more work to be done, at somebody's wish or because something broke?"""
        return self.stopped.is_set() or self.cancelled()


class Work:
    """One build being found or made, and its rows being probed."""

    def __init__(self, rows: list[Row], site: Site) -> None:
        self.rows = rows
        self.first = rows[0]
        self.site = site
        self.store = site.store
        self.name = self.first.name  # not the stem: several builds may have that in common
        self.machine = self.first.machine or site.machine
        self.key = key_of(self.first, site.machine)
        self.recipe = self.first.recipe
        self.module = recipes.find(self.recipe.kind, where=self.name)
        self.started = time.monotonic()
        self.usual_s = self.store.durations_s().get(self.key)
        stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
        self.log = self.store.logs / f"{self.key.replace(':', '_')}-{stamp}.log"

    @property
    def elapsed_s(self) -> float:
        """Seconds since this was begun."""
        return time.monotonic() - self.started

    def say(self, phase: str, *, row: str = "", eta_s: float | None = None) -> None:
        """Tell what happens now, of one of its rows or of all."""
        if eta_s is None and self.usual_s is not None:
            eta_s = max(0.0, self.usual_s - self.elapsed_s)
        name = row or self.name
        self.site.say(Progress(row=name, phase=phase, elapsed_s=self.elapsed_s, eta_s=eta_s))

    # --- the build --------------------------------------------------------------------------

    def build(self) -> Build:
        """What the store has, else made; raises WorldFailure, and OSError for an ill disk."""
        if emulator.is_foreign(self.machine) or self.site.counted:
            self._need_emulator()
        if not self.module.STORED:
            return self._in_place()
        found = self.store.find(self.key)
        if found is not None:
            return found
        waiting = "waiting for another process that builds it"
        with self.store.lock(
            self.key, waiting=lambda: self.say(waiting), cancelled=self.site.stops
        ):
            return self.store.find(self.key) or self._made()

    def _need_emulator(self) -> None:
        """What the build is started with, and made with; it may have been pruned since."""
        if emulator.is_foreign(self.machine) and not self.module.FOREIGN:
            raise emulator.cannot_be_made(self.name, self.machine)
        emulator.emulator_of(self.machine, self._shop(self.store.root))

    def _in_place(self) -> Build:
        obtained = self.module.obtain(self.recipe, self._shop(self.store.root))
        return self._as_build(obtained, self._receipt(obtained, size_bytes=0))

    def _made(self) -> Build:
        """Make the build; whatever goes wrong leaves nothing behind that looks like one."""
        needed_bytes = self.module.expected_bytes(self.recipe)
        self.say(f"building, needs up to {needed_bytes / 1e6:.0f} MB of disk")
        try:
            with self.store.room(needed_bytes, where=self.name):
                root = self.store.begin(self.key)
                return self._completed(self.module.obtain(self.recipe, self._shop(root)))
        except OSError as error:
            raise self.explained(error) from error
        finally:
            if self.store.find(self.key) is None:
                with contextlib.suppress(WorldFailure):  # without a receipt nobody uses what stays
                    self.store.discard(self.key)

    def _completed(self, obtained: Obtained) -> Build:
        receipt = self._receipt(obtained, size_bytes=tree_bytes(obtained.root))
        build = self._as_build(obtained, receipt)
        self._facts(self.first, build)  # what cannot be started is no build
        write_manifest(obtained.root)
        self.store.finish(self.key, receipt)
        self.store.note_duration(self.key, self.elapsed_s)
        return build

    def explained(self, error: OSError) -> WorldFailure:
        """What an ill disk did to this build, and what to do."""
        full = error.errno in FULL_DISK
        advice = "free some, or set PYROMETER_HOME to another disk" if full else f"log: {self.log}"
        what = "the disk is full" if full else f"{error.strerror or error}: {error.filename}"
        return WorldFailure(what, where=self.name, next_step=advice)

    def _shop(self, root: Path) -> Workshop:
        return Workshop(
            store=self.store,
            name=self.name,
            root=root,
            log=self.log,
            machine=self.machine,
            offline=self.site.offline,
            say=self.say,
            cancelled=self.site.stops,
        )

    def _receipt(self, obtained: Obtained, *, size_bytes: int) -> Receipt:
        bare = Receipt(
            row=stem(self.first),
            recipe=self.recipe.kind,
            key=self.key,
            executable=obtained.executable,
            sources=obtained.sources,
            flags=obtained.flags,
            toolchain=obtained.toolchain,
            fetch_s=round(obtained.fetch_s, 3),
            build_s=round(max(0.0, self.elapsed_s - obtained.fetch_s), 3),
            size_bytes=size_bytes,
            made=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        return sealed(bare)

    def _as_build(self, obtained: Obtained, receipt: Receipt) -> Build:
        executable = obtained.root / obtained.executable
        return Build(root=obtained.root, executable=executable, receipt=receipt)

    # --- its rows ---------------------------------------------------------------------------

    def for_row(self, row: Row, build: Build) -> Outcome:
        """The build with the facts of one of its rows, or why it is not what the row promises."""
        try:
            facts = self._facts(row, build)
            verify(row, facts, machine=self.machine)
            if row.check_environment:  # what is checked must be what is measured
                verify(row, self._facts(_as_checked(row), build), machine=self.machine)
        except WorldFailure as failure:
            self.say(f"failed: {failure.line}", row=row.name, eta_s=0.0)
            return failure
        self.say(f"ready: {facts.implementation} {facts.version}", row=row.name, eta_s=0.0)
        return replace(build, receipt=replace(build.receipt, facts={row.name: facts}))

    def _facts(self, row: Row, build: Build) -> Facts:
        """Asked once per build and row; kept beside the receipt, which nobody changes."""
        kept = build.root / FACTS / f"{row.name}-{_question(row)}.json"
        facts = read_facts(kept) if self.module.STORED else None
        if facts is None:
            self.say("asking it for its facts", row=row.name)
            argv = (str(build.executable), *row.arguments)
            asked = probe(
                argv,
                row.environment,
                where=row.name,
                log=self.log,
                cancelled=self.site.stops,
            )
            facts = asked.facts
            if self.module.STORED:
                with contextlib.suppress(OSError):  # of a store that is read-only: asked each time
                    write_facts(kept, facts)
        return facts


def built(work: Work) -> Build:
    """The build of that work, found or made; raises WorldFailure."""
    if work.site.stops():
        raise WorldFailure("interrupted", where=work.name)
    try:
        return work.build()
    except OSError as error:  # one build that meets an ill disk never stops the others
        raise work.explained(error) from error


def known_version(build: Build) -> str:
    """The version that a stored build told, whichever row asked and when; empty if none did."""
    asked = (read_facts(path) for path in sorted((build.root / FACTS).glob("*.json")))
    return next((facts.version for facts in asked if facts is not None), "")


def _as_checked(row: Row) -> Row:
    """The row with the environment of its checks as its only one."""
    return replace(row, environment={**row.environment, **row.check_environment})


def _question(row: Row) -> str:
    """Changes when the answer to the probe might: with the row's environment and the script."""
    started = [row.arguments, dict(sorted(row.environment.items()))]
    asked = msgspec.json.encode(started) + SCRIPT.read_bytes()
    return hashlib.sha256(asked).hexdigest()[:12]
