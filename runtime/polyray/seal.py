"""Checksums of large objects: what is read is what was written, or an error that says whose it is.

Owns what is covered and by what. The checksum is CRC-32C by the processor's own instruction, so it
is taken where a native route is in use; without one there is no seal, and a seal is not looked at.
`POLYRAY_CHECKSUM` says what is covered: `pickle` (what unpickling follows; the default), `all`
(arrays and long bytes beside it too, which costs about a second copy), `off`.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from polyray import accel
from polyray.exceptions import ObjectCorruptedError

VARIABLE = "POLYRAY_CHECKSUM"
COVERED = {"off": 0, "pickle": 1, "all": None}


def covered(wanted: str) -> int | None:
    """How many parts of an object are covered, None for all; raises ImportError."""
    if wanted not in COVERED:
        raise ImportError("{}={}: known are {}".format(VARIABLE, wanted, ", ".join(COVERED)))
    return COVERED[wanted] if accel.ROUTE != "pure" else 0


_covered = covered(os.environ.get(VARIABLE) or "pickle")


def seal(parts: Sequence[memoryview]) -> tuple[int, ...]:
    """(process, checksum of each covered part), or nothing."""
    if _covered == 0:
        return ()
    return (os.getpid(), *(accel.crc32c(part) for part in parts[:_covered]))


def check(name: str, found: tuple[int, ...], parts: Sequence[memoryview]) -> None:
    """Raise ObjectCorruptedError if parts of the object in that file are not what was sealed."""
    if not found or accel.ROUTE == "pure":
        return
    for number, (written, part) in enumerate(zip(found[1:], parts)):
        there = accel.crc32c(part)
        if there != written:
            raise ObjectCorruptedError(
                "the object in {}, written by process {}, was changed: part {} of {} ({} bytes)"
                " has the checksum {:08x}, written was {:08x}".format(
                    name, found[0], number + 1, len(parts), part.nbytes, there, written
                )
            )
