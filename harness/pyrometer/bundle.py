"""What a volunteer with another machine needs: this checkout, and one command that measures there.

Owns what is packed and what the command does. It sends nothing: it leaves one file, which names the
machine's processor and not its owner.
"""

from __future__ import annotations

import gzip
import io
import os
import shlex
import shutil
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyrometer.definitions.locate import checkout_root
from pyrometer.errors import Mistake, WorldFailure
from pyrometer.files import write_atomically
from pyrometer.heads import REVISION, revision
from pyrometer.launch import Command, launch
from pyrometer.model import Limits

FOLDER = "pyrometer-bundle"
COMMAND = "RUN"
MEASURED = "measured"
# Results of other machines, and what only a host of repositories reads.
LEFT_OUT = ("results/", ".github/", ".ci/", "examples/")
GIT_LIMITS = Limits(timeout_s=60.0)

SCRIPT = """\
#!/bin/sh
# Measures Python interpreters on this machine and packs what it found into one file.
# Made by: {command}
#
# It takes a Linux with glibc, Python 3.11 or newer with venv (PYTHON=/path/to/python3.11 names
# one), some 3 GB of disk and a network to fetch the interpreters from. Nothing is installed outside
# of this folder and ~/.cache/pyrometer. On a host that is not Debian name a mirror of the Debian
# archive in PYROMETER_DEBIAN_MIRROR and have Debian's keyring. Leave the machine alone meanwhile;
# if it was interrupted, the same command goes on.
set -eu
cd "$(dirname "$0")"
python=${{PYTHON:-python3}}
if [ ! -x .venv/bin/pyrometer ]; then
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        {{ echo "{name}: $python is older than 3.11: PYTHON=... names another" >&2; exit 2; }}
    "$python" -m venv .venv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check \\
        --constraint constraints.txt --editable .
fi
status=0
.venv/bin/pyrometer run --results {measured} {words} || status=$?
# Differences (1) and interpreters that could not be had (3) are results as well.
case $status in 0 | 1 | 3) ;; *) exit "$status" ;; esac
[ -d {measured}/raw ] || {{ echo "{name}: nothing was measured" >&2; exit 1; }}
tar -czf {measured}.tar.gz -C {measured} raw
echo "Please send back $(pwd)/{measured}.tar.gz"
"""


@dataclass(frozen=True, kw_only=True)
class Packed:
    """What was written: where, how large, and of how many files."""

    path: Path
    size_bytes: int
    files: int


def pack(output: Path, words: Sequence[str], command: str) -> Packed:
    """Write a bundle that runs `pyrometer run` with these words; the same input, the same bytes.

    Raises Mistake outside of a checkout, WorldFailure where it cannot be read or written.
    """
    root = checkout_root()
    if root is None:
        raise Mistake("only a checkout can be packed", next_step="clone the repository")
    members = dict(_tracked(root))
    members[REVISION] = (f"{revision()}\n".encode(), 0o644)
    quoted = " ".join(shlex.quote(word) for word in words)
    script = SCRIPT.format(command=command, name=COMMAND, measured=MEASURED, words=quoted)
    members[COMMAND] = (script.encode(), 0o755)
    content = _archived(members)
    try:
        write_atomically(output, content)
    except OSError as error:
        raise WorldFailure(
            f"cannot write the bundle: {error.strerror}", where=str(output)
        ) from error
    return Packed(path=output, size_bytes=len(content), files=len(members))


def _tracked(root: Path) -> Iterator[tuple[str, tuple[bytes, int]]]:
    """Name → content and mode of every file that git knows, as it is now."""
    git = shutil.which("git")
    if git is None:
        raise WorldFailure("git is missing", where="bundle", next_step="install git")
    argv = (git, "-C", str(root), "ls-files", "-z")
    left = launch(Command(argv=argv, environment=dict(os.environ), limits=GIT_LIMITS))
    if not left.ok:
        raise Mistake("not a git checkout", where=str(root), next_step="clone the repository")
    for name in sorted(filter(None, left.stdout.decode().split("\0"))):
        path = root / name
        if not name.startswith(LEFT_OUT) and path.is_file():
            yield name, (path.read_bytes(), 0o755 if os.access(path, os.X_OK) else 0o644)


def _archived(members: dict[str, tuple[bytes, int]]) -> bytes:
    packed = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=packed, mode="wb", mtime=0, filename="") as compressed,
        tarfile.open(fileobj=compressed, mode="w") as archive,
    ):
        for name in sorted(members):
            content, mode = members[name]
            entry = tarfile.TarInfo(f"{FOLDER}/{name}")
            entry.size, entry.mode = len(content), mode
            archive.addfile(entry, io.BytesIO(content))
    return packed.getvalue()
