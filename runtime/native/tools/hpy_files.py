"""HPy's own source files, as its build lists them, and how modules are compiled against it.

What is here repeats the lists of HPy 0.9.0's setup.py: the whole is compiled without it, which
lets the harness build it for interpreters that it does not run on.
"""

import os
import shutil
import sys
from pathlib import Path

import building

SOURCE = "hpy-source"
INCLUDES = ("devel/include", "universal/src", "debug/src/include", "trace/src/include")
UNIVERSAL_WORDS = (
    "-DHPY",
    "-DHPY_ABI_HYBRID",
    "-DHPY_DEBUG_ENABLE_UHPY_SANITY_CHECK",
    "-DHPY_EMBEDDED_MODULES",
    "-D_HPY_DEBUG_MEM_PROTECT_USEMMAP",
    "-w",
)
HELPERS = ("argparse", "buildvalue", "format", "helpers", "structseq")


def source(folder):
    """The package `hpy` of hpy-source, which is made where it is not there.

    `folder` is what is being built: what was built by hand before lies beside it.
    """
    before = os.environ.get(building.SIBLINGS)
    made = Path(before) / SOURCE if before else folder.parent / SOURCE
    if not (made / "hpy").is_dir():
        if before:
            raise building.CannotBuild(f"no source of HPy: {SOURCE} could not be had")
        building.run([sys.executable, str(building.NATIVE / SOURCE / "build.py"), str(made)])
    line = (made / "hpy/devel/version.py").read_text().split("__version__ = ")[1]
    building.versions["hpy"] = line.split('"')[1]
    return made / "hpy"


def runtime(source):
    """What a module of the CPython ABI has in it."""
    return sorted((source / "devel/src/runtime").glob("*.c"))


def universal(source):
    """The files of `hpy.universal`."""
    parts = [*(source / "universal/src").glob("*.c"), *(source / "trace/src").glob("*.c")]
    debug = [
        path
        for path in (source / "debug/src").glob("*.c")
        if path.name != "debug_ctx_not_cpython.c"
    ]
    return [*sorted([*parts, *debug]), *runtime(source)]


def package(source, folder):
    """HPy's runtime for this interpreter: `hpy.universal`, `hpy.debug` and `hpy.trace`."""
    package = folder / "hpy"
    for name in ("debug", "trace"):
        (package / name).mkdir(parents=True)
        for path in (source / name).glob("*.py"):
            shutil.copy(str(path), str(package / name / path.name))
    (package / "__init__.py").write_text("")
    shutil.copy(str(source / "LICENSE"), str(package / "LICENSE"))
    words = [*UNIVERSAL_WORDS, *(f"-I{source / place}" for place in INCLUDES)]
    building.extension("universal", universal(source), package, words=words)


def module(name, sources, folder, *, words=(), after=()):
    """Compile a module of the CPython ABI: for this interpreter alone, with HPy's runtime in it."""
    found = source(folder)
    words = ["-DHPY", "-DHPY_ABI_CPYTHON", f"-I{found / 'devel/include'}", "-w", *words]
    return building.extension(name, [*sources, *runtime(found)], folder, words=words, after=after)


def universal_module(name, sources, folder, *, words=(), after=()):
    """Compile a module of the universal ABI: NAME.hpy0.so, for whoever has HPy."""
    found = source(folder)
    helpers = [found / f"devel/src/runtime/{one}.c" for one in HELPERS]
    words = ["-DHPY", "-DHPY_ABI_UNIVERSAL", f"-I{found / 'devel/include'}", "-w", *words]
    sources = [*sources, *helpers]
    return building.compiled(f"{name}.hpy0.so", sources, folder, words=words, after=after)
