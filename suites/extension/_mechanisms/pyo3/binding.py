"""PyO3: a module in Rust."""

import os
import runpy
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def load(folder):
    """The functions by name."""
    sys.path.append(folder)
    import _border_pyo3

    return runpy.run_path(os.path.join(HERE, "..", "capi", "binding.py"))["functions"](_border_pyo3)
