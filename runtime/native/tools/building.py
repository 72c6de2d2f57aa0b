"""What the build files of routes share: the core's library, a C compiler, one line for a failure.

Owns how a route says that it cannot be built here, which is no error: polyray then stays pure.
Runs in the interpreter that is to load what is built, so it is written in its dialect: Python 3.9,
standard library only.
"""

import json
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import time
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

NATIVE = Path(__file__).resolve().parent.parent
CORE_VARIABLE = "POLYRAY_CORE"  # a folder with the core's library, built elsewhere
LIBRARY = "libpolyray_native.so"
ARCHIVE = "libpolyray_native.a"
BUILT = "built.json"
CANNOT = 3


class CannotBuild(Exception):
    """Something is missing here, and what would mend that."""


def route(name, build):
    """Be the program of a build file: `build(folder)` into the folder that argv names."""
    if len(sys.argv) != 2:
        print(f"usage: {sys.argv[0]} FOLDER", file=sys.stderr)
        return 2
    folder = Path(sys.argv[1])
    shutil.rmtree(str(folder), ignore_errors=True)
    folder.mkdir(parents=True)
    began = time.perf_counter()
    try:
        build(folder)
    except CannotBuild as error:
        shutil.rmtree(str(folder), ignore_errors=True)
        print(f"{name}: {error}", file=sys.stderr)
        return CANNOT
    spent_s = time.perf_counter() - began
    sizes = {path.name: path.stat().st_size for path in sorted(folder.iterdir())}
    receipt = {"route": name, "build_s": round(spent_s, 3), "bytes": sizes}
    (folder / BUILT).write_text(json.dumps(receipt))
    return 0


def core():
    """The folder that has the core's library and archive, made with cargo if nobody named one."""
    named = os.environ.get(CORE_VARIABLE)
    if named:
        folder = Path(named)
        if not (folder / LIBRARY).exists():
            raise CannotBuild(f"{CORE_VARIABLE}={named} has no {LIBRARY}")
        return folder
    cargo = os.environ.get("CARGO") or shutil.which("cargo")
    if cargo is None:
        raise CannotBuild("no cargo for the core: on Debian, apt-get install cargo")
    words = [cargo, "build", "--quiet", "--release", "--locked", "--offline"]
    run([*words, "--manifest-path", str(NATIVE / "Cargo.toml"), "-p", "polyray-native"])
    target = os.environ.get("CARGO_TARGET_DIR") or str(NATIVE / "target")
    return Path(target) / "release"


def extension(name, sources, folder, *, words=()):
    """Compile C files, with the core in it, to an extension module of this interpreter."""
    suffixes = EXTENSION_SUFFIXES
    if not suffixes:
        raise CannotBuild("this interpreter imports no extension modules")
    target = folder / (name + suffixes[0])
    archive = core() / ARCHIVE
    command = [*compiler(), *words, "-O2", "-fPIC", "-shared", "-fvisibility=hidden"]
    command += [f"-I{NATIVE}", *headers(), *map(str, sources), str(archive), "-o", str(target)]
    run([*command, "-Wl,--gc-sections,--exclude-libs,ALL"])
    return target


def compiler():
    """The words that start a C compiler: `CC`, else cc."""
    words = shlex.split(os.environ.get("CC") or "cc")
    if shutil.which(words[0]) is None:
        raise CannotBuild("no C compiler: on Debian, apt-get install gcc libc6-dev")
    return words


def headers():
    """What makes a C compiler find this interpreter's Python.h."""
    include = Path(sysconfig.get_path("include"))
    if not (include / "Python.h").exists():
        raise CannotBuild(f"no Python.h in {include}")
    # Debian's pyconfig.h includes another one by way of the folder above.
    return [f"-I{include}", "-idirafter", str(include.parent)]


def run(words):
    """Run a tool; its failure is told by its first line that speaks of an error."""
    try:
        ended = subprocess.run(words, capture_output=True, check=False)
    except OSError as error:
        raise CannotBuild(f"{words[0]}: {error.strerror}") from error
    if ended.returncode:
        lines = ended.stderr.decode(errors="replace").splitlines()
        spoken = [line for line in lines if "error" in line] + lines + ["no word"]
        raise CannotBuild(f"{Path(words[0]).name} failed: {spoken[0].strip()}")
    return ended.stdout.decode(errors="replace")
