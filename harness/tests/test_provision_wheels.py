"""Wheels in a build: pinned by file, installed by the host's pip for another interpreter."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyrometer.errors import Mistake, WorldFailure
from pyrometer.provision.store import Store
from pyrometer.provision.wheels import check_wheels, install_wheels
from pyrometer.provision.workshop import Workshop
from tests.wheel_index import offer

TAG = "cp311-cp311-manylinux2014_x86_64"
NAME = f"example-1.0-{TAG}.whl"


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    root = tmp_path / "root"
    root.mkdir()
    return Workshop(store=Store.at(tmp_path / "store"), name="row", root=root, log=tmp_path / "log")


@pytest.fixture
def sha256(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Of a wheel for CPython 3.11."""
    return offer(tmp_path / "index", TAG, monkeypatch)


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
