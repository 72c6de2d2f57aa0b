"""Build the module against HPy's universal ABI: build.py FOLDER.

It knows no interpreter; its file must not be mixed up with another processor's, which has the same
name.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
C = HERE.parent / "c"
sys.path.insert(0, str(HERE.parents[3] / "runtime/native/tools"))

import building  # noqa: E402
import hpy_files  # noqa: E402


def build(folder):
    """One binary for all interpreters that have HPy."""
    sources = [HERE.parent / "hpy/module.c", C / "border.c"]
    words = ["-I{}".format(C), "-DMODULE=_border_universal"]
    hpy_files.universal_module("_border_universal", sources, folder, words=words, after=["-lm"])


if __name__ == "__main__":
    sys.exit(building.program(build))
