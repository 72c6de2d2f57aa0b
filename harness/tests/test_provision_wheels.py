"""Wheels in a build: pinned by file, installed by the host's pip for another interpreter."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest

from pyrometer.errors import Mistake, WorldFailure
from pyrometer.provision.store import Store
from pyrometer.provision.wheels import check_wheels, install_wheels
from pyrometer.provision.workshop import Workshop

NAME = "example-1.0-cp311-cp311-manylinux2014_x86_64.whl"
METADATA = "Metadata-Version: 2.1\nName: example\nVersion: 1.0\n"
WHEEL = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: false\nTag: {}\n"


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    root = tmp_path / "root"
    root.mkdir()
    return Workshop(store=Store.at(tmp_path / "store"), name="row", root=root, log=tmp_path / "log")


@pytest.fixture
def sha256(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Of a wheel for CPython 3.11 in a folder that is all that pip looks at."""
    wheel = tmp_path / "index" / NAME
    wheel.parent.mkdir()
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("example.py", "value = 5\n")
        archive.writestr("example-1.0.dist-info/METADATA", METADATA)
        tag = "cp311-cp311-manylinux2014_x86_64"
        archive.writestr("example-1.0.dist-info/WHEEL", WHEEL.format(tag))
        archive.writestr("example-1.0.dist-info/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheel.parent))
    return hashlib.sha256(wheel.read_bytes()).hexdigest()


def test_a_wheel_is_installed_for_another_interpreter_than_ours(
    shop: Workshop, sha256: str
) -> None:
    (source,) = install_wheels({"x86_64": {NAME: sha256}}, "3.11", shop.root / "lib", shop)
    assert (shop.root / "lib" / "example.py").read_text() == "value = 5\n"
    assert (source.name, source.version, source.sha256) == ("example", "1.0", sha256)
    assert source.size_bytes > 0


def test_another_file_than_the_pinned_one_is_refused(shop: Workshop, sha256: str) -> None:
    with pytest.raises(WorldFailure, match=f"has sha256 {sha256}, announced was 000"):
        install_wheels({"x86_64": {NAME: "0" * 64}}, "3.11", shop.root / "lib", shop)
    assert not (shop.root / "lib").exists()


def test_a_machine_without_wheels_is_one_line(shop: Workshop) -> None:
    with pytest.raises(WorldFailure, match="no wheels for x86_64") as failure:
        install_wheels({"aarch64": {}}, "3.11", shop.root, shop)
    assert "aarch64" in failure.value.line


@pytest.mark.parametrize(
    ("wheels", "words"),
    [
        ({"x86_64": {"example.tar.gz": "0"}}, "example.tar.gz"),
        ({"x86_64": {NAME: 5}}, "needs its sha256"),
        ({"x86_64": ["a"]}, "must be a table"),
    ],
)
def test_what_is_no_table_of_wheels_is_a_mistake(wheels: object, words: str) -> None:
    with pytest.raises(Mistake, match=words):
        check_wheels(wheels, "row")  # type: ignore[arg-type]
