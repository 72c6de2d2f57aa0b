"""A module against the C API of this interpreter."""

import sys


def load(folder):
    """The functions by name."""
    sys.path.append(folder)
    import _border_capi

    return functions(_border_capi)


def functions(module):
    """Of any module that has them as they are."""
    names = ("nothing", "add", "hypotenuse", "sum_bytes", "fill", "build", "call_back", "Point")
    found = {name: getattr(module, name) for name in names}
    return dict(found, callback=lambda function: function)
