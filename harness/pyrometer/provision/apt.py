"""A private apt per suite and architecture, beside whatever apt the host uses for itself.

Owns apt's configuration, the mirror's address and the verified download of packages.
Refuses to install: with an empty status file an ordinary install would go into the host.
"""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import unquote

from pyrometer.errors import WorldFailure
from pyrometer.launch import Exit
from pyrometer.model import Source
from pyrometer.provision.fetch import Wanted, checksum_failure, gather
from pyrometer.provision.tools import Tool, attempt, failure, need_tool, run
from pyrometer.provision.workshop import Workshop

MIRROR_VARIABLE = "PYROMETER_DEBIAN_MIRROR"
KEYRING_VARIABLE = "PYROMETER_DEBIAN_KEYRING"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
OS_RELEASE = Path("/etc/os-release")
INSTALL_APT = "on Debian: apt-get install apt dpkg debian-archive-keyring"
LISTS_AGE_S = 24 * 3600.0

T = TypeVar("T")

# The first lines clear hooks and 19 MB of application metadata that the host's own
# configuration would add; ForceHash makes --print-uris tell SHA-256 instead of MD5.
CONFIGURATION = """\
#clear APT::Update::Post-Invoke-Success;
#clear APT::Update::Post-Invoke;
#clear DPkg::Post-Invoke;
#clear Acquire::IndexTargets::deb::DEP-11;
Dir::Etc::sourcelist "{home}/sources.list";
Dir::Etc::sourceparts "-";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State::lists "{home}/lists";
Dir::State::status "{home}/status";
Dir::Cache "{home}/cache";
Dir::Cache::pkgcache "pkgcache.bin";
Dir::Cache::srcpkgcache "";
APT::Architecture "{arch}";
APT::Architectures "{arch}";
APT::Install-Recommends "0";
APT::Sandbox::User "root";
Acquire::Check-Valid-Until "false";
Acquire::ForceHash "SHA256";
Acquire::Languages "none";
Acquire::Retries "3";
Debug::NoLocking "1";
"""

_ADDRESS = re.compile(r"^'(?P<address>[^']+)' (?P<filename>\S+) (?P<size>\d+) ?(?P<hash>\S*)")
_MIRROR = re.compile(r"^'(?P<mirror>[^']+?)/+dists/(?P<suite>[^/']+)/", re.MULTILINE)
_ENDING = re.compile(r"\.deb$|\.orig\.tar\.[a-z0-9]+$")
_SHA256 = re.compile(r"SHA256:([0-9a-f]{64})")


@dataclass(frozen=True, kw_only=True)
class Suite:
    """One Debian suite for one architecture, or its sources, with apt state of its own."""

    suite: str
    arch: str
    sources: bool = False

    @property
    def name(self) -> str:
        """Of its folder and lock."""
        return f"{self.suite}-{'source' if self.sources else self.arch}"


def packages_of(suite: Suite, names: Sequence[str], shop: Workshop) -> list[tuple[Source, Path]]:
    """The named packages and all that they depend on, downloaded and verified; WorldFailure."""
    return with_lists(suite, shop, lambda state: state.take(names))


def with_lists(suite: Suite, shop: Workshop, work: Callable[[State], T]) -> T:
    """Do some work with apt's lists of a suite, once more with newer ones if they were stale.

    Holds the suite's lock throughout: builds of one suite share most of their packages, and
    the second then finds them in the store. Raises WorldFailure.
    """
    waiting = f"waiting for another download from {suite.suite}"
    with shop.store.lock(
        f"apt-{suite.name}", waiting=lambda: shop.say(waiting), cancelled=shop.cancelled
    ):
        state = State(suite, shop)
        state.prepare()
        try:
            return work(state)
        except WorldFailure as first:
            if shop.offline or shop.cancelled() or "404" not in str(first):
                raise
            # The suite moved on between its list and now: read the list again, once.
            state.refresh()
            return work(state)


class State:
    """apt's folder for one suite while its lock is held."""

    def __init__(self, suite: Suite, shop: Workshop) -> None:
        self.suite = suite
        self.shop = shop
        self.home = shop.store.apt / suite.name
        self.apt_get = str(need_tool("apt-get", where=shop.name, mend=INSTALL_APT))

    @property
    def stamp(self) -> Path:
        """A file as old as the lists are."""
        return self.home / "refreshed"

    def prepare(self) -> None:
        """Write the configuration, and read the package lists if they are old or of elsewhere."""
        for folder in ("lists/partial", "cache/archives/partial"):
            (self.home / folder).mkdir(parents=True, exist_ok=True)
        (self.home / "status").touch()
        configuration = CONFIGURATION.format(home=self.home, arch=self.suite.arch)
        (self.home / "apt.conf").write_text(configuration)
        if self.shop.offline:
            if not self.stamp.exists():
                raise WorldFailure(
                    f"no package lists of {self.suite.suite} are in the store",
                    where=self.shop.name,
                    next_step="run once without --offline",
                )
            return
        if self._point_at(find_mirror(self.shop)) or _age_s(self.stamp) > LISTS_AGE_S:
            self.refresh()

    def _point_at(self, mirror: str) -> bool:
        signed = f"signed-by={find_keyring(self.shop)}"
        kind = f"deb [arch={self.suite.arch} {signed}]"
        kind = f"deb-src [{signed}]" if self.suite.sources else kind
        line = f"{kind} {mirror} {self.suite.suite} main\n"
        sources = self.home / "sources.list"
        if sources.exists() and sources.read_text() == line:
            return False
        self.stamp.unlink(missing_ok=True)
        sources.write_text(line)
        return True

    def refresh(self) -> None:
        """Read the lists anew."""
        self.shop.say(f"reading the package lists of {self.suite.suite}")
        # Any: a list that could not be had is an error, not a warning about old ones.
        words = ("-qq", "--error-on=any", "update")
        run(self.tool(f"reading the lists of {self.suite.suite}", *words), self.shop)
        self.stamp.touch()

    def take(self, names: Sequence[str]) -> list[tuple[Source, Path]]:
        """Packages and what they depend on."""
        listing = run(
            self.tool("choosing packages", "-qq", "-y", "--print-uris", "install", *names),
            self.shop,
        )
        wanted = list(parse_listing(listing))
        size_bytes = sum(item.source.size_bytes for item in wanted)
        self.shop.say(f"fetching {len(wanted)} packages, {size_bytes / 1e6:.0f} MB")
        paths = gather(wanted, self.shop, self._carry)
        return [(item.source, path) for item, path in zip(wanted, paths, strict=True)]

    def _carry(self, wanted: Sequence[Wanted], folder: Path) -> None:
        words = [apt_word(item.filename) for item in wanted]
        self.download(
            self.tool("downloading packages", "-qq", "download", *words, cwd=folder), wanted
        )

    def download(self, tool: Tool, wanted: Sequence[Wanted]) -> None:
        """Let apt download; a wrong checksum that it finds is told with the file's name."""
        ended = attempt(tool, self.shop)
        if not ended.ok:
            raise _mismatch(ended, wanted, self.shop) or failure(tool, ended, self.shop)

    def tool(self, what: str, *words: str, cwd: Path | None = None) -> Tool:
        """A call of apt-get on this state."""
        # By -c: through APT_CONFIG it would be read first, and the host's would override it.
        return Tool(what=what, argv=(self.apt_get, "-c", f"{self.home}/apt.conf", *words), cwd=cwd)


