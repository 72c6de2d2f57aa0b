"""Let Cython translate the module, and compile what it writes: build.py FOLDER."""

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
C = HERE.parent / "c"
SUITE = HERE.parents[1]
sys.path.insert(0, str(HERE.parents[3] / "runtime/native/tools"))

import building  # noqa: E402


def build(folder):
    """The C is the same for all; the module is for this interpreter and this version of it."""
    packages = building.made("packages", SUITE / "_packages/build.py", folder)
    building.suffix()
    source = folder / "_border_cython.c"
    words = [sys.executable, "-m", "cython", "--module-name", "_border_cython"]
    words += [str(HERE / "border.pyx"), "-o", str(source)]
    building.run(words, env=dict(os.environ, PYTHONPATH=str(packages)))
    sources = [source, C / "border.c"]
    words = ["-I{}".format(C), "-w"]
    building.extension("_border_cython", sources, folder, words=words, after=["-lm"])
    source.unlink()


if __name__ == "__main__":
    sys.exit(building.program(build))
