"""Build the module that pybind11's headers make: build.py FOLDER."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
C = HERE.parent / "c"
SUITE = HERE.parents[1]
sys.path.insert(0, str(HERE.parents[3] / "runtime/native/tools"))

import building  # noqa: E402


def build(folder):
    """For this interpreter and this version of it alone."""
    packages = building.made("packages", SUITE / "_packages/build.py", folder)
    sources = [HERE / "module.cpp", C / "border.c"]
    words = ["-std=c++17", "-I{}".format(packages / "pybind11/include"), "-I{}".format(C)]
    building.extension("_border_pybind11", sources, folder, words=words, language="c++")


if __name__ == "__main__":
    sys.exit(building.program(build))
