"""Interpreters that the machine already has, measured where they are.

Owns their discovery and their names, which never contain an absolute path. Refuses to copy.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

from pyrometer.errors import Mistake
from pyrometer.model import Expectation, Recipe, Row, Source
from pyrometer.provision.fetch import sha256_of
from pyrometer.provision.probe import resolve_shim
from pyrometer.provision.recipes import check_keys
from pyrometer.provision.workshop import Need, Obtained, Workshop

CODE_VERSION = 1
STORED = False
FOREIGN = False
COMPILES = False
VARIANT = "host"

_NAME = re.compile(r"(?:python|pypy|graalpy|rustpython)(?:\d(?:\.\d+)?)?t?")


def check(recipe: Recipe, where: str) -> None:
    """Raise Mistake unless the path of a program that can be started is given."""
    check_keys(recipe, where, {"path": str})
    _check_program(Path(cast("str", recipe.options["path"])), where)


def needs(recipe: Recipe) -> tuple[Need, ...]:
    """The program itself."""
    path = Path(cast("str", recipe.options["path"]))
    found = os.access(path, os.X_OK)
    return (Need(name=path.name, found=found, mend="name another program"),)


def expected_bytes(_recipe: Recipe, /) -> int:
    """Nothing is written."""
    return 0


def obtain(recipe: Recipe, shop: Workshop) -> Obtained:
    """The program where it is; what proves it is its checksum."""
    check(recipe, shop.name)
    named = Path(cast("str", recipe.options["path"]))
    path = resolve_shim(named, where=shop.name, cancelled=shop.cancelled)
    root = path.parent.parent if path.parent.name == "bin" else path.parent
    source = Source(
        name=path.name,
        version="",
        sha256=sha256_of(path.resolve()),
        size_bytes=path.resolve().stat().st_size,
    )
    return Obtained(root=root, executable=str(path.relative_to(root)), sources=(source,))


def strays(_executable: str, _shop: Workshop, /) -> tuple[str, ...]:
    """None: what the machine's own program uses is the machine's affair."""
    return ()


def row_for(path: Path, environ: Mapping[str, str] | None = None) -> Row:
    """A row for any Python by path; raises Mistake if it cannot be started.

    Nothing is started yet: the row promises no implementation and no version, and takes them
    from the facts.
    """
    environ = os.environ if environ is None else environ
    path = path.expanduser().absolute()  # not resolved: a link in a virtual environment is one
    _check_program(path, str(path))
    name = f"host:{name_of(path, environ)}"
    return Row(
        name=name,
        title=name_of(path, environ),
        variant=VARIANT,
        expect=Expectation(implementation="", series=""),
        recipe=Recipe(kind="host", options={"path": str(path)}),
    )


def name_of(path: Path, environ: Mapping[str, str]) -> str:
    """`python3.9` for what PATH would start by that name, else with where it comes from."""
    if path.parent == _shims(environ):
        return f"{path.name}@pyenv"
    first = first_on_path(path.name, environ)
    if first and _same(first, path):
        return path.name
    for origin, root in (("pyenv-", _pyenv(environ)), ("", _uv(environ))):
        if path.is_relative_to(root):
            return f"{path.name}@{origin}{path.relative_to(root).parts[0]}"
    return f"{path.name}@{hashlib.sha256(str(path).encode()).hexdigest()[:6]}"


def first_on_path(name: str, environ: Mapping[str, str] | None = None) -> Path | None:
    """What PATH would start by this name, shims left out."""
    environ = os.environ if environ is None else environ
    found = shutil.which(name, path=os.pathsep.join(map(str, _on_path(environ))))
    return Path(found) if found else None


def discover(environ: Mapping[str, str] | None = None) -> list[Path]:
    """Programs with a Python's name on PATH, of pyenv and of uv; each binary once.

    Shims are left out: the versions behind them are found themselves. Nothing is started, so
    a name is all that is known of these.
    """
    environ = os.environ if environ is None else environ
    found: dict[Path, Path] = {}
    for folder in _folders(environ):
        for path in _programs(folder):
            known = found.get(path.resolve())
            # The longest name in the first folder tells most: python3.11, not python.
            if known is None or (known.parent == folder and len(path.name) > len(known.name)):
                found[path.resolve()] = path
    return list(found.values())


def _folders(environ: Mapping[str, str]) -> Iterator[Path]:
    yield from _on_path(environ)
    yield from sorted(_pyenv(environ).glob("*/bin"))
    yield from sorted(_uv(environ).glob("*/bin"))


def _on_path(environ: Mapping[str, str]) -> Iterator[Path]:
    """PATH without the shims: what they start depends on the folder they are started in."""
    for word in environ.get("PATH", "").split(os.pathsep):
        if word and Path(word) != _shims(environ):
            yield Path(word)


def _shims(environ: Mapping[str, str]) -> Path:
    return _pyenv(environ).parent / "shims"


def _programs(folder: Path) -> list[Path]:
    try:
        paths = sorted(folder.iterdir())
    except OSError:
        return []
    return [p for p in paths if _NAME.fullmatch(p.name) and p.is_file() and os.access(p, os.X_OK)]


def _pyenv(environ: Mapping[str, str]) -> Path:
    root = environ.get("PYENV_ROOT") or f"{_home(environ)}/.pyenv"
    return Path(root) / "versions"


def _uv(environ: Mapping[str, str]) -> Path:
    share = environ.get("XDG_DATA_HOME") or f"{_home(environ)}/.local/share"
    return Path(environ.get("UV_PYTHON_INSTALL_DIR") or f"{share}/uv/python")


def _home(environ: Mapping[str, str]) -> str:
    return environ.get("HOME") or "/nonexistent"


def _same(one: Path, other: Path) -> bool:
    return one.absolute() == other or one.resolve() == other.resolve()


def _check_program(path: Path, where: str) -> None:
    if not path.is_file():
        raise Mistake("there is no such program", where=where, next_step="see `pyrometer list`")
    if not os.access(path, os.X_OK):
        raise Mistake("it is not executable", where=where, next_step=f"chmod +x {path}")
