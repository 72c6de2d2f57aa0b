"""CPython compiled here, from the tarball that Debian's source package of a series carries.

Owns the calls of configure and make, and the refusal of a build that lacks a library. Compiler,
make, headers and libraries are Debian's packages under a checksum and none of the host's: what
configure would find differs from host to host, and two builds are compared by their figures.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from pyrometer.errors import WorldFailure
from pyrometer.model import Limits, Recipe, Source
from pyrometer.provision import roots
from pyrometer.provision.environment import target_environment
from pyrometer.provision.gcc import Gcc, gcc
from pyrometer.provision.recipes import check_keys, debian
from pyrometer.provision.roots import Packages, fetch_packages, unpack
from pyrometer.provision.tarballs import Tarball, fetch_tarball, unpack_tarball
from pyrometer.provision.tools import Tool, run, version_of
from pyrometer.provision.workshop import Need, Obtained, Workshop

CODE_VERSION = 1
STORED = True
FOREIGN = False
COMPILES = True
EXPECTED_BYTES = 1500 * 10**6
# Some minutes on two quiet cores, ten times that for an optimised build on a loaded machine.
MAKE_LIMITS = Limits(timeout_s=3 * 3600.0, output_bytes=64 * 2**20)

PREFIX = "usr/local"
WORK = "work"
# Without tests, pip and debugging symbols, none of which Debian's interpreters bring either.
ALWAYS = ("--without-static-libpython", "--disable-test-modules", "--without-ensurepip")
COMPILER = {"CC": "gcc", "CFLAGS_NODIST": "-g0"}
# The host's pkg-config would name the host's libraries.
FIND_NOTHING = {"PKG_CONFIG": "/bin/false"}
# As Debian builds its own packages: profile-guided, optimised at link time.
OPTIMISED = ("--enable-optimizations", "--with-lto")

# Without one of these, programs of the suites would fail for no fault of the interpreter.
REQUIRED = ("ssl", "sqlite3", "ctypes", "lzma", "bz2", "zlib")
NAME_LACKING = """
import importlib, sys
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except ImportError:
        print(name)
"""
NAME_NOT_BUILT = """
import sysconfig
for key, state in sorted(sysconfig.get_config_vars().items()):
    if key.startswith("MODULE_") and key.endswith("_STATE") and state == "missing":
        print(key[len("MODULE_"):-len("_STATE")].lower())
"""
# What only a compiler reads.
DEVELOPMENT = ("usr/include", "usr/share", "usr/bin")
ARCHIVES = ("*.a", "*.o", "pkgconfig")


def check(recipe: Recipe, where: str) -> None:
    """Raise Mistake unless the tarball, its checksum, compiler and libraries are given."""
    texts = dict.fromkeys(("suite", "package", "version", "sha256"), str)
    lists = dict.fromkeys(("compiler_packages", "library_packages"), list)
    check_keys(recipe, where, {**texts, **lists}, {"configure": list, "optimised": bool})


def needs(recipe: Recipe, /) -> tuple[Need, ...]:
    """What it takes to unpack packages: the compiler is one of them."""
    return debian.needs(recipe)


def expected_bytes(_recipe: Recipe, /) -> int:
    """Packages, sources, object files and the compiler, nearly all gone afterwards."""
    return EXPECTED_BYTES


@dataclass(frozen=True, kw_only=True)
class _Site:
    """Where one compilation happens, and with what."""

    recipe: Recipe
    shop: Workshop
    compiler: Gcc
    source: Path
    build: Path

    def run(self, what: str, *argv: str) -> str:
        """A step; nothing of the person's environment reaches it but home and temporary folder."""
        kept = {name: os.environ[name] for name in ("HOME", "TMPDIR") if name in os.environ}
        path = f"{self.compiler.programs}:/usr/bin:/bin"
        environment = {**kept, "PATH": path, "LC_ALL": "C", **COMPILER, **FIND_NOTHING}
        tool = Tool(
            what=what, argv=argv, cwd=self.build, environment=environment, limits=MAKE_LIMITS
        )
        return run(tool, self.shop)

    def make(self, what: str, *words: str) -> None:
        """A target of the Makefile, on all cores that this process may use."""
        jobs = len(os.sched_getaffinity(0))
        self.run(what, str(self.compiler.programs / "make"), f"-j{jobs}", *words)


