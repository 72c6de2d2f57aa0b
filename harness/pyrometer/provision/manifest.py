"""What a build consists of, file by file, so that damage can be found and named.

Owns the list that is written beside the receipt when a build is finished, and what counts as
damage. Refuses to mend: whoever asks is told, and builds again.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from pyrometer.files import write_atomically
from pyrometer.provision.fetch import sha256_of

MANIFEST = "manifest.json"
# Written by us later than the list, and each under a checksum of its own.
OURS = frozenset({MANIFEST, "receipt.json"})
FACTS = "facts"
# Of launchers that start the interpreter emulated.
CONTROL = "emulated-too"
BYTECODE = "__pycache__"


def write_manifest(root: Path) -> None:
    """List every file below `root`; to be called when nothing of the build is missing but its
    receipt."""
    content = msgspec.json.encode(_listed(root), order="deterministic")
    write_atomically(root / MANIFEST, msgspec.json.format(content, indent=0) + b"\n")


def damage(root: Path) -> tuple[str, ...]:
    """A line for every file that is not what it was when the build was finished.

    A file that was added is damage too, for it may change what the interpreter does, except for
    bytecode, which interpreters write where they may.
    """
    promised = _read(root / MANIFEST)
    if promised is None:
        return (f"{MANIFEST}: missing or unreadable, so that nothing can be verified",)
    found = dict(_entries(root))
    broken = dict.fromkeys(promised.keys() - found.keys(), "missing")
    for name in found.keys() - promised.keys():
        if Path(name).parent.name != BYTECODE:
            broken[name] = "not part of the build"
    for name, path in found.items():
        if name in promised and _content(path) != promised[name]:
            broken[name] = "changed"
    return tuple(f"{name}: {broken[name]}" for name in sorted(broken))


def _listed(root: Path) -> dict[str, str]:
    return {name: _content(path) for name, path in _entries(root)}


def _entries(root: Path) -> Iterator[tuple[str, Path]]:
    """Everything below `root` that is no folder, by its name relative to it."""
    for folder, folders, names in os.walk(root):
        here = Path(folder)
        folders[:] = [n for n in folders if n != CONTROL and (here != root or n != FACTS)]
        for path in [here / name for name in (*names, *folders)]:
            name = str(path.relative_to(root))
            if name not in OURS and (path.is_symlink() or not path.is_dir()):
                yield name, path


def _content(path: Path) -> str:
    """What a file is: its sha256, where a link leads, or that it is neither."""
    try:
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            return f"-> {path.readlink()}"
        return sha256_of(path) if stat.S_ISREG(mode) else "neither file nor link"
    except OSError as error:
        return f"unreadable: {error.strerror}"


def _read(path: Path) -> Mapping[str, str] | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, str])
    except (OSError, ValueError):
        return None