def parse_listing(listing: str) -> Iterator[Wanted]:
    """The packages, or tarballs, in what `apt-get --print-uris` prints.

    Raises WorldFailure if it tells no SHA-256.
    """
    for line in listing.splitlines():
        match = _ADDRESS.match(line)
        if match is None:
            continue
        digest = match["hash"].removeprefix("SHA256:")
        if not re.fullmatch("[0-9a-f]{64}", digest):
            raise WorldFailure(f"apt tells no sha256 of {match['filename']}")
        name, version, *_ = _parts(match["filename"])
        source = Source(name=name, version=version, sha256=digest, size_bytes=int(match["size"]))
        yield Wanted(filename=match["filename"], source=source)


def apt_word(filename: str) -> str:
    """`libffi8_3.4-1_amd64.deb` → `libffi8:amd64=3.4-1`, exactly that package for apt-get."""
    name, version, arch = _parts(filename)
    place = "" if arch == "all" else f":{arch}"
    return f"{name}{place}={version}"


def _parts(filename: str) -> list[str]:
    """Name, version, and of a package also its architecture."""
    return _ENDING.sub("", unquote(filename)).split("_")


def _mismatch(ended: Exit, wanted: Sequence[Wanted], shop: Workshop) -> WorldFailure | None:
    """apt's own finding of a wrong checksum: it prints the announced, then the received one."""
    words = ended.stderr.decode(errors="replace")
    if "Hash Sum mismatch" not in words:
        return None
    announced, received, *_ = [*_SHA256.findall(words), "unknown", "unknown"]
    culprit = next((item.filename for item in wanted if item.sha256 == announced), "a package")
    return checksum_failure(culprit, announced, received, shop)


def find_keyring(shop: Workshop) -> Path:
    """Debian's keyring, by which apt verifies every list; raises WorldFailure without one."""
    path = keyring()
    if not path.is_file():
        raise WorldFailure("Debian's keyring is missing", where=shop.name, next_step=INSTALL_APT)
    return path


def keyring(environ: Mapping[str, str] | None = None) -> Path:
    """Where the keyring ought to be."""
    named = (os.environ if environ is None else environ).get(KEYRING_VARIABLE)
    return Path(named) if named else KEYRING


def find_mirror(shop: Workshop) -> str:
    """The address of a Debian mirror: the environment's, else the one the host itself uses."""
    named = os.environ.get(MIRROR_VARIABLE, "").strip().rstrip("/")
    if named:
        return named
    advice = f"set {MIRROR_VARIABLE} to the address of a Debian mirror"
    if not is_debian():
        raise WorldFailure("the host is not Debian", where=shop.name, next_step=advice)
    apt_get = str(need_tool("apt-get", where=shop.name, mend=INSTALL_APT))
    tool = Tool(what="asking apt for its mirror", argv=(apt_get, "update", "--print-uris"))
    mirror = parse_mirror(run(tool, shop))
    if mirror is None:
        raise WorldFailure("apt knows no mirror", where=shop.name, next_step=advice)
    return mirror


def parse_mirror(listing: str) -> str | None:
    """The first mirror in what `apt-get update --print-uris` prints that has whole suites.

    Security archives hold updates only, and of another set of suites.
    """
    for match in _MIRROR.finditer(listing):
        if "-security" not in match["mirror"] + match["suite"]:
            return match["mirror"]
    return None


def is_debian() -> bool:
    """Whether the host is Debian itself: a derivative's mirror has other suites."""
    with contextlib.suppress(OSError):
        lines = OS_RELEASE.read_text().splitlines()
        return any(line.strip() in {"ID=debian", 'ID="debian"'} for line in lines)
    return False


def mirror_is_known() -> bool:
    """Whether an address of a mirror is to be expected without asking anybody."""
    return is_debian() or bool(os.environ.get(MIRROR_VARIABLE, "").strip())


def _age_s(stamp: Path) -> float:
    try:
        return time.time() - stamp.stat().st_mtime
    except FileNotFoundError:
        return float("inf")
