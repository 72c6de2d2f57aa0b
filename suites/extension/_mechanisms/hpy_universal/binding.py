"""HPy's universal ABI: one binary, whatever interpreter this is."""

import os
import runpy
import sys
from importlib.machinery import ModuleSpec
from types import MappingProxyType

HERE = os.path.dirname(os.path.abspath(__file__))
NEEDS = ("hpy-package",)
LACKS = {"fill": "HPy 0.9 cannot borrow another object's buffer"}
NAME = "_border_universal"


def load(folder, mode=None):
    """The functions by name; `mode` is None, debug or trace."""
    module = module_of(folder, mode)
    return runpy.run_path(os.path.join(HERE, "..", "capi", "binding.py"))["functions"](module)


def module_of(folder, mode):
    """By HPy's own loader: the stub that its build writes needs setuptools."""
    # `import hpy` alone says nothing: PyPy 8 has an empty package of that name.
    from hpy.universal import _load_bootstrap

    path = os.path.join(folder, NAME + ".hpy0.so")
    # Never a plain dict: HPy as released gives back a reference to the word that it has not taken.
    chosen = MappingProxyType({} if mode is None else {"HPY": mode})
    spec = ModuleSpec(NAME, None, origin=path)
    sys.modules[NAME] = module = _load_bootstrap(NAME, NAME, None, path, None, spec, chosen)
    return module
