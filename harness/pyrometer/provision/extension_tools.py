"""Compilers for extensions, as the variables by which build files are told of them.

For this machine's own interpreters the host's C compiler will do, which a build file finds itself;
for those of another processor one is unpacked, as a Rust compiler always is. None is kept.
"""

from __future__ import annotations

import contextlib
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

from pyrometer.model import Extension
from pyrometer.provision.cross import cross_gcc, for_cargo, rust_triple
from pyrometer.provision.emulator import is_foreign
from pyrometer.provision.roots import Packages
from pyrometer.provision.rust import rust
from pyrometer.provision.workshop import Workshop

RUST = Packages(suite="forky", names=("rustc", "cargo"))


class Tools:
    """What is unpacked for the extensions of one interpreter, each when it is first asked for."""

    def __init__(self, begin: Callable[[Path], Workshop], leaving: contextlib.ExitStack) -> None:
        """`begin` makes a workshop for the interpreter's machine in a folder of that name."""
        self._begin, self._leaving = begin, leaving
        self._c: dict[str, str] | None = None
        self._rust: dict[str, str] | None = None

    def of(self, extension: Extension) -> dict[str, str]:
        """Variables that name the tools of an extension; raises WorldFailure."""
        if self._c is None:
            self._c = self._c_compiler()
        if extension.toolchain != "rust":
            return self._c
        if self._rust is None:
            self._rust = self._rust_compiler()
        return {**self._c, **self._rust}

    def _c_compiler(self) -> dict[str, str]:
        shop = self._shop()
        if not is_foreign(shop.machine):
            return {}
        cross = self._leaving.enter_context(cross_gcc(shop))
        target = {"CARGO_BUILD_TARGET": rust_triple(shop.machine)}
        return {"CC": str(cross.cc), **target, **for_cargo(cross, shop.machine)}

    def _rust_compiler(self) -> dict[str, str]:
        compiler = self._leaving.enter_context(rust(RUST, self._shop()))
        return {"CARGO": str(compiler.cargo), "RUSTC": str(compiler.rustc)}

    def _shop(self) -> Workshop:
        shop = self._begin(Path(f".tools-{secrets.token_hex(6)}"))
        shop.root.mkdir()
        self._leaving.callback(shutil.rmtree, shop.root, ignore_errors=True)
        return shop
