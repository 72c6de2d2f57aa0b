"""The core as a module that is linked into RustPython, which imports no native module.

`runtime/native/rustpython` is that module; `interpreters/rustpython` the program with it.
"""

import sys

from polyray.accel import addressed, layout

MODULE = "_polyray_rust"
NAMES = ("ring_frames", *addressed.NAMES)


class Library:
    """The core's functions."""

    def __init__(self, module):
        self._address_of = module.address_of
        for name in NAMES:
            setattr(self, name, getattr(module, name))

    def address_of(self, mapping):
        """The address; the view keeps it valid."""
        return self._address_of(mapping), memoryview(mapping)

    def borrowed(self, data):
        """The object itself: the module borrows it."""
        return data


class Ring(addressed.Ring):
    """Frames from one writer to one reader, taken by one call that makes a list of them."""

    def frames(self):
        """All frames that are whole, in order; their room is free afterwards."""
        self.segment._open()
        found = self.library.ring_frames(self.head, self.capacity)
        if found is None:
            layout.broken(self.segment.path)
        return found


def linked():
    """Has this interpreter the module in it?"""
    return MODULE in sys.builtin_module_names


def load(_folder):
    """(version of the layout, Segment, Ring, crc32c); raises ImportError."""
    if not linked():
        raise ImportError("it is not linked into this interpreter")
    import _polyray_rust as module

    segment, _ = addressed.classes(Library(module))
    return module.LAYOUT, segment, Ring, module.crc32c
