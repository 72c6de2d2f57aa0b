"""HPy as it was released: its source by its checksum."""

import hashlib
import sys
import tarfile

import building

VERSION = "0.9.0"
SHA256 = "4545310f3a7f9ac249c0f19a80a9b05f46565afb62b7e9225b79493b7b6c70cc"
PIP = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]


def unpacked(folder):
    """Fetch, verify and unpack it below that folder; where it lies then."""
    archive = folder / f"hpy-{VERSION}.tar.gz"
    building.run(
        [*PIP, "--no-deps", "--no-binary", "hpy", "--dest", str(folder), f"hpy=={VERSION}"]
    )
    found = hashlib.sha256(archive.read_bytes()).hexdigest() if archive.exists() else "none"
    if found != SHA256:
        raise building.CannotBuild(f"{archive.name} has sha256 {found}, pinned is {SHA256}")
    with tarfile.open(archive) as packed:
        packed.extractall(folder)  # noqa: S202 - it is the one that was pinned
    archive.unlink()
    return folder / f"hpy-{VERSION}"
