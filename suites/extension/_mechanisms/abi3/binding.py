"""A module against CPython's stable ABI, the file of CPython 3.11 whatever interpreter this is."""

import importlib.machinery
import importlib.util
import os
import runpy

HERE = os.path.dirname(os.path.abspath(__file__))


def load(folder):
    """The functions by name."""
    return functions(os.path.join(folder, "_border_abi3.abi3.so"))


def functions(path):
    """By the path of the file, whatever suffixes the interpreter looks for."""
    name = os.path.basename(path).partition(".")[0]
    loader = importlib.machinery.ExtensionFileLoader(name, path)
    spec = importlib.util.spec_from_file_location(name, path, loader=loader)
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return runpy.run_path(os.path.join(HERE, "..", "capi", "binding.py"))["functions"](module)
