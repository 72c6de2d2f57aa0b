"""Build the module that PyO3 makes of Rust: build.py FOLDER.

Crates come from cargo's registry, pinned by crates.lock: cargo's lock file, in which REGISTRY stands
for the name that cargo itself gives that registry.
"""

import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
C = HERE.parent / "c"
sys.path.insert(0, str(HERE.parents[3] / "runtime/native/tools"))

import building  # noqa: E402

IMPLEMENTATIONS = {"cpython": "CPython", "pypy": "PyPy", "graalpy": "GraalVM"}
MODULE = "_border_pyo3"


def build(folder):
    """For this interpreter and this version of it alone."""
    facts = building.interpreter()
    filename = MODULE + building.suffix()
    if facts["implementation"] not in IMPLEMENTATIONS:
        raise building.CannotBuild("PyO3 does not know {}".format(facts["implementation"]))
    # PyO3 would ask a Python on PATH; it is told, as for a build on another machine.
    version = "{}.{}{}".format(*facts["language"][:2], "" if facts["gil"] else "t")
    told = {
        "PYO3_CROSS_PYTHON_IMPLEMENTATION": IMPLEMENTATIONS[facts["implementation"]],
        "PYO3_CROSS_PYTHON_VERSION": version,
    }
    compiled(folder, filename, told)


def compiled(folder, filename, told, words=()):
    """Let cargo compile the crate, with the functions of border.c in it, to a file of that name.

    `told` are PyO3's variables; nothing is written beside the sources.
    """
    with tempfile.TemporaryDirectory() as work:
        crate, part = Path(work) / "crate", Path(work) / "border.o"
        shutil.copytree(str(HERE), str(crate), ignore=shutil.ignore_patterns("target"))
        source = str(C / "border.c")
        building.run([*building.compiler(), "-O2", "-fPIC", "-c", source, "-o", str(part)])
        lock(crate)
        os.environ.update(told, PYO3_BUILD_EXTENSION_MODULE="1")
        words = ["--quiet", "--release", "--locked", *words, "--", "-C", "link-arg={}".format(part)]
        made = building.cargo("rustc", *words, manifest=crate / "Cargo.toml")
        shutil.copy(str(made / "libborder_pyo3.so"), str(folder / filename))


def lock(crate):
    """Write the lock file of a copy of the crate."""
    building.cargo("generate-lockfile", "--quiet", manifest=crate / "Cargo.toml")
    path = crate / "Cargo.lock"
    registry = re.search('^source = "(.*)"', path.read_text(), re.MULTILINE).group(1)
    path.write_text((crate / "crates.lock").read_text().replace("REGISTRY", registry))


if __name__ == "__main__":
    sys.exit(building.program(build))
