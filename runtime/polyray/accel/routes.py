"""The routes into native code that there are, and how each is loaded. Owns their names.

A route is there when runtime/native has built it for this interpreter; it is trusted only after a
probe of a few operations with known answers.
"""

import os
from importlib import import_module

from polyray.accel import layout, places, pure

PURE = "pure"
CHECK = b"123456789"
CHECKSUM = 0xE3069283  # of these digits (RFC 3720)


class Unavailable(Exception):
    """A route that cannot be used here, and why."""


class Route:
    """The classes that a route offers."""

    def __init__(self, name, version, segment, ring, crc32c):
        self.name, self.version = name, version
        self.Segment, self.Ring, self.crc32c = segment, ring, crc32c


def _extension(module):
    def load(folder):
        found = places.import_extension(module, folder)
        return found.LAYOUT, found.Segment, found.Ring, found.crc32c

    return load


def _of(module, function="load"):
    def load(folder):
        return getattr(import_module("polyray.accel." + module), function)(folder)

    return load


NATIVE = {
    "capi": _extension("_polyray_capi"),
    "pyo3": _of("by_pyo3"),
    "cffi": _of("by_cffi", "load_api"),
    "cffi-abi": _of("by_cffi", "load_abi"),
    "hpy": _of("by_hpy"),
    "hpy-cpython": _extension("_polyray_hpy"),
    "ctypes": _of("by_ctypes"),
    "rust": _of("by_rust"),
}
NAMES = (*NATIVE, PURE)
# Linked into the interpreter, or installed: their loaders say what is missing.
ELSEWHERE = ("pyo3", "rust")


def load(name):
    """A route that has passed its probe; raises Unavailable."""
    if name == PURE:
        return Route(PURE, pure.LAYOUT, pure.Segment, pure.Ring, pure.crc32c)
    folder = places.folder() / name
    if name not in ELSEWHERE and not folder.is_dir():
        raise Unavailable("not built for this interpreter ({})".format(folder))
    try:
        route = Route(name, *NATIVE[name](str(folder)))
    except (ImportError, OSError, AttributeError) as error:
        raise Unavailable("{}: {}".format(type(error).__name__, error)) from error
    if route.version != layout.LAYOUT:
        message = "it has layout {} of shared memory, polyray has {}: build it again"
        raise Unavailable(message.format(route.version, layout.LAYOUT))
    try:
        probe(route)
    except Exception as error:
        message = "it fails its probe: {}: {}"
        raise Unavailable(message.format(type(error).__name__, error)) from error
    return route


def probe(route):
    """Raise unless some operations give what they have to."""
    import tempfile  # what pure needs, every worker has

    expect(route.crc32c(CHECK), CHECKSUM)
    handle, path = tempfile.mkstemp(prefix="polyray-probe-")
    os.close(handle)
    os.unlink(path)
    size = layout.HEAD_BYTES + 64
    try:
        with route.Segment(path, size) as segment:
            ring = route.Ring(segment, 0, 64)
            expect([ring.write(b"a" * 40), ring.write(b"b" * 40)], [layout.DONE, layout.NO_ROOM])
            expect(ring.frames(), [b"a" * 40])
            expect([ring.write(b"c" * 40), ring.frames()], [layout.DONE, [b"c" * 40]])
            expect(segment.cas(layout.TAKEN, 88, (1 << 64) - 1), 88)
            expect(segment.fetch_add(layout.TAKEN, 2), (1 << 64) - 1)
            expect(segment.number(layout.TAKEN), 1)
            expect(segment.wait(layout.TAKEN, 1, 0.0), False)
            segment.write(size - 3, b"end")
            expect(bytes(segment.read(size - 3, 3)), b"end")
    finally:
        os.unlink(path)


def expect(found, wanted):
    """Raise unless it is what it has to be; an `assert` may be switched off."""
    if found != wanted:
        raise ValueError("{!r} instead of {!r}".format(found, wanted))
