"""Build the module against HPy's CPython ABI: build.py FOLDER."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
C = HERE.parent / "c"
sys.path.insert(0, str(HERE.parents[3] / "runtime/native/tools"))

import building  # noqa: E402
import hpy_files  # noqa: E402


def build(folder):
    """For this interpreter alone; HPy becomes the C API when it is compiled."""
    if building.interpreter()["implementation"] == "pypy":
        raise building.CannotBuild("HPy's CPython ABI needs CPython's structures")
    sources = [HERE / "module.c", C / "border.c"]
    words = ["-I{}".format(C), "-DMODULE=_border_hpy"]
    hpy_files.module("_border_hpy", sources, folder, words=words, after=["-lm"])


if __name__ == "__main__":
    sys.exit(building.program(build))
