"""A recipe whose build is a script around the host's Python, and that misbehaves on demand.

FAKE_BEHAVIOUR: ok, hang (half a build, then forever), fail, full (disk), mute (no Python).
FAKE_LEDGER names a file that gets one line per build that was begun. The option `until` names a
file without which no build ends.
"""

import errno
import os
import sys
import time
from pathlib import Path

from pyrometer.errors import WorldFailure
from pyrometer.model import Source
from pyrometer.provision.workshop import Need, Obtained

CODE_VERSION = 1
STORED = True
FOREIGN = False
COMPILES = False


def check(recipe, where, /):
    pass


def needs(recipe, /):
    return (Need(name="luck", found=recipe.options.get("lucky", True), mend="buy a clover"),)


def expected_bytes(recipe, /):
    return recipe.options.get("bytes", 1000)


def strays(executable, shop, /):
    return tuple(os.environ.get("FAKE_STRAYS", "").split())


def obtain(recipe, shop, /):
    behaviour = os.environ.get("FAKE_BEHAVIOUR", "ok")
    program = shop.root / "bin" / "python"
    program.parent.mkdir()
    (shop.root / f"half-{os.getpid()}").touch()
    with Path(os.environ["FAKE_LEDGER"]).open("a") as ledger:
        ledger.write(f"{shop.name}\n")
    start = "exit 0" if behaviour == "mute" else f'exec {sys.executable} "$@"'
    program.write_text(f"#!/bin/sh\n{start}\n")
    program.chmod(0o755)
    (shop.root / "notes.txt").write_text("as it was made\n")
    if behaviour == "full":
        raise OSError(errno.ENOSPC, "No space left on device", str(program))
    if behaviour == "fail":
        raise WorldFailure("the compiler gave up", where=shop.name, next_step=f"log: {shop.log}")
    while behaviour == "hang" and not shop.cancelled():
        time.sleep(0.02)
    awaited = Path(recipe.options.get("until", "/"))
    while not awaited.exists() and not shop.cancelled():
        time.sleep(0.02)
    if shop.cancelled():
        raise WorldFailure("interrupted", where=shop.name)
    time.sleep(recipe.options.get("seconds", 0))
    source = Source(name="pretence", version="1", sha256="0" * 64, size_bytes=1)
    return Obtained(root=shop.root, executable="bin/python", sources=(source,))
