"""The core by HPy's universal ABI: one binary for every interpreter that has HPy.

HPy 0.9.0 as released must not be used from CPython 3.13 on: its types make the interpreter read
beyond them. A mended one says so in its version; runtime/native/hpy-package builds it.
"""

import os
import sys
from importlib.machinery import ModuleSpec
from types import MappingProxyType

MODULE = "_polyray_hpy"
PACKAGE = "hpy-package"
MENDED = "+polyray"
BREAKS_FROM = (3, 13)


def load(folder):
    """(version of the layout, Segment, Ring, crc32c); raises ImportError."""
    module = module_of(folder)
    return module.LAYOUT, module.Segment, module.Ring, module.crc32c


def module_of(folder):
    """The module; HPY=debug and HPY=trace work on it as on any other of the universal ABI."""
    if sys.implementation.name == "pypy":
        raise ImportError(
            "PyPy's HPy, where it has one, dies when it lets others run: cffi is its way"
        )
    beside = os.path.join(os.path.dirname(folder), PACKAGE)
    if beside not in sys.path:
        sys.path.append(beside)  # the interpreter's own comes first, where it has one
    # `import hpy` alone says nothing: PyPy 8 has an empty package of that name.
    from hpy.universal import _load_bootstrap, get_version

    refuse_unmended(get_version()[0])
    path = os.path.join(folder, MODULE + ".hpy0.so")
    if not os.path.exists(path):
        raise ImportError("no {}".format(path))
    spec = ModuleSpec(MODULE, None, origin=path)
    # An empty word is an error on PyPy. Never a plain dict: of what it finds in one, HPy 0.9.0
    # gives back a reference that it has not taken, and the word's memory is used by two.
    mode = {"HPY": os.environ["HPY"]} if os.environ.get("HPY") else {}
    try:
        module = _load_bootstrap(MODULE, MODULE, None, path, None, spec, MappingProxyType(mode))
    except (ValueError, RuntimeError) as error:
        raise ImportError("HPy refuses it: {}".format(error)) from error
    sys.modules[MODULE] = module
    return module


def refuse_unmended(version):
    """Raise ImportError for an HPy whose types are not safe on this interpreter."""
    if sys.implementation.name != "cpython" or sys.version_info[:2] < BREAKS_FROM:
        return
    if MENDED not in version:
        message = "HPy {} reads beyond its objects on CPython {}.{}: build runtime/native/{}"
        raise ImportError(message.format(version, *sys.version_info[:2], PACKAGE))
