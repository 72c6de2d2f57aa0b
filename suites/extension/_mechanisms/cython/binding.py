"""Cython: a module translated from Python with C's types."""

import os
import runpy
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def load(folder):
    """The functions by name."""
    sys.path.append(folder)
    import _border_cython

    return runpy.run_path(os.path.join(HERE, "..", "capi", "binding.py"))["functions"](
        _border_cython
    )
