"""Packages for suites: pinned, fetched once by a real pip, never half there."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest

from pyrometer.errors import WorldFailure
from pyrometer.model import Package
from pyrometer.provision.packages import obtain_packages
from pyrometer.provision.store import Store

METADATA = "Metadata-Version: 2.1\nName: example\nVersion: 1.0\n"
WHEEL = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.at(tmp_path / "store")


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Package:
    """A wheel in a folder that is all that pip looks at."""
    wheel = tmp_path / "index" / "example-1.0-py3-none-any.whl"
    wheel.parent.mkdir()
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("example.py", "value = 5\n")
        archive.writestr("example-1.0.dist-info/METADATA", METADATA)
        archive.writestr("example-1.0.dist-info/WHEEL", WHEEL)
        archive.writestr("example-1.0.dist-info/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheel.parent))
    sha256 = hashlib.sha256(wheel.read_bytes()).hexdigest()
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
