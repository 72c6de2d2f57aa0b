"""Crates of ours that need others, from cargo's registry; and what PyO3 has to be told.

Versions and checksums are pinned by a crate's crates.lock: cargo's lock file, in which REGISTRY
stands for the name that cargo itself gives that registry. Raises CannotBuild for what is missing.
"""

import os
import re
import shutil
from pathlib import Path

import building

IMPLEMENTATIONS = {"cpython": "CPython", "pypy": "PyPy", "graalpy": "GraalVM"}
LEAST_RUST = (1, 85)  # of PyO3 0.30 and of the edition that crates with it are written in
WITHOUT_GIL = [3, 14]
GLIBC = re.compile(rb"GNU C Library .* version (\d+)\.(\d+)")


def copy(folder, work):
    """A copy of a crate in another folder, where cargo may write."""
    target = work / folder.name
    shutil.copytree(str(folder), str(target), ignore=shutil.ignore_patterns("target", "Cargo.lock"))
    return target


def lock(crate):
    """Write the lock file of a copy of a crate."""
    building.the_cargo()  # whoever has none lacks more than a newer rustc
    told = building.run([os.environ.get("RUSTC") or "rustc", "--version"]).split()[1]
    if tuple(int(part) for part in told.split(".")[:2]) < LEAST_RUST:
        raise building.CannotBuild("rustc {} is too old: it takes {}.{}".format(told, *LEAST_RUST))
    building.cargo("generate-lockfile", "--quiet", manifest=crate / "Cargo.toml")
    path = crate / "Cargo.lock"
    registry = re.search('^source = "(.*)"', path.read_text(), re.MULTILINE).group(1)
    path.write_text((crate / "crates.lock").read_text().replace("REGISTRY", registry))


def for_interpreter(facts):
    """The variables by which PyO3 knows for whom it compiles: told nothing, it asks some Python."""
    if facts["implementation"] not in IMPLEMENTATIONS:
        raise building.CannotBuild(f"PyO3 does not know {facts['implementation']}")
    if not facts["gil"] and facts["language"][:2] < WITHOUT_GIL:
        least = ".".join(map(str, WITHOUT_GIL))
        raise building.CannotBuild(f"without a GIL, PyO3 begins with CPython {least}")
    version = "{}.{}{}".format(*facts["language"][:2], "" if facts["gil"] else "t")
    return {
        "PYO3_BUILD_EXTENSION_MODULE": "1",
        "PYO3_CROSS_PYTHON_IMPLEMENTATION": IMPLEMENTATIONS[facts["implementation"]],
        "PYO3_CROSS_PYTHON_VERSION": version,
    }


def for_all():
    """The variables for the stable ABI, for which it needs no Python."""
    return {"PYO3_BUILD_EXTENSION_MODULE": "1", "PYO3_NO_PYTHON": "1"}


def for_its_linker(facts):
    """Words for rustc where the interpreter has come with a C library older than the compiler's.

    Rust's own library asks for the newest version of each function that it is linked with, and
    would not load there.
    """
    own = building.run([*building.compiler(), "-print-file-name=libc.so.6"]).strip()
    place = f"lib/{facts['machine']}-linux-gnu"
    for folder in map(Path, facts["include"]):
        root = folder.parents[2]
        libraries, found = root / "usr" / place, root / place / "libc.so.6"
        if (libraries / "libc.so").is_file() and _version(found) < _version(Path(own)):
            # By itself gcc looks first beside itself, which is not below any root.
            return [f"-Clink-arg=--sysroot={root}", f"-Clink-arg=-L{libraries}"]
    return []


def _version(library):
    """Of a C library; one that does not say is newer than all."""
    told = GLIBC.search(library.read_bytes()) if library.is_file() else None
    return list(map(int, told.groups())) if told else [10**6]
