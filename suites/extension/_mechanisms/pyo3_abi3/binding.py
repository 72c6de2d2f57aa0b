"""PyO3's module against CPython's stable ABI, the same file whatever interpreter this is."""

import os
import runpy

HERE = os.path.dirname(os.path.abspath(__file__))


def load(folder):
    """The functions by name."""
    return runpy.run_path(os.path.join(HERE, "..", "abi3", "binding.py"))["functions"](
        os.path.join(folder, "_border_pyo3.abi3.so")
    )
