"""An emulator that cannot count, none at all, and programs of processors that are not here."""

from __future__ import annotations

import platform
import shutil
import struct
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from pyrometer.errors import WorldFailure
from pyrometer.model import Recipe
from pyrometer.provision.elf import is_program, machine_of
from pyrometer.provision.emulator import PLUGIN, check_plugin, emulator_of
from pyrometer.provision.obtain import obtain_each
from pyrometer.provision.probe import probe
from pyrometer.provision.store import Store
from pyrometer.provision.workshop import Workshop
from tests.provision_rows import pretended

OTHER = "aarch64" if platform.machine() == "x86_64" else "x86_64"
NUMBERS = {"x86_64": 62, "aarch64": 183}


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    store = Store.at(tmp_path / "store")
    root = tmp_path / "root"
    root.mkdir()
    return Workshop(store=store, name="row", root=root, log=store.logs / "log", offline=True)


def script(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def program(path: Path, machine: str) -> Path:
    """The head of a program of that machine, and nothing behind it."""
    path.write_bytes(b"\x7fELF\x02\x01" + bytes(10) + struct.pack("<HH", 2, NUMBERS[machine]))
    path.chmod(0o755)
    return path


def test_an_emulator_without_plugins_is_told(shop: Workshop, tmp_path: Path) -> None:
    fake = script(tmp_path / "qemu", "echo \"qemu: unknown option 'plugin'\" >&2; exit 1")
    with pytest.raises(WorldFailure) as caught:
        check_plugin(fake, shop)
    assert caught.value.line.startswith(
        "row: this emulator cannot count: qemu: unknown option 'plugin'"
    )


def test_an_emulator_that_takes_the_option_and_counts_nothing_is_told(
    shop: Workshop, tmp_path: Path
) -> None:
    with pytest.raises(WorldFailure, match="cannot count: its plugin says nothing"):
        check_plugin(script(tmp_path / "qemu", "exit 0"), shop)


def test_one_that_counts_leaves_nothing_behind(shop: Workshop, tmp_path: Path) -> None:
    fake = script(tmp_path / "qemu", 'echo "exit 0 pid 1" > "${2#*out=}"')
    check_plugin(fake, shop)
    assert not (shop.root / "counted").exists()
    assert PLUGIN.endswith(".so")


def test_no_emulation_of_a_processor_that_nobody_knows(shop: Workshop) -> None:
    with pytest.raises(WorldFailure, match="no emulation of vax"):
        emulator_of("vax", shop)


def test_without_an_emulator_nothing_is_counted_and_the_row_says_why(tmp_path: Path) -> None:
    row = replace(pretended(), recipe=Recipe(kind="host", options={"path": sys.executable}))
    store = Store.at(tmp_path / "store")
    ((_, found),) = obtain_each([row], store, offline=True, counted=True)
    assert isinstance(found, WorldFailure)
    assert "offline" in found.line


def test_a_program_for_another_processor_is_told_as_such(tmp_path: Path) -> None:
    path = program(tmp_path / "python", OTHER)
    with pytest.raises(WorldFailure) as caught:
        probe((str(path),), {}, where="host:python")
    here = platform.machine()
    assert caught.value.what == f"it is a program for {OTHER}, this machine is {here}"
    assert "pyrometer list" in caught.value.line


def test_what_a_file_is_for(tmp_path: Path) -> None:
    assert machine_of(program(tmp_path / "a", "aarch64")) == "aarch64"
    own = Path(shutil.which("sh") or "/bin/sh").resolve()
    assert machine_of(own) == platform.machine()
    assert is_program(own)
    text = script(tmp_path / "b", "exit 0")
    assert (machine_of(text), is_program(text)) == ("", False)
    assert machine_of(tmp_path / "nothing") == ""
    (tmp_path / "c").write_bytes(b"\x7fELF")
    assert machine_of(tmp_path / "c") == ""
    (tmp_path / "d").write_bytes(b"\x7fELF\x02\x02" + bytes(12) + (22).to_bytes(2, "big"))
    assert machine_of(tmp_path / "d") == "machine 22"
