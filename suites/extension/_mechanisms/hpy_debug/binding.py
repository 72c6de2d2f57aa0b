"""HPy's universal ABI in its debug mode: what the mode costs."""

import os
import runpy

HERE = os.path.dirname(os.path.abspath(__file__))
EXTENSION = "hpy_universal"
UNIVERSAL = runpy.run_path(os.path.join(HERE, "..", EXTENSION, "binding.py"))
NEEDS, LACKS = UNIVERSAL["NEEDS"], UNIVERSAL["LACKS"]


def load(folder):
    """The functions by name."""
    return UNIVERSAL["load"](folder, "debug")
