"""cffi in its API mode: a module that it has written in C."""

import os
import runpy
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ABI = runpy.run_path(os.path.join(HERE, "..", "cffi_abi", "binding.py"))
EXPRESSIONS, NEEDS = ABI["EXPRESSIONS"], ABI["NEEDS"]


def load(folder):
    """The functions by name."""
    sys.path.append(folder)
    import _border_cffi

    return ABI["functions"](_border_cffi.ffi, _border_cffi.lib)
