"""Build HPy's runtime as it was released, and a module with a type: build.py FOLDER.

For CPython: what the released one does there is a finding of this suite. Nothing else uses it.
"""

import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[2] / "runtime/native/tools"))

import building  # noqa: E402
import hpy_files  # noqa: E402
import hpy_release  # noqa: E402


def build(folder):
    """The package `hpy` as released, and `counter.hpy0.so`, which any HPy loads."""
    if building.interpreter()["implementation"] != "cpython":
        raise building.CannotBuild("the released HPy is a finding on CPython")
    unpacked = hpy_release.unpacked(folder)
    source = unpacked / "hpy"
    (unpacked / "LICENSE").rename(source / "LICENSE")
    hpy_files.package(source, folder)
    hpy_files.universal_module("counter", [HERE / "counter.c"], folder)
    shutil.rmtree(str(unpacked))
    building.versions["hpy"] = hpy_release.VERSION


if __name__ == "__main__":
    sys.exit(building.program(build))
