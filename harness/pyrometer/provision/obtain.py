"""Rows in, builds out: several at a time, each recipe once, one failure never stopping the rest.

Owns the order found → made → probed → verified, and what is told meanwhile. Refuses to know
how any one kind of build is made.
"""

from __future__ import annotations

import contextlib
import hashlib
import threading
import time
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty, SimpleQueue

import msgspec

from pyrometer.errors import WorldFailure
from pyrometer.files import FULL_DISK
from pyrometer.model import Build, Counter, Facts, Interpreter, Receipt, Row, Target
from pyrometer.provision import emulator, recipes
from pyrometer.provision.elf import is_program
from pyrometer.provision.manifest import write_manifest
from pyrometer.provision.probe import SCRIPT, probe
from pyrometer.provision.receipts import read_facts, sealed, write_facts
from pyrometer.provision.store import Store, tree_bytes
from pyrometer.provision.verify import verify
from pyrometer.provision.workshop import Obtained, Workshop, host_machine

FACTS = "facts"
GUESSED_BYTES_PER_S = 5e6
LISTEN_S = 0.5


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Something that happened to a row's build; `eta_s` is None where nobody can know."""

    row: str
    phase: str
    elapsed_s: float
    eta_s: float | None = None


Outcome = Build | WorldFailure
_Ended = dict[str, Outcome] | BaseException
Listener = Callable[[Progress], None]


@dataclass(frozen=True, kw_only=True)
class _Site:
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
        with self.speaking:  # listeners draw on one terminal
            self.progress(progress)

    def stops(self) -> bool:
        """Is no more work to be done, at somebody's wish or because something broke?"""
        return self.stopped.is_set() or self.cancelled()


def obtain(
    rows: Sequence[Row],
    store: Store,
    *,
    progress: Listener = lambda _event: None,
    offline: bool = False,
    workers: int = 2,
    cancelled: Callable[[], bool] = lambda: False,
) -> dict[str, Outcome]:
    """A verified build for every row, or the reason why there is none, by row name.

    See `obtain_each`.
    """
    found = obtain_each(
        rows, store, progress=progress, offline=offline, workers=workers, cancelled=cancelled
    )
    outcomes = {row.name: outcome for row, outcome in found}
    return {row.name: outcomes[row.name] for row in rows}


def obtain_each(
    rows: Sequence[Row],
    store: Store,
    *,
    progress: Listener = lambda _event: None,
    offline: bool = False,
    counted: bool = False,
    workers: int = 2,
    cancelled: Callable[[], bool] = lambda: False,
) -> Generator[tuple[Row, Outcome], None, None]:
    """Each row as soon as it has a build, or the reason why it has none; the slowest begin first.

    Rows of one recipe share a build. `progress` is called from other threads, one at a time.
    With `counted` there is also what counts instructions.
    Building goes on while the caller holds a row; closing the iterator stops it. Once cancelled,
    what is not ready yet fails as interrupted.
    Raises Mistake for a recipe that makes no sense, before anything is started.
    """
    for row in rows:
        recipes.find(row.recipe.kind, where=row.name).check(row.recipe, row.name)
    site = _Site(
        store=store,
        progress=progress,
        offline=offline,
        counted=counted,
        machine=host_machine(),
        cancelled=cancelled,
    )
    usual_s = store.durations_s()
    groups = sorted(_by_build(rows), key=lambda group: -_expected_s(group[0], usual_s))
    with ThreadPoolExecutor(max_workers=max(1, workers)) as pool:
        try:
            ended: SimpleQueue[_Ended] = SimpleQueue()
            for group in groups:
                pool.submit(_put_outcomes, group, site, ended)
            for _ in groups:
                outcomes = _taken(ended)
                yield from ((row, outcomes[row.name]) for row in rows if row.name in outcomes)
        except BaseException:
            site.stopped.set()  # tools run in sessions of their own and do not see Ctrl-C
            pool.shutdown(cancel_futures=True)
            raise


def target(
    row: Row,
    build: Build,
    store: Store | None = None,
    *,
    counted: bool = False,
    instrument: Counter | None = None,
) -> Target:
    """What can be started for a row on its build; the build must come from `obtain`.

    With `counted`, and where that is possible, with what counts its instructions: the emulator, or
    an `instrument`, which knows this machine's own programs alone.
    """
    facts = build.receipt.facts[row.name]
    machine = row.machine or host_machine()
    foreign = emulator.is_foreign(machine)
    own = emulator.kept(machine, store) if store and (foreign or counted) else None
    interpreter = Interpreter(
        implementation=facts.implementation,
        version=facts.version,
        variant=row.variant,
        platform=facts.platform,
        arch=facts.arch,
    )
    return Target(
        row=row,
        interpreter=interpreter,
        build=build,
        facts=facts,
        argv=(str(build.executable), *row.arguments),
        environment=dict(row.environment),
        emulated=own.name if own and foreign else "",
        counter=_counter(build, machine, own, instrument) if counted else None,
    )


