"""Package roots: what is unpacked is what the signed index announced, and nothing else."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from pyrometer.errors import WorldFailure
from pyrometer.model import Source
from pyrometer.provision import apt, roots
from pyrometer.provision.apt import apt_word, parse_listing, parse_mirror
from pyrometer.provision.fetch import Wanted, gather, sha256_of
from pyrometer.provision.roots import Packages, fetch_packages, localise_links, parse_strays, unpack
from pyrometer.provision.store import Store
from pyrometer.provision.tools import Tool, run
from pyrometer.provision.workshop import Workshop
from tests.debian_mirror import SUITE, Mirror, digest, possible

needs_apt = pytest.mark.skipif(not possible(), reason="apt, dpkg-deb or gpg is missing")


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def shop(tmp_path: Path, said: list[str]) -> Workshop:
    store = Store.at(tmp_path / "store")
    return make_shop(store, said)


def make_shop(store: Store, said: list[str], *, offline: bool = False) -> Workshop:
    root = store.begin("k")
    log = store.logs / "k.log"
    return Workshop(store=store, name="row-1", root=root, log=log, offline=offline, say=said.append)


@pytest.fixture(scope="module")
def fresh_mirror(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mirror]:
    mirror = Mirror(tmp_path_factory.mktemp("debian"))
    yield mirror
    mirror.close()


@pytest.fixture
def mirror(fresh_mirror: Mirror, monkeypatch: pytest.MonkeyPatch) -> Mirror:
    import shutil

    shutil.rmtree(fresh_mirror.root / "trees", ignore_errors=True)
    for deb in fresh_mirror.pool.iterdir():
        deb.unlink()
    fresh_mirror.package("tool", "1.0-1", {"usr/bin/tool": "a tool"}, depends="lib")
    fresh_mirror.package("lib", "1:2.0", {"usr/lib/lib.so": "a library"})
    fresh_mirror.package("other", "3", {"usr/bin/other": "unwanted"})
    fresh_mirror.publish()
    monkeypatch.setenv(apt.MIRROR_VARIABLE, fresh_mirror.address)
    monkeypatch.setenv(apt.KEYRING_VARIABLE, str(fresh_mirror.keyring))
    return fresh_mirror


TOOL = Packages(suite=SUITE, names=("tool",))


# --- with the real apt and a mirror in a folder -------------------------------------------------


@needs_apt
def test_packages_come_with_what_they_depend_on(mirror: Mirror, shop: Workshop) -> None:
    files = fetch_packages(TOOL, shop)
    sources = {source.name: source for source, _ in files}
    assert {name: one.version for name, one in sources.items()} == {"tool": "1.0-1", "lib": "1:2.0"}
    assert sources["tool"].sha256 == digest(mirror.pool / "tool_1.0-1_amd64.deb")
    unpack([path for _, path in files], shop)
    assert (shop.root / "usr/bin/tool").read_text() == "a tool"
    assert (shop.root / "usr/lib/lib.so").read_text() == "a library"
    assert not (shop.root / "usr/bin/other").exists()


@needs_apt
def test_the_second_build_finds_all_in_the_store(
    mirror: Mirror, shop: Workshop, said: list[str]
) -> None:
    first = fetch_packages(TOOL, shop)
    said.clear()
    for deb in mirror.pool.iterdir():
        deb.unlink()
    assert fetch_packages(TOOL, make_shop(shop.store, said, offline=True)) == first
    assert fetch_packages(TOOL, shop) == first
    assert not any("reading" in phase for phase in said)


@needs_apt
def test_a_flipped_byte_in_the_store_is_noticed_and_mended(
    mirror: Mirror, shop: Workshop, said: list[str]
) -> None:
    (path,) = [path for source, path in fetch_packages(TOOL, shop) if source.name == "lib"]
    sound = path.read_bytes()
    path.write_bytes(sound[:-1] + bytes([sound[-1] ^ 1]))
    fetch_packages(TOOL, shop)
    assert path.read_bytes() == sound
    assert any("lib_1%3a2.0_amd64.deb in the store is spoilt" in phase for phase in said)


@needs_apt
def test_a_flipped_byte_on_the_mirror_names_the_file_and_both_checksums(
    mirror: Mirror, shop: Workshop
) -> None:
    deb = mirror.pool / "lib_1%3a2.0_amd64.deb"
    announced = digest(deb)
    content = deb.read_bytes()
    deb.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(WorldFailure) as caught:
        fetch_packages(TOOL, shop)
    for word in (deb.name, announced, digest(deb)):
        assert word in caught.value.line
    assert not [path for path in shop.store.downloads.iterdir() if "lib" in path.name]


@needs_apt
def test_an_index_that_is_not_signed_by_the_keyring_is_refused(
    mirror: Mirror, shop: Workshop
) -> None:
    release = mirror.root / "mirror/dists" / SUITE / "InRelease"
    release.write_bytes(release.read_bytes().replace(b"Origin: t", b"Origin: u"))
    with pytest.raises(WorldFailure, match="reading the lists of bookworm failed"):
        fetch_packages(TOOL, shop)


@needs_apt
def test_old_lists_are_read_again_and_young_ones_are_not(
    mirror: Mirror, shop: Workshop, said: list[str]
) -> None:
    fetch_packages(TOOL, shop)
    mirror.package("tool", "1.1-1", {"usr/bin/tool": "newer"})
    mirror.publish()
    assert "1.0-1" in {s.version for s, _ in fetch_packages(TOOL, shop)}
    stamp = shop.store.apt / f"{SUITE}-amd64" / "refreshed"
    old = time.time() - 2 * apt.LISTS_AGE_S
    os.utime(stamp, (old, old))
    assert "1.1-1" in {s.version for s, _ in fetch_packages(TOOL, shop)}


@needs_apt
@pytest.mark.parametrize(
    ("suite", "name", "reason"),
    [
        (SUITE, "nosuch", "Unable to locate package nosuch"),
        ("nosuch", "tool", "reading the lists of nosuch failed"),
    ],
)
def test_what_the_mirror_lacks_is_said_with_the_log(
    mirror: Mirror, shop: Workshop, suite: str, name: str, reason: str
) -> None:
    with pytest.raises(WorldFailure, match=reason) as caught:
        fetch_packages(Packages(suite=suite, names=(name,)), shop)
    assert str(shop.log) in caught.value.line
    assert shop.log.stat().st_size > 0


@needs_apt
def test_a_mirror_that_is_not_there_is_the_worlds_failure(
    mirror: Mirror, shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(apt.MIRROR_VARIABLE, "file:/nonexistent")
    with pytest.raises(WorldFailure, match="reading the lists of bookworm failed: E: "):
        fetch_packages(TOOL, shop)


@needs_apt
def test_offline_without_lists_says_what_to_do(
    mirror: Mirror, shop: Workshop, said: list[str]
) -> None:
    with pytest.raises(WorldFailure, match="once without --offline"):
        fetch_packages(TOOL, make_shop(shop.store, said, offline=True))


@needs_apt
def test_a_missing_keyring_is_said_with_its_cure(
    mirror: Mirror, shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(apt.KEYRING_VARIABLE, "/nonexistent")
    with pytest.raises(WorldFailure, match=r"keyring is missing \(.*debian-archive-keyring"):
        fetch_packages(TOOL, shop)


def test_a_host_that_is_not_debian_must_name_a_mirror(
    shop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(apt.MIRROR_VARIABLE, raising=False)
    (tmp_path / "os-release").write_text('ID=ubuntu\nID_LIKE="debian"\n')
    monkeypatch.setattr(apt, "OS_RELEASE", tmp_path / "os-release")
    assert not apt.mirror_is_known()
    with pytest.raises(WorldFailure, match="set PYROMETER_DEBIAN_MIRROR"):
        apt.find_mirror(shop)


# --- without apt --------------------------------------------------------------------------------


def test_a_404_reads_the_lists_again_once(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []

    class State:
        def __init__(self, *_: object) -> None: ...

        def prepare(self) -> None:
            calls.append("prepare")

        def refresh(self) -> None:
            calls.append("refresh")

        def take(self, _names: Sequence[str]) -> list[tuple[Source, Path]]:
            calls.append("take")
            raise WorldFailure("E: Failed to fetch x  404  Not Found")

    monkeypatch.setattr(apt, "State", State)
    with pytest.raises(WorldFailure, match="404"):
        fetch_packages(TOOL, shop)
    assert calls == ["prepare", "take", "refresh", "take"]


def test_the_mirror_is_the_first_that_is_no_security_archive() -> None:
    listing = (
        "'http://m.invalid/debian-security/dists/bookworm-security/InRelease' a 0 \n"
        "'http://m.invalid/other/dists/bookworm-security/InRelease' a 0 \n"
        "'http://m.invalid/debian/dists/bookworm/InRelease' b 0 \n"
        "'http://m.invalid/second/dists/bookworm/InRelease' b 0 \n"
    )
    assert parse_mirror(listing) == "http://m.invalid/debian"
    assert parse_mirror("") is None


def test_a_listing_is_read_with_epochs() -> None:
    digest_ = "a" * 64
    line = (
        f"'http://m/pool/z/zlib1g_1%253a1.3_amd64.deb' zlib1g_1%3a1.3_amd64.deb 12 SHA256:{digest_}"
    )
    (one,) = parse_listing(f"noise\n{line}\n")
    assert one.source == Source(name="zlib1g", version="1:1.3", sha256=digest_, size_bytes=12)
    assert apt_word(one.filename) == "zlib1g:amd64=1:1.3"
    assert apt_word("tzdata_2026a-1_all.deb") == "tzdata=2026a-1"


def test_a_weaker_checksum_is_refused() -> None:
    with pytest.raises(WorldFailure, match="no sha256 of x_1_amd64"):
        list(parse_listing("'http://m/x_1_amd64.deb' x_1_amd64.deb 12 MD5Sum:00"))


def wanted(content: bytes, tmp_path: Path) -> Wanted:
    (tmp_path / "original").write_bytes(content)
    digest_ = sha256_of(tmp_path / "original")
    return Wanted(filename="x.deb", source=Source(name="x", version="1", sha256=digest_))


def test_a_carrier_that_brings_something_else_is_found_out(shop: Workshop, tmp_path: Path) -> None:
    item = wanted(b"right", tmp_path)

    def carry(_items: Sequence[Wanted], folder: Path) -> None:
        (folder / "x.deb").write_bytes(b"wrong")

    with pytest.raises(WorldFailure, match=rf"x.deb has sha256 \w+, announced was {item.sha256}"):
        gather([item], shop, carry)
    with pytest.raises(WorldFailure, match="did not arrive"):
        gather([item], shop, lambda _items, _folder: None)
    assert list(shop.store.downloads.iterdir()) == []


def test_only_what_is_missing_is_carried(shop: Workshop, tmp_path: Path) -> None:
    item = wanted(b"right", tmp_path)
    asked: list[str] = []

    def carry(items: Sequence[Wanted], folder: Path) -> None:
        asked.extend(one.filename for one in items)
        (folder / "x.deb").write_bytes(b"right")

    assert gather([item], shop, carry) == gather([item], shop, carry)
    assert asked == ["x.deb"]


def test_links_into_the_root_become_relative_and_others_stay(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "site.py").write_text("here")
    (tmp_path / "usr" / "lib").mkdir(parents=True)
    links = {"inside": "/etc/site.py", "host": "/proc/self", "relative": "../../etc/site.py"}
    for name, link in links.items():
        (tmp_path / "usr" / "lib" / name).symlink_to(link)
    localise_links(tmp_path)
    found = {name: str((tmp_path / "usr" / "lib" / name).readlink()) for name in links}
    assert found == {**links, "inside": "../../etc/site.py"}


def test_strays_are_libraries_that_are_missing_or_the_hosts() -> None:
    listing = (
        "\tlinux-vdso.so.1 (0x0)\n"
        "\tlibc.so.6 => /store/k/usr/lib/libc.so.6 (0x1)\n"
        "\tlibz.so.1 => /lib/libz.so.1 (0x1)\n"
        "\tlibffi.so.8 => not found\n"
        "\tlibm.so.6 => /store/k2/usr/lib/libm.so.6 (0x1)\n"
    )
    assert parse_strays(listing, Path("/store/k")) == ("libffi.so.8", "libm.so.6", "libz.so.1")


def test_an_architecture_without_packages_is_said(shop: Workshop) -> None:
    from dataclasses import replace

    with pytest.raises(WorldFailure, match="no packages for vax"):
        roots.architecture_of(replace(shop, machine="vax"))


@pytest.mark.parametrize(
    ("script", "spoken"),
    [
        ("echo one >&2; echo 'E: two' >&2; echo three >&2; exit 1", "E: two"),
        ("echo 'tar: x: No space left on device' >&2; echo 'E: y' >&2; exit 2", "No space left"),
        ("exit 7", "exit status 7"),
    ],
)
def test_a_tool_that_fails_is_told_by_its_most_telling_line(
    shop: Workshop, script: str, spoken: str
) -> None:
    tool = Tool(what="work", argv=("/bin/sh", "-c", script))
    with pytest.raises(WorldFailure, match=rf"row-1: work failed: .*{spoken}.*{shop.log}"):
        run(tool, shop)


def test_a_tool_that_is_not_there_is_told(shop: Workshop) -> None:
    with pytest.raises(WorldFailure, match="No such file"):
        run(Tool(what="work", argv=("/nonexistent/tool",)), shop)
