"""The unpacked compiler for another architecture: what it is made of, and that it makes things."""

from __future__ import annotations

import platform
import subprocess
from pathlib import Path

import pytest

from pyrometer.provision.cross import cross_gcc, packages_for
from pyrometer.provision.store import Store
from pyrometer.provision.workshop import ARCHITECTURES, Workshop


def test_a_compiler_is_named_as_debian_names_it() -> None:
    assert packages_for(ARCHITECTURES["aarch64"]).names == (
        "gcc-aarch64-linux-gnu",
        "libc6-dev-arm64-cross",
    )
    assert packages_for(ARCHITECTURES["x86_64"]).names == (
        "gcc-x86-64-linux-gnu",
        "libc6-dev-amd64-cross",
    )


@pytest.mark.interpreters
@pytest.mark.skipif(platform.machine() != "x86_64", reason="aarch64 is foreign elsewhere")
def test_it_links_a_program_with_the_other_architecture_s_c_library(tmp_path: Path) -> None:
    store = Store.default()
    root = tmp_path / "root"
    root.mkdir()
    shop = Workshop(store=store, name="cross", root=root, log=tmp_path / "log", machine="aarch64")
    source = tmp_path / "a.c"
    source.write_text("#include <math.h>\nint main(int n, char **v) { return (int)sin(n); }\n")
    with cross_gcc(shop) as cross:
        words = [str(cross.cc), "-o", str(tmp_path / "a"), str(source), "-lm"]
        subprocess.run(words, check=True)
        assert "gcc-12-aarch64-linux-gnu" in {one.name for one in cross.sources}
    # Bytes 18 and 19 of an ELF file are its machine: 183 is AArch64.
    assert (tmp_path / "a").read_bytes()[18:20] == (183).to_bytes(2, "little")
    assert list(root.iterdir()) == []