def obtain(recipe: Recipe, shop: Workshop) -> Obtained:
    """Tarball, libraries, compiler, then configure, make, make install; raises WorldFailure."""
    started = time.monotonic()
    origin, tarball = fetch_tarball(_tarball(recipe), shop)
    libraries = _unpack_libraries(recipe, shop)
    with gcc(_packages(recipe, "compiler_packages"), shop) as compiler:
        fetch_s = time.monotonic() - started
        with _work_folder(shop) as work:
            source = unpack_tarball(tarball, work / "source", shop)
            site = _Site(
                recipe=recipe, shop=shop, compiler=compiler, source=source, build=work / "build"
            )
            _compile(site)
        toolchain = dict(_versions(compiler, shop))
    executable = _executable(recipe, shop)
    _remove_development_files(shop)
    _refuse_lacking(executable, shop)
    debian.refuse_strays(strays(executable, shop), "library_packages", shop)
    packages = {source.sha256: source for source in (*libraries, *compiler.sources)}
    return Obtained(
        root=shop.root,
        executable=executable,
        sources=(origin, *sorted(packages.values(), key=lambda one: one.name)),
        flags=(*_words_for_configure(recipe), *_settings(), *_not_built(executable, shop)),
        toolchain=toolchain,
        fetch_s=fetch_s,
    )


def strays(executable: str, shop: Workshop, /) -> tuple[str, ...]:
    """Shared libraries that the root lacks or would take from the host."""
    extensions = sorted(shop.root.glob(f"{PREFIX}/lib/python3*/lib-dynload/*.so"))
    return roots.strays([shop.root / executable, *extensions], shop)


def _compile(site: _Site) -> None:
    site.build.mkdir()
    site.shop.say("configuring")
    prefix = (f"--prefix={site.shop.root / PREFIX}", f"--with-openssl={site.shop.root / 'usr'}")
    words = _words_for_configure(site.recipe)
    site.run("configure", str(site.source / "configure"), *prefix, *words)
    site.shop.say("compiling, with a profile run" if _is_optimised(site.recipe) else "compiling")
    site.make("make")
    site.shop.say("installing, and compiling the library")
    site.make("make install", "install")


def _unpack_libraries(recipe: Recipe, shop: Workshop) -> tuple[Source, ...]:
    files = fetch_packages(_packages(recipe, "library_packages"), shop)
    unpack([path for _, path in files], shop)
    return tuple(source for source, _ in files)


@contextmanager
def _work_folder(shop: Workshop) -> Iterator[Path]:
    """A folder for sources and object files while the block lasts."""
    folder = shop.root / WORK
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _remove_development_files(shop: Workshop) -> None:
    folders = [shop.root / name for name in DEVELOPMENT]
    for pattern in ARCHIVES:
        folders += shop.root.glob(f"usr/lib/*/{pattern}")
    for path in folders:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _refuse_lacking(executable: str, shop: Workshop) -> None:
    lacking = _ask(NAME_LACKING, executable, shop, *REQUIRED)
    if lacking:
        raise WorldFailure(
            f"it was built without {', '.join(lacking)}",
            where=shop.name,
            next_step=f"mend `library_packages` of its recipe; log: {shop.log}",
        )


def _not_built(executable: str, shop: Workshop) -> tuple[str, ...]:
    """For the receipt: modules that configure found nothing to build from."""
    missing = _ask(NAME_NOT_BUILT, executable, shop)
    return (f"not built: {' '.join(missing)}",) if missing else ()


def _ask(program: str, executable: str, shop: Workshop, *words: str) -> tuple[str, ...]:
    """Words that a program prints in the interpreter that was just built."""
    argv = (str(shop.root / executable), "-c", program, *words)
    told = run(Tool(what="a first start", argv=argv, environment=target_environment({})), shop)
    return tuple(told.split())


def _versions(compiler: Gcc, shop: Workshop) -> Iterator[tuple[str, str]]:
    for name in ("gcc", "ld", "make"):
        yield name, version_of(str(compiler.programs / name), shop)


def _executable(recipe: Recipe, shop: Workshop) -> str:
    series = ".".join(_text(recipe, "version").split(".")[:2])
    path = shop.root / PREFIX / "bin" / f"python{series}"
    if not path.exists():
        raise WorldFailure(f"make install left no python{series}", where=shop.name)
    return str(path.relative_to(shop.root))


def _words_for_configure(recipe: Recipe) -> tuple[str, ...]:
    """Without the two that name folders, which differ from machine to machine."""
    own = tuple(cast("list[str]", recipe.options.get("configure", [])))
    return (*ALWAYS, *(OPTIMISED if _is_optimised(recipe) else ()), *own)


def _settings() -> Iterator[str]:
    return (f"{name}={value}" for name, value in COMPILER.items())


def _is_optimised(recipe: Recipe) -> bool:
    return bool(recipe.options.get("optimised", False))


def _tarball(recipe: Recipe) -> Tarball:
    return Tarball(
        suite=_text(recipe, "suite"),
        package=_text(recipe, "package"),
        version=_text(recipe, "version"),
        sha256=_text(recipe, "sha256"),
    )


def _packages(recipe: Recipe, key: str) -> Packages:
    names = tuple(cast("list[str]", recipe.options[key]))
    return Packages(suite=_text(recipe, "suite"), names=names)


def _text(recipe: Recipe, key: str) -> str:
    return cast("str", recipe.options[key])
