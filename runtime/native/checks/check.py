"""Checkers of the Rust core, each with one line of what it did: check.py NAME [ARGUMENT...]

A checker must first find a defect that is planted for it; then it must find none in the product.
Ends with 3 and one line where something is missing here, with 1 and the checker's words where it
found something.
"""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tools"))

import building  # noqa: E402

FOUND = 1


class Found(Exception):
    """What a checker says about the core."""


def loom(words):
    """All orders of two threads on a ring; the core's files on loom's atomic numbers."""
    folder = HERE / "loom"
    building.cargo("build", "--quiet", manifest=folder / "Cargo.toml")
    program = str(target(folder) / "debug/polyray-loom")
    must_find([program, "planted"], "deadlock")
    return must_pass([program, *words])


def target(folder):
    """Where cargo puts what it builds of that folder."""
    return Path(os.environ.get("CARGO_TARGET_DIR") or folder / "target")


def must_find(words, what, **settings):
    """Run a checker on a planted defect."""
    ended = subprocess.run(words, capture_output=True, text=True, check=False, **settings)
    if ended.returncode == 0 or what not in ended.stderr:
        raise Found(f"{words[0]} does not see the defect that is planted for it ({what})")


def must_pass(words, **settings):
    """Run a checker on the product; what it printed."""
    ended = subprocess.run(words, capture_output=True, text=True, check=False, **settings)
    if ended.returncode:
        raise Found(ended.stdout + ended.stderr)
    return ended.stdout.strip()


CHECKERS = {check.__name__: check for check in (loom,)}


def main(words):
    """Run the checker that is named."""
    if not words or words[0] not in CHECKERS:
        print(f"usage: {sys.argv[0]} {'|'.join(CHECKERS)} [ARGUMENT...]", file=sys.stderr)
        return 2
    try:
        print(CHECKERS[words[0]](words[1:]))
    except building.CannotBuild as error:
        print(f"{words[0]}: {error}", file=sys.stderr)
        return building.CANNOT
    except Found as found:
        print(f"{words[0]}: {found}", file=sys.stderr)
        return FOUND
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
