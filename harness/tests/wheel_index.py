"""A wheel in a folder that is all that pip looks at."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest

METADATA = "Metadata-Version: 2.1\nName: example\nVersion: 1.0\n"
WHEEL = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {}\n"


def offer(folder: Path, tag: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Make `example` 1.0 for this tag; gives the sha256 of its wheel."""
    wheel = folder / f"example-1.0-{tag}.whl"
    wheel.parent.mkdir()
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("example.py", "value = 5\n")
        archive.writestr("example-1.0.dist-info/METADATA", METADATA)
        archive.writestr("example-1.0.dist-info/WHEEL", WHEEL.format(tag))
        archive.writestr("example-1.0.dist-info/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return hashlib.sha256(wheel.read_bytes()).hexdigest()
