"""A module against abi3t: CPython's stable ABI from 3.15 on, with a GIL and without."""

import os
import runpy

HERE = os.path.dirname(os.path.abspath(__file__))


def load(folder):
    """The functions by name."""
    return runpy.run_path(os.path.join(HERE, "..", "abi3", "binding.py"))["functions"](
        os.path.join(folder, "_border_abi3t.abi3t.so")
    )
