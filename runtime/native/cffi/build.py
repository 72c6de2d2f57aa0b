"""Build the route through cffi's API mode: build.py FOLDER.

cffi writes a C file from the declarations, which is compiled with the core linked in. Any
interpreter's cffi will do for that; the one that loads the module needs its own.
"""

import contextlib
import runpy
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tools"))

import building  # noqa: E402

# By its path: polyray itself imports more than is needed to build.
DECLARATIONS = HERE.parent.parent / "polyray/accel/declarations.py"


def build(folder):
    """Let cffi write the module, and compile it."""
    try:
        from cffi import FFI
        from cffi import __version__ as version
    except ImportError as error:
        raise building.CannotBuild("no cffi: pip install cffi") from error
    building.versions["cffi"] = version
    ffi = FFI()
    ffi.cdef(runpy.run_path(str(DECLARATIONS))["DECLARATIONS"])
    ffi.set_source("_polyray_cffi", '#include "polyray_native.h"')
    source = folder / "_polyray_cffi.c"
    with contextlib.redirect_stdout(sys.stderr):
        ffi.emit_c_code(str(source))
    archive = building.core() / building.ARCHIVE
    words = [f"-I{building.NATIVE}"]
    building.extension("_polyray_cffi", [source], folder, words=words, after=[archive])
    source.unlink()


if __name__ == "__main__":
    sys.exit(building.program(build))
