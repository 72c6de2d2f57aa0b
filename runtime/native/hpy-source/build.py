"""Fetch HPy's source, verify and patch it: build.py FOLDER.

HPy 0.9.0 as released crashes on CPython 3.13 and later, so nothing here uses an HPy that was not
built from this folder. What lies in it knows no interpreter.
"""

import hashlib
import shutil
import sys
import tarfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tools"))

import building  # noqa: E402

VERSION = "0.9.0"
SHA256 = "4545310f3a7f9ac249c0f19a80a9b05f46565afb62b7e9225b79493b7b6c70cc"
PIP = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]


def build(folder):
    """The package `hpy` as C and Python, and its licence."""
    archive = folder / f"hpy-{VERSION}.tar.gz"
    building.run(
        [*PIP, "--no-deps", "--no-binary", "hpy", "--dest", str(folder), f"hpy=={VERSION}"]
    )
    found = hashlib.sha256(archive.read_bytes()).hexdigest() if archive.exists() else "none"
    if found != SHA256:
        raise building.CannotBuild(f"{archive.name} has sha256 {found}, pinned is {SHA256}")
    with tarfile.open(archive) as packed:
        packed.extractall(folder)  # noqa: S202 - it is the one that was pinned
    archive.unlink()
    unpacked = folder / f"hpy-{VERSION}"
    if shutil.which("patch") is None:
        raise building.CannotBuild("no patch: on Debian, apt-get install patch")
    for patch in sorted((HERE / "patches").glob("*.patch")):
        building.run(
            ["patch", "-p1", "--no-backup-if-mismatch", "-d", str(unpacked), "-i", str(patch)]
        )
    (unpacked / "hpy").rename(folder / "hpy")
    (unpacked / "LICENSE").rename(folder / "hpy/LICENSE")
    shutil.rmtree(str(unpacked))


if __name__ == "__main__":
    sys.exit(building.program(build))
