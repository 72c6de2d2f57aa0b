"""Build the module against abi3t, the stable ABI that hides what an object is: build.py FOLDER."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
C = HERE.parent / "c"
sys.path.insert(0, str(HERE.parents[3] / "runtime/native/tools"))

import building  # noqa: E402


def build(folder):
    """One binary for CPython 3.15 and every later version, with a GIL or without."""
    facts = building.interpreter()
    if facts["implementation"] != "cpython" or facts["language"] < [3, 15]:
        raise building.CannotBuild("abi3t begins with CPython 3.15")
    sources = [HERE.parent / "capi/module.c", C / "border.c"]
    words = [*building.headers(), "-I{}".format(C), "-DMODULE=_border_abi3t"]
    words += ["-DPy_TARGET_ABI3T=0x030F0000"]
    building.compiled("_border_abi3t.abi3t.so", sources, folder, words=words, after=["-lm"])


if __name__ == "__main__":
    sys.exit(building.program(build))
