"""Build the route through HPy's universal ABI: build.py FOLDER.

What is built knows no interpreter; it is loaded by hpy-package's HPy, or PyPy 7.3's own.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tools"))

import building  # noqa: E402
import hpy_files  # noqa: E402


def build(folder):
    """One binary for all interpreters that have HPy, with the core linked in."""
    archive = building.core() / building.ARCHIVE
    words = [f"-I{building.NATIVE}"]
    sources = sorted(HERE.glob("*.c"))
    hpy_files.universal_module("_polyray_hpy", sources, folder, words=words, after=[archive])


if __name__ == "__main__":
    sys.exit(building.program(build))
