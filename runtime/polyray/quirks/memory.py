"""What a collector is told of memory that it has not given out itself.

PyPy frees what nothing refers to when its own heap has grown, and that of files in shared memory
is not in it.
"""

from __future__ import annotations

__all__ = ["add_memory_pressure"]

try:
    from __pypy__ import add_memory_pressure  # type: ignore[import-not-found]
except ImportError:

    def add_memory_pressure(size: int) -> None:
        """Nothing to be told where references are counted."""
