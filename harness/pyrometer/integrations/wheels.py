"""Packages for interpreters whose own pip cannot reach an index.

pip needs the `ssl` of OpenSSL. GraalPy has Java's and RustPython none, so there the host fetches
and the interpreter's own pip installs from a folder: what to install, and what is there already,
is decided by nobody but the interpreter. Only pure Python can come this way.

Owns the fetching. Uses the pip that virtualenv carries, because the tool's own environment may
have none.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from virtualenv.seed.wheels.embed import get_embed_wheel

from pyrometer.errors import Mistake, WorldFailure
from pyrometer.launch import Command, Exit, launch
from pyrometer.model import Limits

REACH_AN_INDEX = frozenset({"cpython", "pypy"})
FETCH_LIMITS = Limits(timeout_s=900.0)
SOURCE_SUFFIXES = (".gz", ".zip")
PROJECT_FILES = ("pyproject.toml", "setup.py")
# What pip says to `install` and does not understand of `download`.
ONLY_TO_INSTALL = frozenset(
    {"-I", "-U", "--force-reinstall", "--ignore-installed", "--no-compile", "--upgrade"}
)
# Bytecode is written at the first import, of what is imported: all of it takes a JVM a minute.
FROM_FOLDER = ("--no-compile", "--no-index", "--find-links")


def reaches_an_index(implementation: str) -> bool:
    """Whether pip can download on that implementation."""
    return implementation in REACH_AN_INDEX


def carried_pip(python: str) -> Path:
    """The `pip` inside the wheel that virtualenv carries for that Python, `3.12`."""
    wheel = get_embed_wheel("pip", python)
    if wheel is None:
        raise Mistake(f"virtualenv carries no pip for Python {python}")
    return wheel.path / "pip"


@dataclass(frozen=True, kw_only=True)
class Wheelhouse:
    """A folder of pure wheels for one version of Python, filled by the host."""

    folder: Path
    python: str
    environment: Mapping[str, str]

    def fetch(self, words: Sequence[str]) -> list[str]:
        """The words for the interpreter's own `pip install` that need nothing but the folder.

        `words` are those that `pip install` would take. Projects and source distributions among
        them are built by the host. Raises WorldFailure with pip's own reason.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        ready = [self._built(word) for word in words]
        asked = [word for word in ready if word not in ONLY_TO_INSTALL]
        tags = ["--python-version", self.python, "--implementation", "py"]
        tags += ["--abi", "none", "--platform", "any", "--only-binary", ":all:"]
        self._pip("download", *tags, "--dest", str(self.folder), *asked)
        return [*FROM_FOLDER, str(self.folder), *ready]

    def _built(self, word: str) -> str:
        """A project or source distribution as the wheel that the host makes of it."""
        name, bracket, extras = word.partition("[")
        if not _is_source(Path(name)):
            return word
        built = self.folder / "built"
        for stale in built.glob("*.whl"):
            stale.unlink()
        self._pip("wheel", "--no-deps", "--wheel-dir", str(built), name)
        (wheel,) = built.glob("*.whl")
        if not wheel.name.endswith("-any.whl"):
            raise WorldFailure(
                f"{wheel.name} is not pure Python", where=name, next_step="leave this one out"
            )
        return f"{wheel.replace(self.folder / wheel.name)}{bracket}{extras}"

    def _pip(self, *words: str) -> None:
        host = f"{sys.version_info.major}.{sys.version_info.minor}"
        quiet = ("--quiet", "--disable-pip-version-check", "--no-input")
        argv = (sys.executable, str(carried_pip(host)), *words[:1], *quiet, *words[1:])
        ended = launch(Command(argv=argv, environment=self.environment, limits=FETCH_LIMITS))
        if not ended.ok:
            raise WorldFailure(
                f"pip {words[0]}: {_reason(ended)}",
                where=f"wheels for Python {self.python}",
                next_step="only pure wheels can be had for this interpreter",
            )


def _is_source(path: Path) -> bool:
    if path.is_dir():
        return any((path / name).is_file() for name in PROJECT_FILES)
    return path.suffix in SOURCE_SUFFIXES and path.is_file()


def _reason(ended: Exit) -> str:
    """pip's last error, which names the package that was not found."""
    if ended.timed_out:
        return "it did not end"
    lines = ended.stderr.decode(errors="replace").splitlines()
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    return (errors or lines or [ended.not_started or f"exit status {ended.code}"])[-1]