def _counter(
    build: Build, machine: str, own: emulator.Emulator | None, instrument: Counter | None
) -> Counter | None:
    if instrument is None:
        return own.counter(build.executable, machine) if own else None
    foreign = emulator.is_foreign(machine)
    return None if foreign or not is_program(build.executable) else instrument


def key_of(row: Row, machine: str | None = None) -> str:
    """The key of a row's build: its name for people, a hash of all that decides its content."""
    module = recipes.find(row.recipe.kind, where=row.name)
    decisive = {
        "kind": row.recipe.kind,
        "options": dict(row.recipe.options),
        "arch": row.machine or machine or host_machine(),
        "code": module.CODE_VERSION,
    }
    if row.recipe.copy:
        decisive["copy"] = row.recipe.copy
    if emulator.is_foreign(row.machine):
        decisive["emulator"] = emulator.key()  # its place is written into the build
    canonical = msgspec.json.encode(decisive, order="deterministic")
    return f"{_stem(row)}-{hashlib.sha256(canonical).hexdigest()[:12]}"


def _expected_s(row: Row, usual_s: Mapping[str, float]) -> float:
    """What a build took last time, else a guess from its size: only their order matters."""
    module = recipes.find(row.recipe.kind, where=row.name)
    return usual_s.get(key_of(row), module.expected_bytes(row.recipe) / GUESSED_BYTES_PER_S)


def keys_of(rows: Iterable[Row]) -> frozenset[str]:
    """The keys that `Store.prune` must keep for these rows."""
    return frozenset(key_of(row) for row in rows) | {emulator.key()}


def _stem(row: Row) -> str:
    machine = f"-{row.machine}" if row.machine else ""
    return row.name.removesuffix(machine).partition("+")[0] + machine


def _by_build(rows: Sequence[Row]) -> list[list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(key_of(row), []).append(row)
    return list(groups.values())


def _put_outcomes(rows: list[Row], site: _Site, ended: SimpleQueue[_Ended]) -> None:
    try:
        ended.put(_obtain_group(rows, site))
    except BaseException as error:  # noqa: BLE001 - it is raised where it is awaited
        ended.put(error)


def _taken(ended: SimpleQueue[_Ended]) -> dict[str, Outcome]:
    """What has ended next.

    Ctrl-C may come at any moment. Within `as_completed` it can leave a lock held that the workers
    need (7 of 400 times), and one that comes just before a wait without an end is not heard.
    """
    while True:
        try:
            found = ended.get(timeout=LISTEN_S)
        except Empty:
            continue
        if isinstance(found, BaseException):
            raise found
        return found


def _obtain_group(rows: list[Row], site: _Site) -> dict[str, Outcome]:
    """All rows of one build. A failure of the build is every row's; of a probe, one row's."""
    work = _Work(rows, site)
    try:
        build = _built(work)
    except WorldFailure as failure:
        for row in rows:
            work.say(f"failed: {failure.line}", row=row.name, eta_s=0.0)
        return dict.fromkeys((row.name for row in rows), failure)
    return {row.name: work.for_row(row, build) for row in rows}


def _built(work: _Work) -> Build:
    if work.site.stops():
        raise WorldFailure("interrupted", where=work.name)
    try:
        return work.build()
    except OSError as error:  # one build that meets an ill disk never stops the others
        raise work.explained(error) from error


class _Work:
    """One build being found or made, and its rows being probed."""

    def __init__(self, rows: list[Row], site: _Site) -> None:
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
        return time.monotonic() - self.started

    def say(self, phase: str, *, row: str = "", eta_s: float | None = None) -> None:
        if eta_s is None and self.usual_s is not None:
            eta_s = max(0.0, self.usual_s - self.elapsed_s)
        name = row or self.name
        self.site.say(Progress(row=name, phase=phase, elapsed_s=self.elapsed_s, eta_s=eta_s))

    # --- the build --------------------------------------------------------------------------

    def build(self) -> Build:
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
            row=_stem(self.first),
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
