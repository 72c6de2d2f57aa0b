"""Instructions of one process: the marks that its counter wrote, paired into samples.

Owns the form of the counter's file (`provision/instructions.c` writes it). Pure but for that.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from pyrometer.model import Sample

FILE = "instructions"


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What had been executed at one moment: by the thread that marked it, and by all."""

    number: int
    pid: int
    own: int
    all: int
    threads: int


def read_marks(path: Path) -> tuple[Mark, ...]:
    """The marks of the process that marked first, in order; none where nothing was written.

    Raises ValueError for a file that no counter of ours wrote.
    """
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        return ()
    marks = [_mark(line) for line in lines if line.startswith("mark ")]
    return tuple(mark for mark in marks if mark.pid == marks[0].pid)


def with_counts(samples: tuple[Sample, ...], marks: tuple[Mark, ...]) -> tuple[Sample, ...]:
    """The samples with what was executed between their two marks.

    Raises ValueError where marks are missing or out of order, and where a count goes backwards, as
    one that wraps does.
    """
    numbers = [mark.number for mark in marks]
    if numbers != list(range(2 * len(samples))):
        raise ValueError(f"{len(samples)} samples, but {len(marks)} marks of the counter")
    pairs = tuple(zip(marks[::2], marks[1::2], strict=True))
    back = [end for begin, end in pairs if end.own < begin.own or end.all < begin.all]
    if back:
        raise ValueError(f"the counter went backwards before mark {back[0].number}")
    return tuple(
        replace(
            sample,
            instructions=end.own - begin.own,
            beside=(end.all - end.own) - (begin.all - begin.own),
        )
        for sample, (begin, end) in zip(samples, pairs, strict=True)
    )


def until_first(case: str, marks: tuple[Mark, ...]) -> Sample:
    """What was executed from the start of the process to its only mark.

    Raises ValueError unless there is exactly one.
    """
    if len(marks) != 1:
        raise ValueError(f"{len(marks)} marks of the counter where there should be one")
    (mark,) = marks
    beside = mark.all - mark.own
    return Sample(
        case=case, loops=1, wall_ns=0, cpu_ns=0, checksum=0, instructions=mark.own, beside=beside
    )


def _mark(line: str) -> Mark:
    words = line.split(" ")
    named = dict(zip(words[2::2], words[3::2], strict=True))
    try:
        return Mark(number=int(words[1]), **{name: int(value) for name, value in named.items()})
    except TypeError as error:
        raise ValueError(f"not a mark: {line!r}") from error
