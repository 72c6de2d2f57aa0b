"""Build the route through PyO3: build.py FOLDER.

Within the stable ABI where that has buffers, from CPython 3.11 on: what is tested here is then what
the wheel has in it (wheel.py). Elsewhere against the C API of one version of one interpreter.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tools"))

import building  # noqa: E402
import crates  # noqa: E402

MODULE = "_polyray_pyo3"
STABLE_FROM = [3, 11]


def build(folder):
    """Let cargo compile a copy of the crate: nothing is written beside its sources."""
    facts = building.interpreter()
    suffix, words, told = building.suffix(), [], crates.for_interpreter(facts)
    linker = crates.for_its_linker(facts)
    if facts["implementation"] == "cpython" and facts["gil"] and facts["language"] >= STABLE_FROM:
        suffix, words, told = ".abi3.so", ["--features", "abi3"], crates.for_all()
    os.environ.setdefault("CARGO_TARGET_DIR", str(building.NATIVE / "target/pyo3"))
    os.environ.update(told)
    with tempfile.TemporaryDirectory() as work:
        crates.copy(HERE.parent / "core", Path(work))
        crate = crates.copy(HERE, Path(work))
        crates.lock(crate)
        words = ["--quiet", "--release", "--locked", *words, "--", *linker]
        made = building.cargo("rustc", *words, manifest=crate / "Cargo.toml")
        shutil.copy(str(made / "libpolyray_pyo3.so"), str(folder / (MODULE + suffix)))


if __name__ == "__main__":
    sys.exit(building.program(build))
