"""Build the route through HPy's CPython ABI: build.py FOLDER."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tools"))

import building  # noqa: E402
import hpy_files  # noqa: E402


def build(folder):
    """The same source as the universal one's, compiled to the C API of this interpreter."""
    if building.interpreter()["implementation"] == "pypy":
        raise building.CannotBuild("HPy's CPython ABI needs CPython's structures")
    archive = building.core() / building.ARCHIVE
    words = [f"-I{building.NATIVE}"]
    sources = sorted((HERE.parent / "hpy").glob("*.c"))
    hpy_files.module("_polyray_hpy", sources, folder, words=words, after=[archive])


if __name__ == "__main__":
    sys.exit(building.program(build))
