"""cffi in its ABI mode: a library opened at run time."""

import os
import runpy

HERE = os.path.dirname(os.path.abspath(__file__))
NEEDS = ("cffi-package",)
EXPRESSIONS = {"create": "new('border_point *', (3, 4))", "method": "norm(point)"}


def load(folder):
    """The functions by name."""
    from cffi import FFI

    ffi = FFI()
    ffi.cdef(runpy.run_path(os.path.join(HERE, "..", "c", "declarations.py"))["DECLARATIONS"])
    return functions(ffi, ffi.dlopen(os.path.join(folder, "libborder.so")))


def functions(ffi, library):
    """What both modes of cffi have in common."""
    sum_bytes, fill, build = library.border_sum_bytes, library.border_fill, library.border_build
    from_buffer, new, unpack = ffi.from_buffer, ffi.new, ffi.unpack

    def built(count):
        numbers = new("int64_t[]", count)
        build(numbers, count)
        return unpack(numbers, count)

    return {
        "nothing": library.border_nothing,
        "add": library.border_add,
        "hypotenuse": library.border_hypotenuse,
        "sum_bytes": lambda data: sum_bytes(from_buffer("uint8_t[]", data), len(data)),
        "fill": lambda buffer, value: fill(from_buffer("uint8_t[]", buffer), len(buffer), value),
        "build": built,
        "callback": ffi.callback("int64_t(int64_t)"),
        "call_back": library.border_call_back,
        "new": new,
        "norm": library.border_norm,
        "CREATE": EXPRESSIONS["create"],
    }
