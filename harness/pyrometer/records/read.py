"""Reads a result set back: every whole outcome, and a warning for each that is not.

Owns what happens to damage: it costs the damaged line, never the rest.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pyrometer.errors import Mistake
from pyrometer.model import Outcome, Run, Verdict
from pyrometer.records.form import decode_outcome, decode_run
from pyrometer.records.write import HEAD


@dataclass(frozen=True, kw_only=True)
class ResultSet:
    """A run, its outcomes in the order in which they came, and what was damaged."""

    folder: Path
    run: Run
    outcomes: tuple[Outcome, ...]
    warnings: tuple[str, ...]

    @property
    def done(self) -> frozenset[str]:
        """Ids of jobs that need not run again."""
        finished = (o for o in self.outcomes if o.ending is not Verdict.NOT_RUN)
        return frozenset(outcome.job.id for outcome in finished)

    @property
    def complete(self) -> bool:
        """Every job has an outcome of its own, also if that is `not_run`."""
        return {outcome.job.id for outcome in self.outcomes} >= set(self.run.job_ids)


def read(folder: Path) -> ResultSet:
    """Read a result set; raises Mistake if the folder is none or its schema is newer."""
    head = folder / HEAD
    if not head.is_file():
        raise Mistake(f"no {HEAD} here: not a result set", where=str(folder))
    run = decode_run(head.read_bytes(), str(head))
    outcomes: list[Outcome] = []
    warnings: list[str] = []
    for path in sorted(folder.glob("outcomes-*.jsonl*")):
        if path.suffix != ".gz" and path.with_name(path.name + ".gz").exists():
            continue  # sealed, and the process died before it removed the plain one
        for number, line in enumerate(_lines(path, warnings), 1):
            try:
                outcomes.append(decode_outcome(line))
            except (ValueError, KeyError, TypeError) as error:
                warnings.append(
                    f"{path.name}: line {number} cannot be read and is left out: {error}"
                )
    return ResultSet(folder=folder, run=run, outcomes=tuple(outcomes), warnings=tuple(warnings))


def _lines(path: Path, warnings: list[str]) -> Iterator[bytes]:
    content = path.read_bytes()
    if path.suffix == ".gz":
        content, problem = _decompress(content)
        if problem:
            warnings.append(f"{path.name}: {problem}: what could be read is used")
    *whole, last = content.split(b"\n")
    if last:
        warnings.append(f"{path.name}: the last line is torn and is left out")
    return iter(whole)


def _decompress(content: bytes) -> tuple[bytes, str]:
    """As much as can be had of a gzip file, and what was wrong with the rest."""
    try:
        return gzip.decompress(content), ""
    except (EOFError, OSError, zlib.error) as error:
        machine = zlib.decompressobj(wbits=31)
        try:
            return machine.decompress(content), str(error)
        except zlib.error:
            return b"", str(error)
