"""A dictionary keyed by scattered integers: insertion, look-up, deletion and growth."""

SIZES = {"small": 8000, "large": 80000}  # keys


def setup(size):
    keys, value = [], 20261
    for _ in range(size):
        value = value * 48271 % 2147483647
        keys.append(value % (size * 2) * 64)
    return keys


def run(keys):
    counts = {}
    for key in keys:
        counts[key] = counts.get(key, 0) + 1
    for key in keys[::3]:
        if key in counts:
            del counts[key]
    for key in keys[::2]:
        counts.setdefault(key, 5)
    checksum = 0
    for key, count in counts.items():
        checksum += key * count
    return checksum + len(counts)
