"""Build the core's library, which knows no interpreter: build.py FOLDER."""

import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))

import building


def build(folder):
    """As it is and as an archive to be linked into modules."""
    made = building.core()
    for name in (building.LIBRARY, building.ARCHIVE):
        shutil.copy(str(made / name), str(folder))


if __name__ == "__main__":
    sys.exit(building.program(build))
