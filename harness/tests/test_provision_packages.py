"""Packages for suites: pinned, fetched once by a real pip, never half there."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyrometer.errors import WorldFailure
from pyrometer.model import Package
from pyrometer.provision.packages import obtain_packages
from pyrometer.provision.store import Store
from tests.wheel_index import offer


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.at(tmp_path / "store")


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Package:
    sha256 = offer(tmp_path / "index", "py3-none-any", monkeypatch)
    return Package(name="example", version="1.0", sha256=sha256)


def test_a_package_is_fetched_once_and_found_offline(store: Store, package: Package) -> None:
    (folder,) = obtain_packages([package], store)
    assert (folder / "example.py").read_text() == "value = 5\n"
    made = folder.stat().st_mtime_ns
    assert obtain_packages([package], store, offline=True) == (folder,)
    assert folder.stat().st_mtime_ns == made
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_a_package_that_is_not_there_is_not_had_offline(store: Store, package: Package) -> None:
    with pytest.raises(WorldFailure, match="--offline"):
        obtain_packages([package], store, offline=True)


def test_another_wheel_than_the_pinned_one_is_refused(store: Store, package: Package) -> None:
    pinned = Package(name="example", version="1.0", sha256="0" * 64)
    with pytest.raises(WorldFailure, match=f"has sha256 {package.sha256}, pinned is 000"):
        obtain_packages([pinned], store)
    assert list((store.root / "packages").iterdir()) == []


def test_a_package_that_nobody_has_is_a_failure_with_pips_reason(
    store: Store, package: Package
) -> None:
    unknown = Package(name="example", version="2.0", sha256=package.sha256)
    with pytest.raises(WorldFailure, match=r"pip could not fetch it: .*example==2\.0"):
        obtain_packages([unknown], store)
