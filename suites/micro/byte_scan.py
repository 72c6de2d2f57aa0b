"""Bytes read one by one and in slices through bytearray and memoryview: the buffer's overhead."""

SIZES = {"small": 30000, "large": 300000}  # bytes

SEPARATOR = 10


def setup(size):
    buffer, value = bytearray(), 20261
    for _ in range(size):
        value = value * 48271 % 2147483647
        buffer.append(value >> 12 & 127)
    return bytes(buffer)


def rolling_sum(view):
    low, high = 1, 0
    for byte in view:
        low = (low + byte) % 65521
        high = (high + low) % 65521
    return high << 16 | low


def run(content):
    buffer = bytearray(content)
    view = memoryview(buffer)
    for index in range(0, len(view), 4):
        view[index] ^= 0x55
    checksum = start = 0
    while start < len(buffer):
        end = buffer.find(SEPARATOR, start)
        if end < 0:
            end = len(buffer)
        checksum = (checksum * 31 + rolling_sum(view[start:end])) % 1000000007
        start = end + 1
    return checksum
