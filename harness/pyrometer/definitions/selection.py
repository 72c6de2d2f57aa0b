"""Globs to names: the same for interpreters, suites and cases.

Owns what a pattern may look like and what is said when it matches nothing.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from fnmatch import fnmatchcase
from typing import TypeVar

from pyrometer.errors import Mistake

T = TypeVar("T")
SHOWN = 8


def split(patterns: Iterable[str]) -> list[str]:
    """`('a,b', 'c')` to `['a', 'b', 'c']`: options may be repeated or hold commas."""
    words = [word.strip() for pattern in patterns for word in pattern.split(",")]
    return [word for word in words if word]


def choose(
    patterns: Sequence[str], items: Sequence[T], names: Callable[[T], Sequence[str]], noun: str
) -> list[T]:
    """Items of which one name matches one pattern, in the order of `items`.

    Raises Mistake for a pattern that matches nothing, with the nearest names.
    """
    chosen: set[int] = set()
    for pattern in split(patterns):
        matched = {
            index
            for index, item in enumerate(items)
            if any(fnmatchcase(name, pattern) for name in names(item))
        }
        if not matched:
            raise unknown(noun, pattern, [names(item)[0] for item in items])
        chosen |= matched
    return [items[index] for index in sorted(chosen)]


def unknown(noun: str, wanted: str, known: Sequence[str]) -> Mistake:
    """The mistake of naming something that is not there."""
    near = difflib.get_close_matches(wanted.strip("*"), known, n=3, cutoff=0.5)
    if near:
        advice = "did you mean " + " or ".join(near) + "?"
    else:
        more = f" and {len(known) - SHOWN} more" if len(known) > SHOWN else ""
        advice = "there are: " + (", ".join(known[:SHOWN]) or "none") + more
    return Mistake(f"no {noun} matches {wanted!r}", next_step=advice)
