"""Binary records packed into a buffer and read back: struct, a library that is C in CPython."""

import struct

SIZES = {"small": 4000, "large": 40000}  # records

RECORD = struct.Struct("<HiQ4sb")
HEADER = ">IH"


def setup(size):
    return [(index * 7919 % 65536, b"k%03d" % (index % 1000)) for index in range(size)]


def packed(records):
    buffer = bytearray(RECORD.size * len(records))
    for index, (number, key) in enumerate(records):
        RECORD.pack_into(
            buffer, index * RECORD.size, number, -number, number << 20, key, number % 200 - 100
        )
    return buffer


def run(records):
    buffer = packed(records)
    header = struct.pack(HEADER, len(buffer), len(records))
    checksum = sum(struct.unpack(HEADER, header))
    for short, signed, wide, key, tiny in RECORD.iter_unpack(buffer):
        checksum += short + signed + (wide >> 18) + key[3] + tiny
    return checksum
