"""What build files share: for whom they build, the core's library, a compiler, one line why not.

Owns how something says that it cannot be built here, which is no error: polyray then stays pure.
A build file is `build.py FOLDER`. By hand it is run by the interpreter that is to load what it
makes, so it is written in that dialect: Python 3.9, standard library only. The harness runs it for
another one, whose facts are in the file that `BUILD_FOR` names.
"""

import json
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

TOOLS = Path(__file__).resolve().parent
NATIVE = TOOLS.parent
sys.path.insert(0, str(TOOLS))

import interpreter_facts  # noqa: E402

FOR = "BUILD_FOR"
SIBLINGS = "BUILT_BEFORE"  # a folder with what was built for the same interpreter before
LIBRARY = "libpolyray_native.so"
ARCHIVE = "libpolyray_native.a"
RECEIPT = "built.json"
CANNOT = 3
ERROR = re.compile(r"\berror\b|Error:")


class CannotBuild(Exception):
    """Something is missing here, and what would mend that."""


def program(build):
    """Be the program of a build file: `build(folder)` into the folder that argv names."""
    if sys.argv[1:2] == ["--facts"]:
        print(sys.argv[2], json.dumps(interpreter_facts.facts()))
        return 0
    if len(sys.argv) != 2:
        print(f"usage: {sys.argv[0]} FOLDER", file=sys.stderr)
        return 2
    folder = Path(sys.argv[1])
    name = Path(sys.argv[0]).resolve().parent.name
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
    receipt = {"name": name, "build_s": round(spent_s, 3), "bytes": sizes, "tools": versions}
    (folder / RECEIPT).write_text(json.dumps(receipt))
    return 0


versions = {}  # of the tools that were used


def interpreter():
    """Facts of the interpreter that is to load what is built: see `interpreter_facts`."""
    named = os.environ.get(FOR)
    return json.loads(Path(named).read_text()) if named else interpreter_facts.facts()


def core():
    """The folder that has the core's library and archive, made with cargo if it is not there."""
    before = os.environ.get(SIBLINGS)
    if before and (Path(before) / "library" / LIBRARY).exists():
        return Path(before) / "library"
    return cargo("build", "--quiet", "--release", "--locked", "--offline", "-p", "polyray-native")


def cargo(verb, *words, manifest=NATIVE / "Cargo.toml", env=os.environ):
    """Run cargo; gives its release folder."""
    run([the_cargo(env), verb, "--manifest-path", str(manifest), *words], env=env)
    versions["rustc"] = run([env.get("RUSTC") or "rustc", "--version"]).split()[1]
    target = env.get("CARGO_TARGET_DIR") or str(manifest.parent / "target")
    # Cargo has a folder for each target that it is told.
    return Path(target) / env.get("CARGO_BUILD_TARGET", "") / "release"


def the_cargo(env=os.environ):
    """The cargo that `CARGO` names, else the first on PATH."""
    found = env.get("CARGO") or shutil.which("cargo")
    if found is None:
        raise CannotBuild("no cargo: on Debian, apt-get install cargo")
    return found


def made(name, program, folder):
    """The folder of what that build file makes: made before, or beside `folder` if by hand."""
    before = os.environ.get(SIBLINGS)
    found = (Path(before) if before else folder.parent) / name
    if not found.is_dir():
        if before:
            raise CannotBuild(f"the extension {name} is missing, which is built before it")
        run([sys.executable, str(program), str(found)])
    return found


def suffix():
    """What the name of an extension module ends with."""
    suffixes = interpreter()["suffixes"]
    if not suffixes:
        raise CannotBuild("this interpreter imports no extension modules")
    return suffixes[0]


def extension(name, sources, folder, *, words=(), after=(), language="c"):
    """Compile to an extension module; `after` are archives and libraries to link with."""
    filename, words = name + suffix(), [*headers(), *words]
    return compiled(filename, sources, folder, words=words, after=after, language=language)


def compiled(filename, sources, folder, *, words=(), after=(), language="c"):
    """Compile to a shared library of that name."""
    target = folder / filename
    command = [*compiler(language), "-O2", "-fPIC", "-shared", "-fvisibility=hidden", *words]
    command += [*map(str, sources), *map(str, after), "-o", str(target)]
    run([*command, "-Wl,--gc-sections,--exclude-libs,ALL"])
    return target


def compiler(language="c"):
    """The words that start a compiler: `CC` or `CXX`, else cc or c++."""
    variable, usual, package = {"c": ("CC", "cc", "gcc"), "c++": ("CXX", "c++", "g++")}[language]
    machine = interpreter()["machine"]
    if not os.environ.get(variable) and machine != platform.machine():
        raise CannotBuild(f"no {language.upper()} compiler for {machine}: set {variable} to one")
    words = shlex.split(os.environ.get(variable) or usual)
    if shutil.which(words[0]) is None:
        raise CannotBuild(
            f"no {language.upper()} compiler: on Debian, apt-get install {package} libc6-dev"
        )
    versions[usual] = run([*words, "-dumpfullversion"]).strip()
    return words


def headers():
    """What makes a C compiler find the interpreter's Python.h."""
    folders = [Path(folder) for folder in interpreter()["include"]]
    if not any((folder / "Python.h").exists() for folder in folders):
        raise CannotBuild("the interpreter's Python.h is not there")
    # Debian's pyconfig.h includes another one by way of the folder above.
    above = [word for folder in folders for word in ("-idirafter", str(folder.parent))]
    return [*(f"-I{folder}" for folder in folders), *above]


def run(words, **settings):
    """Run a tool; its failure is told by its first line that speaks of an error."""
    try:
        ended = subprocess.run(words, capture_output=True, check=False, **settings)
    except OSError as error:
        raise CannotBuild(f"{words[0]}: {error.strerror}") from error
    if ended.returncode:
        said = (ended.stderr or ended.stdout).decode(errors="replace").splitlines()
        spoken = [line for line in said if ERROR.search(line)] + said + ["no word"]
        raise CannotBuild(f"{Path(words[0]).name} failed: {spoken[0].strip()}")
    return ended.stdout.decode(errors="replace")
