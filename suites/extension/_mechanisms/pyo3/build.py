"""Build the module that PyO3 makes of Rust: build.py FOLDER."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
C = HERE.parent / "c"
sys.path.insert(0, str(HERE.parents[3] / "runtime/native/tools"))

import building  # noqa: E402
import crates  # noqa: E402

MODULE = "_border_pyo3"


def build(folder):
    """For this interpreter and this version of it alone."""
    facts, filename = building.interpreter(), MODULE + building.suffix()
    told = crates.for_interpreter(facts)
    compiled(folder, filename, told, linker=crates.for_its_linker(facts))


def compiled(folder, filename, told, words=(), linker=()):
    """Let cargo compile the crate, with the functions of border.c in it, to a file of that name.

    `told` are PyO3's variables, `linker` words for rustc; nothing is written beside the sources.
    """
    with tempfile.TemporaryDirectory() as work:
        crate, part = crates.copy(HERE, Path(work)), Path(work) / "border.o"
        source = str(C / "border.c")
        building.run([*building.compiler(), "-O2", "-fPIC", "-c", source, "-o", str(part)])
        crates.lock(crate)
        os.environ.update(told)
        words = ["--quiet", "--release", "--locked", *words, "--", *linker]
        words += ["-C", "link-arg={}".format(part)]
        made = building.cargo("rustc", *words, manifest=crate / "Cargo.toml")
        shutil.copy(str(made / "libborder_pyo3.so"), str(folder / filename))


if __name__ == "__main__":
    sys.exit(building.program(build))
