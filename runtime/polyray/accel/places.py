"""Where native parts of polyray lie that were built for this interpreter, and how they are loaded.

A folder for each build of an interpreter, with a folder for each route that runtime/native could
build for it. `POLYRAY_NATIVE` names another one.
"""

import os
import sys
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader

# Modules that only a build has use for are imported there: every worker imports this one.

VARIABLE = "POLYRAY_NATIVE"
LIBRARY = "libpolyray_native.so"


def folder():
    """Of this interpreter, there or not."""
    from pathlib import Path

    return Path(where())


def where():
    """The path of the folder."""
    named = os.environ.get(VARIABLE)
    if named:
        return named
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(cache, "polyray", "native", tag())


def tag():
    """What no two interpreters share that cannot load each other's modules."""
    named = EXTENSION_SUFFIXES[0] if EXTENSION_SUFFIXES else ""
    abi = named.strip(".").rpartition(".")[0]
    if abi not in ("", "abi3"):
        return abi
    linked = "+linked" if "_polyray_rust" in sys.builtin_module_names else ""
    name = sys.implementation.cache_tag or sys.implementation.name
    return "{}-{}{}".format(name, os.uname()[4], linked)


def import_extension(name, where):
    """The extension module of that name in a folder; raises ImportError."""
    from importlib.util import module_from_spec, spec_from_file_location

    for suffix in EXTENSION_SUFFIXES:
        path = os.path.join(str(where), name + suffix)
        if os.path.exists(path):
            spec = spec_from_file_location(name, path, loader=ExtensionFileLoader(name, path))
            module = module_from_spec(spec)
            spec.loader.exec_module(module)
            return module
    raise ImportError("no {} for this interpreter in {}".format(name, where))
