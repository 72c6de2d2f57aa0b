"""Fetch cffi for the interpreter: build.py FOLDER.  Its wheels are pinned in wheels.json.

PyPy has its own cffi, of the version that fits it: there the folder stays empty. GraalPy has no
wheel, and building cffi for it takes libffi.
"""

import hashlib
import json
import sys
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tools"))

import building  # noqa: E402

PIP = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]


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
        fetch(name, sha256, folder)


def fetch(name, sha256, folder):
    """One wheel, unpacked."""
    distribution, version, python, abi, platforms = name.removesuffix(".whl").split("-")
    words = ["--no-deps", "--only-binary", ":all:", "--dest", str(folder)]
    if platforms != "any":
        words += ["--implementation", "cp", "--python-version", python[2:], "--abi", abi]
        for one in platforms.split("."):
            words += ["--platform", one]
    building.run([*PIP, *words, f"{distribution}=={version}"])
    wheel = folder / name
    found = hashlib.sha256(wheel.read_bytes()).hexdigest() if wheel.exists() else "none"
    if found != sha256:
        raise building.CannotBuild(f"{name} has sha256 {found}, pinned is {sha256}")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    wheel.unlink()


if __name__ == "__main__":
    sys.exit(building.program(build))
