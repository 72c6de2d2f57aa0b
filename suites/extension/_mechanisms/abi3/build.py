"""Build the module against the stable ABI of CPython 3.11: build.py FOLDER."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
C = HERE.parent / "c"
sys.path.insert(0, str(HERE.parents[3] / "runtime/native/tools"))

import building  # noqa: E402


def build(folder):
    """One binary for every later version."""
    sources = [HERE.parent / "capi/module.c", C / "border.c"]
    words = [*building.headers(), "-I{}".format(C), "-DMODULE=_border_abi3"]
    words += ["-DPy_LIMITED_API=0x030B0000"]
    building.compiled("_border_abi3.abi3.so", sources, folder, words=words, after=["-lm"])


if __name__ == "__main__":
    sys.exit(building.program(build))
