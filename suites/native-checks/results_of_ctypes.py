"""Numbers that a C function returns come whole through ctypes; the functions are the C library's."""

import sys
import unittest


def byte_swap(name, result):
    """A C function that turns the bytes of a number around, on little-endian machines."""
    if sys.byteorder != "little" or sys.platform != "linux":
        raise unittest.SkipTest("a little-endian Linux")
    import ctypes

    function = getattr(ctypes.CDLL("libc.so.6"), name)
    function.argtypes = [getattr(ctypes, result)]
    function.restype = getattr(ctypes, result)
    return function


def test_unsigned_32_bits_below_the_top_bit():
    assert byte_swap("htonl", "c_uint32")(0x7F) == 0x7F000000


def test_unsigned_32_bits_with_the_top_bit():
    assert byte_swap("htonl", "c_uint32")(0x80) == 0x80000000


def test_unsigned_16_bits_with_the_top_bit():
    assert byte_swap("htons", "c_uint16")(0x80) == 0x8000
