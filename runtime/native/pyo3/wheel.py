"""Make the distribution polyray-native, its sources and a wheel of them: wheel.py FOLDER [WORD...].

It takes cargo, and maturin with zig (`nox -s wheels` has them). Zig links with the symbols of an
old C library, so that the wheel asks no more of a machine than glibc 2.17. Words go to maturin
(`--target aarch64-unknown-linux-gnu`, for which cargo needs that target's library of Rust).
"""

import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tools"))

import building  # noqa: E402
import crates  # noqa: E402

MATURIN = [sys.executable, "-m", "maturin"]
# From the sources that were packed: what is missing among them shows here.
WORDS = ["build", "--release", "--locked", "--sdist", "--zig", "--compatibility", "manylinux2014"]


def main(words):
    """Let maturin make both of a copy of the crate with its lock file."""
    if not words:
        print(f"usage: {sys.argv[0]} FOLDER [WORD...]", file=sys.stderr)
        return 2
    into = Path(words[0]).resolve()
    with tempfile.TemporaryDirectory() as work:
        crates.copy(HERE.parent / "core", Path(work))
        crate = crates.copy(HERE, Path(work))
        try:
            building.run([*MATURIN, "--version"])
            crates.lock(crate)
        except building.CannotBuild as error:
            print(f"polyray-native: {error}", file=sys.stderr)
            return building.CANNOT
        return subprocess.call([*MATURIN, *WORDS, "--out", str(into), *words[1:]], cwd=str(crate))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
