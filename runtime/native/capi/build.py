"""Build the route through the C API: build.py FOLDER."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tools"))

import building  # noqa: E402


def build(folder):
    """C against Python.h, with the core linked in."""
    archive = building.core() / building.ARCHIVE
    words = [f"-I{building.NATIVE}"]
    sources = sorted(HERE.glob("*.c"))
    building.extension("_polyray_capi", sources, folder, words=words, after=[archive])


if __name__ == "__main__":
    sys.exit(building.program(build))
