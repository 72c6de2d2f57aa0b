"""Packages of a runtime_env's `pip`, installed by the first worker that needs them.

Owns the cache: one folder for each list of packages and each interpreter, below the user's cache
directory, which appears whole or not at all. A worker has it on its module path, so that nothing
is installed where others would see it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from polyray.places import PIP


def listed(pip: Any) -> list[str]:
    """The requirements of the option: a list, a dict with `packages`, or a file of them.

    Raises TypeError for anything else and OSError for a file that cannot be read.
    """
    if isinstance(pip, dict):
        pip = pip.get("packages")
    if isinstance(pip, str):
        lines = (line.partition(" #")[0].strip() for line in Path(pip).read_text().splitlines())
        pip = [line for line in lines if line and line[0] != "#"]
    if not isinstance(pip, (list, tuple)) or not all(isinstance(one, str) for one in pip):
        raise TypeError("runtime_env['pip'] is a list of requirements, a file of them or a dict")
    return sorted(pip)


def folder(requirements: Sequence[str]) -> Path:
    """Where these are, or will be, for this interpreter."""
    about = [sys.implementation.cache_tag or sys.implementation.name, sys.platform, *requirements]
    name = hashlib.sha256(json.dumps(about).encode()).hexdigest()[:16]
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(cache) / "polyray" / "pip" / name


def prepare() -> None:
    """Install what this worker is to have unless it is there; raises SystemExit if pip cannot."""
    requirements = json.loads(os.environ[PIP])
    place = folder(requirements)
    if place.is_dir():
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    with _lock(place):
        if not place.is_dir():
            _install(requirements, place)


def _install(requirements: Sequence[str], place: Path) -> None:
    made = tempfile.mkdtemp(dir=str(place.parent), prefix=".new-")
    words = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    try:
        subprocess.run(
            [*words, "--target", made, *requirements],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=True,
        )
        os.rename(made, str(place))
    except subprocess.CalledProcessError as error:
        said = error.stdout.decode(errors="replace").strip()
        raise SystemExit("pip could not install {}:\n{}".format(requirements, said)) from None
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextlib.contextmanager
def _lock(place: Path) -> Iterator[None]:
    """One process at a time; where there are no locks, the last one wins."""
    with open(str(place) + ".lock", "w") as file:
        try:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        except (ImportError, AttributeError, OSError):
            pass
        yield
