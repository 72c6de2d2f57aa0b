"""What the checkers share: building with a sanitizer's words, and running on a defect and without.

A checker must first find a defect that is planted for it; then it must find none in the product.
"""

import os
import re
import subprocess
from pathlib import Path

import building

HERE = Path(__file__).resolve().parent
NATIVE = HERE.parent

# A stable compiler knows its sanitizers, but takes such words only when told that it may.
UNSTABLE = {"RUSTC_BOOTSTRAP": "1"}
# The standard library is not instrumented; what is checked calls next to nothing of it.
SANITIZED = "-Zsanitizer={} -Cunsafe-allow-abi-mismatch=sanitizer"


class Found(Exception):
    """What a checker says about the product."""


def host():
    """The triple of this machine."""
    said = building.run(["rustc", "-vV"])
    return re.search(r"^host: (\S+)$", said, re.MULTILINE).group(1)


def build(folder, *words, **settings):
    """Build what is in a folder; where its release is."""
    into = target(folder, settings.get("RUSTFLAGS", ""))
    environment = {**os.environ, **UNSTABLE, **settings, "CARGO_TARGET_DIR": str(into)}
    manifest = folder / "Cargo.toml"
    return building.cargo("build", "--quiet", *words, manifest=manifest, env=environment)


def target(folder, flags):
    """A folder for what cargo builds of a folder with such flags."""
    kind = (re.findall(r"sanitizer=(\w+)", flags) or ["plain"])[0]
    return HERE / "target" / folder.name / kind


def must_find(words, what, **settings):
    """Run a checker on a planted defect."""
    ended = run(words, **settings)
    if ended.returncode == 0 or what not in ended.stderr:
        raise Found(f"{words[0]} does not see the defect that is planted for it ({what})")


def must_pass(words, **settings):
    """Run a checker on the product; what it printed."""
    ended = run(words, **settings)
    if ended.returncode:
        raise Found(ended.stdout + (ended.stderr or ""))
    return ended.stdout.strip()


def run(words, **settings):
    """Run a program, with what it says as text."""
    settings = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **settings}
    return subprocess.run([str(word) for word in words], text=True, check=False, **settings)
