"""A module against CPython's stable ABI, the file of CPython 3.11 whatever interpreter this is."""

import importlib.machinery
import importlib.util
import os
import runpy

HERE = os.path.dirname(os.path.abspath(__file__))
NAME = "_border_abi3"


def load(folder):
    """The functions by name; by the path of the file, whatever suffixes the interpreter looks for."""
    path = os.path.join(folder, NAME + ".abi3.so")
    loader = importlib.machinery.ExtensionFileLoader(NAME, path)
    spec = importlib.util.spec_from_file_location(NAME, path, loader=loader)
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return runpy.run_path(os.path.join(HERE, "..", "capi", "binding.py"))["functions"](module)
