"""Instructions of one process: the marks that its counter wrote, paired into samples.

Owns the form of the counter's file (`provision/instructions.c` writes it), and of those of
instruments that know a process as a whole. Pure but for that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from pyrometer.model import Instrument, Sample

FILE = "instructions"
_TOTALS = {
    "perf": re.compile(r"^(\d+),[^,]*,instructions", re.MULTILINE),
    "callgrind": re.compile(r"^(?:summary|totals): (\d+)", re.MULTILINE),
}


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
    return replace(start_of(case, mark.own), beside=mark.all - mark.own)


def start_of(case: str, instructions: int) -> Sample:
    """A start that took so many."""
    return Sample(case=case, loops=1, wall_ns=0, cpu_ns=0, checksum=0, instructions=instructions)


def read_total(path: Path, instrument: Instrument) -> int:
    """What a whole process executed, by an instrument without marks.

    Raises ValueError where its file has no count.
    """
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        raise ValueError(f"{instrument} left no count") from None
    found = _TOTALS[instrument].search(text)
    if found is None:
        raise ValueError(f"{instrument} counted nothing: {text.strip()[-80:]!r}")
    return int(found[1])


def between(fewer: tuple[Sample, ...], more: tuple[Sample, ...], counted: int) -> Sample:
    """The further runs of a process that made more of them, in one sample.

    Raises ValueError unless it did, and executed more.
    """
    loops = sum(sample.loops for sample in more) - sum(sample.loops for sample in fewer)
    if loops < 1 or counted < 1:
        raise ValueError(f"{counted} instructions of {loops} further runs")
    checksums = {sample.checksum for sample in (*fewer, *more)}
    if len(checksums) > 1:
        raise ValueError(f"{len(checksums)} different checksums")
    return replace(more[-1], loops=loops, instructions=counted)


def _mark(line: str) -> Mark:
    words = line.split(" ")
    named = dict(zip(words[2::2], words[3::2], strict=True))
    try:
        return Mark(number=int(words[1]), **{name: int(value) for name, value in named.items()})
    except TypeError as error:
        raise ValueError(f"not a mark: {line!r}") from error
