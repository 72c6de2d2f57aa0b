"""Build the module that cffi writes in its API mode: build.py FOLDER."""

import contextlib
import runpy
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
C = HERE.parent / "c"
sys.path.insert(0, str(HERE.parents[3] / "runtime/native/tools"))

import building  # noqa: E402


def build(folder):
    """Let cffi write the module, and compile it with the functions in it."""
    try:
        from cffi import FFI
        from cffi import __version__ as version
    except ImportError as error:
        raise building.CannotBuild("no cffi: pip install cffi") from error
    building.versions["cffi"] = version
    ffi = FFI()
    ffi.cdef(runpy.run_path(str(C / "declarations.py"))["DECLARATIONS"])
    ffi.set_source("_border_cffi", '#include "border.h"')
    source = folder / "_border_cffi.c"
    with contextlib.redirect_stdout(sys.stderr):
        ffi.emit_c_code(str(source))
    sources = [source, C / "border.c"]
    building.extension("_border_cffi", sources, folder, words=["-I{}".format(C)], after=["-lm"])
    source.unlink()


if __name__ == "__main__":
    sys.exit(building.program(build))
