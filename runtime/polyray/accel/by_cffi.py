"""The core by cffi, in either mode: a library opened at run time (ABI), or a module compiled for
this interpreter (API).
"""

import os

from polyray.accel import addressed
from polyray.accel.declarations import DECLARATIONS
from polyray.accel.places import LIBRARY, import_extension

MODULE = "_polyray_cffi"
NAMES = ("layout", "ring_take", *addressed.NAMES)


class Library:
    """The core's functions."""

    def __init__(self, ffi, functions):
        self.ffi = ffi
        self.borrowed = ffi.from_buffer
        self.listed = ffi.unpack
        self.checksum = functions.polyray_crc32c
        for name in NAMES:
            setattr(self, name, getattr(functions, "polyray_" + name))

    def address_of(self, mapping):
        """The address as a pointer."""
        held = self.ffi.from_buffer("char[]", mapping)
        return self.ffi.cast("char *", held), held

    def room(self, count):
        """An array of bytes, and what gives slices of it."""
        made = self.ffi.new("char[]", count)
        return made, self.ffi.buffer(made)

    def numbers(self, count):
        """An array of numbers."""
        return self.ffi.new("uint64_t[]", count)

    def crc32c(self, data, before=0):
        """CRC-32C of bytes behind others with that checksum."""
        borrowed = self.ffi.from_buffer(data)
        return self.checksum(before, borrowed, len(borrowed))


def load_abi(folder):
    """(version of the layout, Segment, Ring, crc32c); raises OSError, ImportError."""
    from cffi import FFI

    ffi = FFI()
    ffi.cdef(DECLARATIONS)
    return _parts(ffi, ffi.dlopen(os.path.join(folder, LIBRARY)))


def load_api(folder):
    """The same with the compiled module."""
    module = import_extension(MODULE, folder)
    return _parts(module.ffi, module.lib)


def _parts(ffi, functions):
    library = Library(ffi, functions)
    return (library.layout(), *addressed.classes(library), library.crc32c)
