"""Fetch cffi for the interpreter: build.py FOLDER.  Its wheels are pinned in wheels.json.

PyPy has its own cffi, of the version that fits it: there the folder stays empty. GraalPy has no
wheel, and building cffi for it takes libffi.
"""

import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tools"))

import building  # noqa: E402
import wheels  # noqa: E402


def build(folder):
    """Fetch, verify and unpack the wheels."""
    facts = building.interpreter()
    if facts["implementation"] == "pypy":
        return
    if facts["implementation"] != "cpython":
        raise building.CannotBuild(f"cffi has no wheel for {facts['implementation']}")
    abi = "cp{}{}{}".format(*facts["language"][:2], "" if facts["gil"] else "t")
    machine = facts["machine"]
    pinned = json.loads((HERE / "wheels.json").read_text()).get(f"{abi}-{machine}")
    if pinned is None:
        raise building.CannotBuild(f"cffi has no wheel for {abi} on {machine}")
    for name, sha256 in pinned.items():
        wheels.fetch(name, sha256, folder)


if __name__ == "__main__":
    sys.exit(building.program(build))
