"""Fetch what modules are written with, Cython and pybind11: build.py FOLDER.

Both are Python alone, and C++ headers: one wheel for all interpreters, and the host uses it.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[2] / "runtime/native/tools"))

import building  # noqa: E402
import wheels  # noqa: E402

PINNED = {
    "cython-3.3.1-py3-none-any.whl": "61abc7feedd20dac6c4ff7ab3a30e17136a067b242ab9253e2b4a6d9a72c2b61",
    "pybind11-3.1.0-py3-none-any.whl": "b8488090f8acffbcb6b5d6a85571a6827a0a2981ffb75e5a0b27b87c4a6b7dd0",
}


def build(folder):
    """All of them, verified and unpacked."""
    for name, sha256 in PINNED.items():
        wheels.fetch(name, sha256, folder)
        building.versions.update([name.split("-")[:2]])


if __name__ == "__main__":
    sys.exit(building.program(build))
