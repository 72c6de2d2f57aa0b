"""What a file says of the processor that it is for, if it is a program at all.

Owns the few bytes of an ELF file's head that tell (System V ABI, figure 4-3).
"""

from __future__ import annotations

from pathlib import Path

MAGIC = b"\x7fELF"
HEAD_BYTES = 20
LITTLE_ENDIAN = 1
MACHINES = {3: "i386", 40: "arm", 62: "x86_64", 183: "aarch64", 243: "riscv64"}


def is_program(path: Path) -> bool:
    """Whether a processor executes it, not an interpreter of scripts."""
    return _head(path).startswith(MAGIC)


def machine_of(path: Path) -> str:
    """The processor that a program is for, as the kernel names it; "" for what is none."""
    head = _head(path)
    if not head.startswith(MAGIC) or len(head) < HEAD_BYTES:
        return ""
    number = int.from_bytes(head[18:20], "little" if head[5] == LITTLE_ENDIAN else "big")
    return MACHINES.get(number, f"machine {number}")


def _head(path: Path) -> bytes:
    """The first bytes; none of what cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(HEAD_BYTES)
    except OSError:
        return b""
