"""Samples by column: a result set holds a million, and few readers want them one by one.

Owns how a field of all samples of a process is had. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import repeat
from typing import overload

from pyrometer.model import Sample

# Fields in the order of a sample's own; the last two only where instructions were counted.
COLUMNS = ("loops", "wall_ns", "cpu_ns", "checksum")
COUNTED = ("instructions", "beside")


class Samples(Sequence[Sample]):
    """The samples of one case in one process, in order; equal to any sequence of the same ones."""

    def __init__(self, case: str, columns: Mapping[str, Sequence[int]]) -> None:
        """Raises ValueError for columns of different length, KeyError without those of time."""
        names = (*COLUMNS, *(name for name in COUNTED if name in columns))
        self.case = case
        self.columns = {name: columns[name] for name in names}
        self._count = len(self.columns["loops"])
        if any(len(column) != self._count for column in self.columns.values()):
            raise ValueError("its columns of samples differ in length")

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Sample]:
        return map(Sample, repeat(self.case), *self.columns.values())

    @overload
    def __getitem__(self, at: int) -> Sample: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[Sample, ...]: ...

    def __getitem__(self, at: int | slice) -> Sample | tuple[Sample, ...]:
        if isinstance(at, slice):
            return tuple(self)[at]
        return Sample(self.case, *(column[at] for column in self.columns.values()))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Sequence):
            return len(self) == len(other) and all(map(Sample.__eq__, self, other))
        return NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"Samples({self.case!r}, {self.columns!r})"


def column(samples: Sequence[Sample], name: str) -> Sequence[int]:
    """One field of all samples, in order."""
    if isinstance(samples, Samples) and name in samples.columns:
        return samples.columns[name]
    return [getattr(sample, name) for sample in samples]
