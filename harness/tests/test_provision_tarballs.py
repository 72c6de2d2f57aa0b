"""Tarballs: the pinned release as a suite serves it, or one line that says what it serves now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pyrometer.errors import WorldFailure
from pyrometer.provision import apt
from pyrometer.provision.store import Store
from pyrometer.provision.tarballs import Tarball, fetch_tarball, unpack_tarball
from pyrometer.provision.workshop import Workshop
from tests.debian_mirror import SUITE, Mirror, digest, possible

pytestmark = pytest.mark.skipif(not possible(), reason="apt, dpkg-deb or gpg is missing")


@pytest.fixture(scope="module")
def fresh_mirror(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mirror]:
    mirror = Mirror(tmp_path_factory.mktemp("debian"))
    yield mirror
    mirror.close()


@pytest.fixture
def mirror(fresh_mirror: Mirror, monkeypatch: pytest.MonkeyPatch) -> Mirror:
    for path in fresh_mirror.pool.iterdir():
        path.unlink()
    for name, version in (("python3.13", "3.13.15"), ("python3.9", "3.9.2"), ("pythonic", "1")):
        fresh_mirror.source(name, version, {"configure": f"of {name}"})
    fresh_mirror.publish()
    monkeypatch.setenv(apt.MIRROR_VARIABLE, fresh_mirror.address)
    monkeypatch.setenv(apt.KEYRING_VARIABLE, str(fresh_mirror.keyring))
    return fresh_mirror


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    store = Store.at(tmp_path / "store")
    return Workshop(store=store, name="row-1", root=store.begin("k"), log=store.logs / "k.log")


@pytest.fixture
def tarball(mirror: Mirror) -> Tarball:
    sha256 = digest(mirror.pool / "python3.13_3.13.15.orig.tar.xz")
    return Tarball(suite=SUITE, package="python3.13", version="3.13.15", sha256=sha256)


def refusal(tarball: Tarball, shop: Workshop) -> str:
    with pytest.raises(WorldFailure) as caught:
        fetch_tarball(tarball, shop)
    assert "\n" not in caught.value.line
    assert [path for path in shop.store.downloads.iterdir() if path.is_file()] == []
    return caught.value.line


def test_the_release_comes_verified_and_without_the_packagers_files(
    tarball: Tarball, mirror: Mirror, shop: Workshop
) -> None:
    source, path = fetch_tarball(tarball, shop)
    assert (source.name, source.version, source.sha256) == (
        "python3.13",
        "3.13.15",
        tarball.sha256,
    )
    assert source.size_bytes == path.stat().st_size > 0
    folder = unpack_tarball(path, shop.root / "source", shop)
    assert (folder / "configure").read_text() == "of python3.13"
    assert [path.name for path in folder.iterdir()] == ["configure"]


def test_a_store_that_has_it_needs_no_mirror(
    tarball: Tarball, mirror: Mirror, shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = fetch_tarball(tarball, shop)
    monkeypatch.setenv(apt.MIRROR_VARIABLE, "file:/nonexistent")
    assert fetch_tarball(tarball, replace(shop, offline=True)) == first
    assert fetch_tarball(tarball, shop) == first


def test_a_series_that_is_gone_is_told_with_those_that_are_there(
    tarball: Tarball, shop: Workshop
) -> None:
    line = refusal(replace(tarball, package="python3.12"), shop)
    assert f"{SUITE} has no source package python3.12; it has python3.13, python3.9 (" in line
    line = refusal(replace(tarball, package="perl"), shop)
    assert "it has none of its kind" in line


def test_a_newer_release_is_told_with_both_versions(tarball: Tarball, shop: Workshop) -> None:
    line = refusal(replace(tarball, version="3.13.14"), shop)
    assert "has python3.13 3.13.15 now, the recipe names 3.13.14 (raise `version`" in line


def test_another_checksum_than_the_recipes_is_refused_before_it_is_fetched(
    tarball: Tarball, shop: Workshop
) -> None:
    line = refusal(replace(tarball, sha256="0" * 64), shop)
    assert tarball.sha256 in line
    assert "0" * 64 in line
    assert "downloading the source" not in shop.log.read_text()


def test_a_tarball_that_is_not_what_the_suite_announced(
    tarball: Tarball, mirror: Mirror, shop: Workshop
) -> None:
    path = mirror.pool / "python3.13_3.13.15.orig.tar.xz"
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    line = refusal(tarball, shop)
    assert f"{path.name} has sha256 {digest(path)}, announced was {tarball.sha256}" in line


def test_a_tarball_that_the_suite_lists_and_does_not_have(
    tarball: Tarball, mirror: Mirror, shop: Workshop
) -> None:
    (mirror.pool / "python3.13_3.13.15.orig.tar.xz").unlink()
    line = refusal(tarball, shop)
    assert "downloading the source failed: E: " in line
    assert str(shop.log) in line


def test_a_tarball_of_several_folders_is_refused(mirror: Mirror, shop: Workshop) -> None:
    path = mirror.source("x", "1", {"a": "", "../y/b": ""})
    with pytest.raises(WorldFailure, match="is not one folder"):
        unpack_tarball(path, shop.root / "source", shop)
