"""Build the module that PyO3 makes of Rust within the stable ABI of CPython 3.9: build.py FOLDER."""

import runpy
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PYO3 = runpy.run_path(str(HERE.parent / "pyo3/build.py"))
building = PYO3["building"]


def build(folder):
    """One binary for every later version; PyO3 needs no Python for it."""
    filename = PYO3["MODULE"] + ".abi3.so"
    PYO3["compiled"](folder, filename, PYO3["crates"].for_all(), ["--features", "abi3"])


if __name__ == "__main__":
    sys.exit(building.program(build))
