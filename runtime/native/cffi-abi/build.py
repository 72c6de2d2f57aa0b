"""Build the route through cffi's ABI mode: build.py FOLDER.  The core's library, nothing else."""

import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))

import building


def build(folder):
    """The library as it is: it knows no interpreter."""
    shutil.copy(str(building.core() / building.LIBRARY), str(folder))


if __name__ == "__main__":
    sys.exit(building.program(build))
