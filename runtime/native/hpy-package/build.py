"""Build the part of HPy that loads universal modules, for one interpreter: build.py FOLDER.

PyPy 7.3 has its own, of HPy 0.9; PyPy 8 has none any more, and this one needs CPython's structures.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tools"))

import building  # noqa: E402
import hpy_files  # noqa: E402


def build(folder):
    """The package `hpy` with `hpy.universal`, `hpy.debug` and `hpy.trace`."""
    facts = building.interpreter()
    if facts["implementation"] == "pypy":
        if facts["version"][0] < 8:
            return
        raise building.CannotBuild("PyPy 8 has no HPy any more")
    if facts["implementation"] not in ("cpython", "graalpy"):
        raise building.CannotBuild(f"HPy does not know {facts['implementation']}")
    hpy_files.package(hpy_files.source(folder), folder)


if __name__ == "__main__":
    sys.exit(building.program(build))
