"""Wheels that build files need, by name and checksum: fetched with pip, verified, unpacked.

A wheel that its checksum does not fit is not unpacked. Raises CannotBuild for whatever is missing.
"""

import hashlib
import sys
import zipfile

import building

PIP = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]


def fetch(name, sha256, folder):
    """One wheel, unpacked; its name says for which interpreter and machine it is."""
    distribution, version, python, abi, platforms = name.removesuffix(".whl").split("-")
    words = ["--no-deps", "--only-binary", ":all:", "--dest", str(folder), "--abi", abi]
    # Told nothing, pip prefers a wheel for the host to one for all.
    words += ["--implementation", python[:2]]
    if platforms != "any":
        words += ["--python-version", python[2:]]
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
