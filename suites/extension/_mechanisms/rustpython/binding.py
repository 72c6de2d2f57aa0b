"""RustPython: a module in Rust that is linked into its program, as it imports none."""

import os
import runpy
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
MODULE = "_border_rustpython"


def load(_folder):
    """The functions by name."""
    if MODULE not in sys.builtin_module_names:
        raise ImportError("it is linked into rustpython-0.6+polyray alone")
    import _border_rustpython

    return runpy.run_path(os.path.join(HERE, "..", "capi", "binding.py"))["functions"](
        _border_rustpython
    )
