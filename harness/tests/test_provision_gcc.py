"""The unpacked compiler: it compiles for its root, and nothing of it is left behind."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from pyrometer.errors import WorldFailure
from pyrometer.model import Source
from pyrometer.provision import gcc as module
from pyrometer.provision.gcc import TOOLS, gcc
from pyrometer.provision.roots import Packages
from pyrometer.provision.store import Store
from pyrometer.provision.workshop import Workshop

PACKAGES = Packages(suite="forky", names=("gcc", "make"))
LOADER = "usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"
SOURCE = Source(name="gcc", version="16.2.0-3", sha256="0" * 64)
ECHO = '#!/bin/sh\nprintf "%s\\n" "$@"\n'


def put(path: Path, content: str = "") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    path.chmod(0o755)


@pytest.fixture
def relinked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the programs that were made to start, once packages are pretended."""
    names: list[str] = []

    def unpack(_files: Sequence[Path], shop: Workshop) -> None:
        put(shop.root / LOADER)
        for name in ("gcc", *TOOLS):
            put(shop.root / "usr/bin" / name, ECHO)
        put(shop.root / "usr/bin/triplet-gcc", "\x7fELF")
        (shop.root / "usr/bin/link").symlink_to("triplet-gcc")
        put(shop.root / "usr/libexec/gcc/triplet/16/cc1", "\x7fELF")
        put(shop.root / "usr/libexec/gcc/triplet/16/liblto_plugin.so", "\x7fELF")

    def relink(programs: Sequence[Path], _shop: Workshop) -> None:
        names.extend(path.name for path in programs)

    monkeypatch.setattr(module, "fetch_packages", lambda *_: [(SOURCE, Path("gcc.deb"))])
    monkeypatch.setattr(module, "unpack", unpack)
    monkeypatch.setattr(module, "relink_programs", relink)
    return names


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    store = Store.at(tmp_path / "store")
    root = store.begin("k")
    put(root / LOADER)
    return Workshop(store=store, name="row-1", root=root, log=store.logs / "k.log")


def test_it_compiles_against_the_root_and_for_its_loader(
    relinked: list[str], shop: Workshop
) -> None:
    with gcc(PACKAGES, shop) as compiler:
        assert compiler.sources == (SOURCE,)
        words = subprocess.run(
            [compiler.programs / "gcc", "-c", "a b.c"], capture_output=True, text=True, check=True
        ).stdout.splitlines()
        assert {path.name for path in compiler.programs.iterdir()} == {"gcc", *TOOLS}
    libraries = shop.root / "usr/lib/x86_64-linux-gnu"
    assert words == [
        f"--sysroot={shop.root}",
        f"-B{shop.root}/toolchain/usr/bin",
        f"-Wl,--dynamic-linker={shop.root / LOADER}",
        f"-Wl,--disable-new-dtags,-rpath,{libraries}",
        "-c",
        "a b.c",
    ]


def test_programs_and_those_that_they_start_are_relinked_and_plugins_are_not(
    relinked: list[str], shop: Workshop
) -> None:
    with gcc(PACKAGES, shop):
        assert relinked == ["triplet-gcc", "cc1"]


def test_the_linker_finds_the_loader_where_the_c_library_says_it_is(
    relinked: list[str], shop: Workshop
) -> None:
    with gcc(PACKAGES, shop):
        assert (shop.root / "lib64/ld-linux-x86-64.so.2").resolve() == shop.root / LOADER
    assert sorted(path.name for path in shop.root.iterdir()) == ["usr"]


def test_nothing_is_left_when_the_work_fails(relinked: list[str], shop: Workshop) -> None:
    with pytest.raises(ZeroDivisionError), gcc(PACKAGES, shop):
        _ = 1 / 0
    assert sorted(path.name for path in shop.root.iterdir()) == ["usr"]


def test_packages_without_a_tool_are_told(
    relinked: list[str], shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TOOLS", (*TOOLS, "gold"))
    wording = r"packages lack gold \(mend `compiler_packages`"
    with pytest.raises(WorldFailure, match=wording), gcc(PACKAGES, shop):
        pass
