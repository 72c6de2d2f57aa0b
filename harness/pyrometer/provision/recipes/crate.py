"""RustPython from its published crate, compiled here.

Owns the call of cargo and the standard library beside the program. Everything that ends up in
the build comes from the registry or from Debian's packages under a checksum, nothing from the
host but its C compiler: what pkg-config would find differs from host to host. For another
architecture the C compiler is Debian's too, and the C library is unpacked beside the program.
With `program`, a folder among the recipe's `parts`, that crate of this checkout is compiled, which
has the published one in it.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import cast

from pyrometer.errors import WorldFailure
from pyrometer.model import Limits, Recipe, Source
from pyrometer.provision import checkout
from pyrometer.provision.crates import Crate, extract, locked, name_registry, source_of
from pyrometer.provision.cross import cross_gcc, for_cargo, rust_triple
from pyrometer.provision.emulator import emulator_of, is_foreign, write_launcher
from pyrometer.provision.environment import target_environment, tool_environment
from pyrometer.provision.recipes import check_keys, debian
from pyrometer.provision.roots import Packages, fetch_packages, relink, unpack
from pyrometer.provision.rust import Rust, rust
from pyrometer.provision.tools import Tool, attempt, find_tool, run, version_of
from pyrometer.provision.workshop import Need, Obtained, Workshop

CODE_VERSION = 1
STORED = True
FOREIGN = True
COMPILES = True
EXPECTED_BYTES = 4000 * 10**6
INSTALL_CC = "on Debian: apt-get install gcc libc6-dev"
# A quarter of an hour on two quiet cores; a loaded machine takes several times that.
CARGO_LIMITS = Limits(timeout_s=3 * 3600.0, output_bytes=64 * 2**20)

# What would change the program without being in the receipt.
STEERING = ("RUST", "CARGO_ENCODED", "CARGO_BUILD", "CARGO_PROFILE", "CARGO_TARGET")
TARGET = "target"
CHECKOUT = "checkout"
LIBFFI = "libffi"
# What a program for another architecture needs to be started at all.
C_LIBRARY = ("libc6", "libgcc-s1")
EMULATED = "emulated"


@dataclass(frozen=True, kw_only=True)
class _Tools:
    """Compilers, as words and variables for cargo; `sources` of what was unpacked for them."""

    rust: Rust
    cc: str = "cc"
    words: tuple[str, ...] = ()
    variables: dict[str, str] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()


def check(recipe: Recipe, where: str) -> None:
    """Raise Mistake unless crate, checksum, features, library and compiler are given."""
    texts = ("crate", "version", "sha256", "library", "library_path", "rust_suite", "libffi_suite")
    check_keys(
        recipe,
        where,
        {**dict.fromkeys(texts, str), "features": list, "rust_packages": list},
        {"program": str, checkout.OPTION: list},
    )


def needs(recipe: Recipe, /) -> tuple[Need, ...]:
    """A C compiler, and what it takes to unpack a Rust compiler."""
    found = find_tool("cc") is not None
    return (Need(name="cc", found=found, mend=INSTALL_CC), *debian.needs(recipe))


def expected_bytes(_recipe: Recipe, /) -> int:
    """The compiler and cargo's target folder, both gone afterwards, take nearly all."""
    return EXPECTED_BYTES


def obtain(recipe: Recipe, shop: Workshop) -> Obtained:
    """Compiler, crate, library, bytecode; raises WorldFailure."""
    started = time.monotonic()
    suite = _text(recipe, "libffi_suite")
    linked = (*_static_libffi(suite, shop), *_c_library(suite, shop))
    with ExitStack() as leaving:
        tools = _tools(recipe, shop, leaving)
        fetch_s = time.monotonic() - started
        _install(recipe, tools, shop)
        toolchain = dict(_versions(tools, shop))
    for folder in (TARGET, CHECKOUT):
        shutil.rmtree(shop.root / folder, ignore_errors=True)
    program = Crate(
        name=_text(recipe, "crate"),
        version=_text(recipe, "version"),
        sha256=_text(recipe, "sha256"),
    )
    lock, pinned = locked(program, shop)
    library = pinned[_text(recipe, "library")]
    extract(library, "Lib", shop.root / _text(recipe, "library_path"), shop)
    executable = _launched(program.name, shop)
    _compile_library(recipe, executable, shop)
    crates = (source_of(program, shop), lock, source_of(library, shop))
    parts = checkout.source_of(recipe)
    return Obtained(
        root=shop.root,
        executable=executable,
        sources=(*crates, *((parts,) if parts else ()), *linked, *tools.sources),
        flags=("lto=thin", f"features={','.join(_words(recipe, 'features'))}"),
        toolchain=toolchain,
        fetch_s=fetch_s,
    )


def strays(_executable: str, _shop: Workshop, /) -> tuple[str, ...]:
    """None: it needs a C library alone, the host's or where it is foreign the one beside it."""
    return ()


