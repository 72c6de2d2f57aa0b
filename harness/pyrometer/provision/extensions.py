"""Native modules that the cases of a suite load, built for one interpreter at a time.

Owns the folder `extensions/` of the store: what was built once from the same files for the same
build of an interpreter is there already. What cannot be built is a reason, not a failure: it is
what the case says. The host's Python runs a build file, with a folder as its only word and the
facts of the interpreter in the file that `BUILD_FOR` names; it exits with 3 where something is
missing. Those facts are what the build file prints as JSON when the interpreter itself runs it
with `--facts TOKEN`; only `include`, the folders of its headers, means something here.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import secrets
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pyrometer.errors import WorldFailure
from pyrometer.files import write_atomically
from pyrometer.launch import Command, Exit, launch
from pyrometer.model import Extension, Limits, Target
from pyrometer.provision.environment import pip_environment, target_environment
from pyrometer.provision.extension_tools import Tools
from pyrometer.provision.headers import headers_of
from pyrometer.provision.store import Store
from pyrometer.provision.workshop import Workshop, host_machine

FOLDER = "extensions"
CODE_VERSION = 1
CANNOT = 3  # the exit status of a build file that lacks something
ASK_LIMITS = Limits(timeout_s=300.0)
BUILD_LIMITS = Limits(timeout_s=1800.0, output_bytes=16 * 2**20)
# What the case imports: where each extension lies, or why there is none.
MODULE = "built_extensions.py"


def _nowhere(row: str) -> Target:
    raise WorldFailure(f"it is built for {row}, which is not there", where=row)


@dataclass(frozen=True, kw_only=True)
class Site:
    """Where and how extensions are built: all builds of one call have this in common."""

    store: Store
    offline: bool = False
    cancelled: Callable[[], bool] = lambda: False
    say: Callable[[str], None] = field(default=lambda _phase: None)
    elsewhere: Callable[[str], Target] = field(default=_nowhere)

    @property
    def root(self) -> Path:
        """The folder of the store."""
        return self.store.root / FOLDER


def obtain_extensions(extensions: Sequence[Extension], target: Target, site: Site) -> Path:
    """A folder for the module path of a target, with what could be built for it.

    It has a folder (or a link to one) for each extension, and a module `built_extensions` with
    `FOLDERS` and `REASONS` by name.
    """
    site.root.mkdir(parents=True, exist_ok=True)
    folders: dict[str, Path] = {}
    reasons: dict[str, str] = {}
    with contextlib.ExitStack() as leaving:
        machine = target.row.machine or host_machine()
        tools = Tools(
            lambda name: _workshop(site, target.row.name, site.root / name, machine), leaving
        )
        before = ""  # a later one may have an earlier one in it
        for extension in extensions:
            try:
                host = _built_for(extension, target, site)
                facts = _facts(extensions[0], host, site)
                before = key = _key(extension, facts, before, machine)
                folders[extension.name] = _obtained(extension, key, facts, folders, tools, site)
            except WorldFailure as failure:
                reasons[extension.name] = failure.what
    return _gathered(folders, reasons, site)


# --- one extension --------------------------------------------------------------------------


def _obtained(
    extension: Extension,
    key: str,
    facts: Path,
    before: Mapping[str, Path],
    tools: Tools,
    site: Site,
) -> Path:
    folder = site.root / key
    if not folder.is_dir():
        with site.store.lock(key, cancelled=site.cancelled):
            if not folder.is_dir():
                _build(extension, folder, facts, before, tools, site)
    return folder


def _build(
    extension: Extension,
    folder: Path,
    facts: Path,
    before: Mapping[str, Path],
    tools: Tools,
    site: Site,
) -> None:
    """Run its build file; the folder appears whole or not at all. Raises WorldFailure."""
    site.say(f"building the extension {extension.name}")
    log = site.store.logs / f"extension-{folder.name}.log"
    with _new_folder(site) as work:
        siblings = work / "before"
        siblings.mkdir()
        for name, place in before.items():
            (siblings / name).symlink_to(place)
        environment = {
            **pip_environment(),
            **({"PIP_NO_INDEX": "1", "CARGO_NET_OFFLINE": "true"} if site.offline else {}),
            **tools.of(extension),
            "BUILD_FOR": str(facts),
            "BUILT_BEFORE": str(siblings),
            "CARGO_TARGET_DIR": str(work / "target"),
        }
        argv = (sys.executable, str(extension.build), str(work / "made"))
        command = Command(argv=argv, environment=environment, limits=BUILD_LIMITS)
        ended = launch(command, log=log, cancelled=site.cancelled)
        if not ended.ok:
            raise WorldFailure(
                _why(ended, extension), where=extension.name, next_step=f"log: {log}"
            )
        (work / "made").rename(folder)


def _why(ended: Exit, extension: Extension) -> str:
    lines = [line for line in ended.stderr.decode(errors="replace").splitlines() if line.strip()]
    said = lines[-1].strip() if lines else ended.not_started or f"exit status {ended.code}"
    if ended.code == CANNOT:
        return said.removeprefix(f"{extension.build.parent.name}: ")
    return f"its build failed: {said}"


def _key(extension: Extension, facts: Path, before: str, machine: str) -> str:
    """Its name for people, and a hash of all that decides its content."""
    decisive = f"{CODE_VERSION} {machine} {before} {_sources(extension)}".encode()
    if not extension.shared:
        decisive += facts.read_bytes()
    return f"{extension.name}-{hashlib.sha256(decisive).hexdigest()[:16]}"


def _sources(extension: Extension) -> str:
    """The checksum of the files that it is built from."""
    content = hashlib.sha256()
    for path in _files(extension):
        content.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return content.hexdigest()


def _files(extension: Extension) -> Iterator[Path]:
    for place in (extension.build, *extension.inputs):
        inside = sorted(place.rglob("*")) if place.is_dir() else [place]
        for path in inside:
            made = {"target", "__pycache__"} & set(path.parts)
            if path.is_file() and not made:
                yield path


# --- for whom, and where --------------------------------------------------------------------


def _built_for(extension: Extension, target: Target, site: Site) -> Target:
    """The interpreter itself, or the one that it is built for, of the same processor."""
    if not extension.row:
        return target
    own = target.row.machine
    return site.elsewhere(f"{extension.row}-{own}" if own else extension.row)


def _facts(extension: Extension, target: Target, site: Site) -> Path:
    """The file with what the interpreter says of itself; asked once per build and environment."""
    receipt = target.build.receipt
    started = [receipt.key, receipt.sha256, list(target.argv), dict(target.environment)]
    asked = json.dumps([_sources(extension), started])
    name = hashlib.sha256(asked.encode()).hexdigest()[:16]
    kept = site.root / f"facts-{target.row.name}-{name}.json"
    if not kept.is_file():
        facts = _ask(extension.build, target)
        with _new_folder(site) as root:
            machine = target.row.machine or host_machine()
            shop = _workshop(site, target.row.name, root, machine)
            facts["include"] = headers_of(target, facts["include"], shop)
        write_atomically(kept, json.dumps(facts, sort_keys=True).encode())
    return kept


def _ask(build: Path, target: Target) -> dict[str, Any]:
    token = secrets.token_hex(8)
    argv = (*target.argv, str(build), "--facts", token)
    environment = target_environment(target.environment)
    ended = launch(Command(argv=argv, environment=environment, limits=ASK_LIMITS))
    for line in ended.stdout.decode(errors="replace").splitlines():
        word, _, told = line.partition(" ")
        if word == token:
            return dict(json.loads(told))
    lines = ended.stderr.decode(errors="replace").strip().splitlines()
    raise WorldFailure(
        f"it does not say what has to be built for it: {lines[-1] if lines else 'no word'}",
        where=target.row.name,
    )


def _gathered(folders: Mapping[str, Path], reasons: Mapping[str, str], site: Site) -> Path:
    """A folder that has all of them by name."""
    named = {name: str(folder) for name, folder in folders.items()}
    source = f"FOLDERS = {named!r}\nREASONS = {dict(reasons)!r}\n"
    gathered = site.root / f"set-{hashlib.sha256(source.encode()).hexdigest()[:16]}"
    if not gathered.is_dir():
        with _new_folder(site) as work:
            for name, folder in folders.items():
                (work / name).symlink_to(folder)
            (work / MODULE).write_text(source)
            with contextlib.suppress(OSError):  # another process was faster
                work.rename(gathered)
    return gathered


@contextlib.contextmanager
def _new_folder(site: Site) -> Iterator[Path]:
    """A folder that is gone afterwards, unless it has been moved to its final place."""
    folder = site.root / f".new-{secrets.token_hex(6)}"
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _workshop(site: Site, name: str, root: Path, machine: str) -> Workshop:
    """Where packages are unpacked for extensions."""
    return Workshop(
        store=site.store,
        name=name,
        root=root,
        log=site.store.logs / f"extensions-{name}.log",
        machine=machine,
        offline=site.offline,
        say=site.say,
        cancelled=site.cancelled,
    )
