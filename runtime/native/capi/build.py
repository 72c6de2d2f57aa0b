"""Build the route through the C API: build.py FOLDER.  For the interpreter that runs this."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tools"))

import building  # noqa: E402


def build(folder):
    """C against Python.h, with the core linked in."""
    building.extension("_polyray_capi", sorted(HERE.glob("*.c")), folder)


if __name__ == "__main__":
    sys.exit(building.route("capi", build))
