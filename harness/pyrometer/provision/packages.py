"""Pure Python packages that a suite's cases import: fetched by the host, pinned, unpacked once.

Owns the folder `packages/` of the store. The interpreter under test needs no pip and no network:
it is given the folders on its module path.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

from pyrometer.errors import WorldFailure
from pyrometer.launch import Command, launch
from pyrometer.model import Limits, Package
from pyrometer.provision.environment import pip_environment
from pyrometer.provision.fetch import sha256_of
from pyrometer.provision.store import Store

FOLDER = "packages"
FETCH_LIMITS = Limits(timeout_s=600.0)


def obtain_packages(
    packages: Sequence[Package], store: Store, *, offline: bool = False
) -> tuple[Path, ...]:
    """A folder for each package; raises WorldFailure for one that cannot be had."""
    return tuple(_obtain(package, store, offline=offline) for package in packages)


def _obtain(package: Package, store: Store, *, offline: bool) -> Path:
    folder = store.root / FOLDER / f"{package.name}-{package.version}-{package.sha256[:12]}"
    if folder.is_dir():
        return folder
    if offline:
        raise WorldFailure("not in the store, and --offline was given", where=package.title)
    with store.lock(folder.name):
        if not folder.is_dir():
            _make(package, folder)
    return folder


def _make(package: Package, folder: Path) -> None:
    """Fetch, verify and unpack; the folder appears whole or not at all."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".new-") as name:
        wheel = _fetched(package, Path(name))
        unpacked = Path(name) / "unpacked"
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(unpacked)
        shutil.move(unpacked, folder)


def _fetched(package: Package, folder: Path) -> Path:
    words = ["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    words += ["--only-binary", ":all:", "--dest", str(folder)]
    words += [f"{package.name}=={package.version}"]
    argv = (sys.executable, *words)
    left = launch(Command(argv=argv, environment=pip_environment(), limits=FETCH_LIMITS))
    wheels = sorted(folder.glob("*.whl"))
    if not left.ok or not wheels:
        said = left.stderr.decode("utf-8", "replace").strip().splitlines()
        reason = said[-1] if said else "pip said nothing"
        raise WorldFailure(f"pip could not fetch it: {reason}", where=package.title)
    found = sha256_of(wheels[0])
    if found != package.sha256:
        raise WorldFailure(
            f"{wheels[0].name} has sha256 {found}, pinned is {package.sha256}",
            where=package.title,
        )
    return wheels[0]
