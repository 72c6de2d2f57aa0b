"""Build the module against the interpreter's own Python.h: build.py FOLDER."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
C = HERE.parent / "c"
sys.path.insert(0, str(HERE.parents[3] / "runtime/native/tools"))

import building  # noqa: E402


def build(folder):
    """For this interpreter and this version of it alone."""
    sources = [HERE / "module.c", C / "border.c"]
    words = ["-I{}".format(C), "-DMODULE=_border_capi"]
    building.extension("_border_capi", sources, folder, words=words, after=["-lm"])


if __name__ == "__main__":
    sys.exit(building.program(build))