def _tools(recipe: Recipe, shop: Workshop, leaving: ExitStack) -> _Tools:
    """The compilers for the shop's machine, unpacked until `leaving` is left."""
    packages = Packages(suite=_text(recipe, "rust_suite"), names=_words(recipe, "rust_packages"))
    compiler = leaving.enter_context(rust(packages, shop))
    if not is_foreign(shop.machine):
        return _Tools(rust=compiler, sources=compiler.sources)
    cross = leaving.enter_context(cross_gcc(shop))
    return _Tools(
        rust=compiler,
        cc=str(cross.cc),
        words=("--target", rust_triple(shop.machine)),
        variables=for_cargo(cross, shop.machine),
        sources=(*compiler.sources, *cross.sources),
    )


def _c_library(suite: str, shop: Workshop) -> tuple[Source, ...]:
    """Unpack the C library that a foreign program is started with; nothing for one of the host's.

    Of the suite of the libffi that it is linked with, to whose C library it is compiled.
    """
    if not is_foreign(shop.machine):
        return ()
    files = fetch_packages(Packages(suite=suite, names=C_LIBRARY), shop)
    unpack([path for _, path in files], shop)
    return tuple(source for source, _ in files)


def _launched(program: str, shop: Workshop) -> str:
    """What is to be started: the program itself, or where it is foreign its launcher."""
    executable = f"bin/{program}"
    if not is_foreign(shop.machine):
        return executable
    relink(shop.root / executable, shop)
    launcher = f"{EMULATED}/{program}"
    emulator = emulator_of(shop.machine, shop)
    write_launcher(shop.root / launcher, shop.root / executable, emulator)
    return launcher


def _install(recipe: Recipe, tools: _Tools, shop: Workshop) -> None:
    """Let cargo compile it with its own lock file; it verifies what it downloads."""
    what: tuple[str, ...]
    if "program" in recipe.options:  # which says itself what it is made of
        what = ("--path", _copied(recipe, tools, shop))
    else:
        features = ("--no-default-features", "--features", ",".join(_words(recipe, "features")))
        what = (_text(recipe, "crate"), f"--version=={_text(recipe, 'version')}", *features)
    shop.say("compiling with cargo")
    words = ("install", *what, "--locked", "--no-track", "--root", str(shop.root), *tools.words)
    _cargo(words, recipe, tools, shop)


def _copied(recipe: Recipe, tools: _Tools, shop: Workshop) -> str:
    """The folder with a copy of the program of ours, and beside it its parts."""
    checkout.copy(recipe, shop.root / CHECKOUT, shop)
    folder = shop.root / CHECKOUT / _text(recipe, "program")
    manifest = str(folder / "Cargo.toml")
    _cargo(("generate-lockfile", "--manifest-path", manifest), recipe, tools, shop)
    name_registry(folder, shop)
    return str(folder)


def _cargo(words: tuple[str, ...], recipe: Recipe, tools: _Tools, shop: Workshop) -> None:
    """Run cargo with nothing of the person's that would change the program."""
    words += ("--offline",) if shop.offline else ()
    own = {
        **tools.variables,
        "RUSTC": str(tools.rust.rustc),
        "RUSTFLAGS": f"-L native={shop.root / LIBFFI}",
        "CARGO_TARGET_DIR": str(shop.root / TARGET),
        "CARGO_PROFILE_RELEASE_LTO": "thin",
        "BUILDTIME_RUSTPYTHONPATH": str(shop.root / _text(recipe, "library_path")),
        "RUSTPYTHON_PREFIX": str(shop.root),
        "PKG_CONFIG": "/bin/false",
    }
    environment = {k: v for k, v in tool_environment().items() if not k.startswith(STEERING)}
    cargo = Tool(
        what="cargo",
        argv=(str(tools.rust.cargo), *words),
        environment={**environment, **own},
        limits=CARGO_LIMITS,
    )
    run(cargo, shop)


def _static_libffi(suite: str, shop: Workshop) -> tuple[Source, ...]:
    """Put a libffi to be linked in where cargo looks, so that the host need not have one.

    Of the oldest suite that has to run the program: a newer one asks for a newer C library.
    """
    files = fetch_packages(Packages(suite=suite, names=("libffi-dev",)), shop)
    wanted = [(source, path) for source, path in files if source.name == "libffi-dev"]
    folder = shop.root / LIBFFI
    unpack([path for _, path in wanted], replace(shop, root=folder))
    archive = next(iter(folder.glob("usr/lib/*/libffi_pic.a")), None)
    if archive is None:
        raise WorldFailure("libffi-dev has no libffi_pic.a", where=shop.name)
    archive.rename(folder / "libffi.a")
    return tuple(source for source, _ in wanted)


def _versions(tools: _Tools, shop: Workshop) -> Iterator[tuple[str, str]]:
    for path in (tools.rust.rustc, tools.rust.cargo):
        yield path.name, version_of(str(path), shop)
    yield "cc", version_of(tools.cc, shop)


def _compile_library(recipe: Recipe, executable: str, shop: Workshop) -> None:
    """Compile the library to bytecode; test data that is no Python fails and does not matter."""
    shop.say("compiling the library")
    library = str(shop.root / _text(recipe, "library_path"))
    words = (str(shop.root / executable), "-m", "compileall", "-q", library)
    attempt(Tool(what="compileall", argv=words, environment=target_environment({})), shop)


def _text(recipe: Recipe, key: str) -> str:
    return cast("str", recipe.options[key])


def _words(recipe: Recipe, key: str) -> tuple[str, ...]:
    return tuple(cast("list[str]", recipe.options[key]))
