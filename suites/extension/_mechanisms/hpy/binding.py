"""HPy's CPython ABI: HPy in the source, the C API in the binary."""

import os
import runpy
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
LACKS = {"fill": "HPy 0.9 cannot borrow another object's buffer"}


def load(folder):
    """The functions by name."""
    sys.path.append(folder)
    import _border_hpy

    return runpy.run_path(os.path.join(HERE, "..", "capi", "binding.py"))["functions"](_border_hpy)
