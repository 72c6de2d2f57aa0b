"""Build the plain library that cffi loads in its ABI mode: build.py FOLDER."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[3] / "runtime/native/tools"))

import building  # noqa: E402


def build(folder):
    """C that knows no interpreter."""
    building.compiled("libborder.so", [HERE.parent / "c/border.c"], folder, after=["-lm"])


if __name__ == "__main__":
    sys.exit(building.program(build))
