"""Reads a TOML file into a typed shape; whatever is wrong is told with file and key.

Owns the translation of parser errors into one line. Refuses to know the shapes.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TypeVar

import msgspec

from pyrometer.errors import Mistake
from pyrometer.model import KnownGap, Verdict

T = TypeVar("T")


class Known(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A `[[known]]` entry as it is written."""

    rows: str
    case: str
    check: str = "*"
    verdict: Verdict
    reason: str
    snippet: str = ""
    link: str = ""
    emulated: bool = False

    def to_gap(self) -> KnownGap:
        """The entry as a noun of the model."""
        return KnownGap(**msgspec.structs.asdict(self))


def read(path: Path, shape: type[T]) -> T:
    """Parse and convert a file; raises Mistake naming the file, the line or the key."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Mistake("no such file", where=str(path)) from None
    except UnicodeDecodeError as error:
        raise Mistake(f"not UTF-8 at byte {error.start}", where=str(path)) from None
    except tomllib.TOMLDecodeError as error:
        raise Mistake(f"not TOML: {error}", where=str(path)) from None
    try:
        return msgspec.convert(content, shape)
    except msgspec.ValidationError as error:
        raise Mistake(str(error).replace("`$.", "key `"), where=str(path)) from None
