"""Fetch HPy's source, verify and patch it: build.py FOLDER.

HPy 0.9.0 as released crashes on CPython 3.13 and later, so nothing here uses an HPy that was not
built from this folder. What lies in it knows no interpreter.
"""

import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tools"))

import building  # noqa: E402
import hpy_release  # noqa: E402


def build(folder):
    """The package `hpy` as C and Python, and its licence."""
    unpacked = hpy_release.unpacked(folder)
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
