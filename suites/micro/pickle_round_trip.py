"""Objects with shared references pickled and restored: what a message between processes costs."""

import pickle
from types import SimpleNamespace  # a class that can be pickled however this file was loaded

SIZES = {"small": 800, "large": 8000}  # parts

PROTOCOL = 4
FAMILY = 20


def setup(size):
    return [family(first) for first in range(0, size, FAMILY)]


def family(first):
    """Return parts that refer to the two before them, and a table that refers to them again."""
    parts = []
    for number in range(first, first + FAMILY):
        parts.append(
            SimpleNamespace(
                name=f"part {number}",
                position=(number % 17, -number, number << 40),
                content=b"\x00\xff" * (number % 32),
                parents=parts[-2:],
            )
        )
    return {"parts": parts, "by_name": {part.name: part for part in parts}}


def run(families):
    """The pickle's length may differ between interpreters, so only what comes out is counted."""
    checksum = 0
    for restored in pickle.loads(pickle.dumps(families, PROTOCOL)):
        for part in restored["parts"]:
            shared = restored["by_name"][part.name] is part
            checksum += part.position[0] * 3 + len(part.content) + len(part.parents) + shared
        checksum += restored["parts"][-1].position[2] >> 36
    return checksum
