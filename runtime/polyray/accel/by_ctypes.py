"""The core by ctypes: the last resort, which every interpreter has that loads libraries at all.

Results are declared wider than they are where their top bit may be set: GraalPy's ctypes dies of
such a 32-bit number.
"""

import ctypes
import os
import sys
from ctypes import c_int32, c_int64, c_uint32, c_uint64, c_void_p

from polyray.accel import addressed
from polyray.accel.places import LIBRARY

# Calls that are over at once keep the GIL: giving it up costs more than they take.
SHORT = {
    "layout": (c_int32, ()),
    "load": (c_uint64, (c_void_p,)),
    "cas": (c_uint64, (c_void_p, c_uint64, c_uint64)),
    "add": (c_uint64, (c_void_p, c_uint64)),
    "wake": (None, (c_void_p,)),
    "ring_open": (c_int32, (c_void_p, c_uint64)),
    "ring_write": (c_int32, (c_void_p, c_uint64, c_void_p, c_uint64)),
    "ring_take": (c_int64, (c_void_p, c_uint64, c_void_p, c_uint64, c_void_p, c_uint64)),
    "ring_doze": (c_int32, (c_void_p, c_uint64)),
}
LONG = {
    "copy": (None, (c_void_p, c_void_p, c_uint64)),
    "prefault": (c_int32, (c_int32, c_void_p, c_uint64)),
    "crc32c": (c_uint64, (c_uint64, c_void_p, c_uint64)),
    "wait": (c_int32, (c_void_p, c_uint64, c_uint32, c_uint64)),
    "ring_wait": (c_int32, (c_void_p, c_uint64, c_uint32, c_uint64)),
    "ring_wait_for_room": (c_int32, (c_void_p, c_uint64, c_uint64, c_uint32, c_uint64)),
}


class Library:
    """The core's functions."""

    def __init__(self, path):
        keeping = getattr(ctypes, "PyDLL", ctypes.CDLL)  # PyPy's gives up its GIL in any case
        for loader, functions in ((keeping, SHORT), (ctypes.CDLL, LONG)):
            library = loader(path)
            for name, (result, arguments) in functions.items():
                function = getattr(library, "polyray_" + name)
                function.restype, function.argtypes = result, arguments
                setattr(self, name, function)

    def address_of(self, mapping):
        """The address as an integer; GraalPy's `addressof` gives none of a borrowed object."""
        held = ctypes.c_char.from_buffer(mapping)
        return ctypes.cast(ctypes.pointer(held), c_void_p).value, held

    def borrowed(self, data):
        """Bytes as they are, and whatever can be written to."""
        if type(data) is bytes:
            return data
        view = memoryview(data).cast("B")
        return None if view.readonly else (ctypes.c_char * view.nbytes).from_buffer(view)

    def room(self, count):
        """An array of bytes and a view of it."""
        made = (ctypes.c_char * count)()
        return made, memoryview(made).cast("B")

    def numbers(self, count):
        """An array of numbers."""
        return (c_uint64 * count)()

    def listed(self, numbers, count):
        """The first of them."""
        return numbers[0:count]


def load(folder):
    """(version of the layout, Segment, Ring, crc32c); raises OSError, ImportError."""
    if sys.implementation.name == "rustpython":
        raise ImportError("RustPython's ctypes ends the process by a signal in these calls")
    library = Library(os.path.join(folder, LIBRARY))

    def crc32c(data, before=0):
        """CRC-32C of bytes behind others with that checksum."""
        borrowed = library.borrowed(data)
        borrowed = bytes(data) if borrowed is None else borrowed
        return library.crc32c(before, borrowed, len(borrowed))

    return (library.layout(), *addressed.classes(library), crc32c)
