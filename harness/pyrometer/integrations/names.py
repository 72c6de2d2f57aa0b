"""The names by which people ask tools for an interpreter: `py315`, `python3.13t`, `pypy311`.

Owns their grammar and which row is meant. Pure: a name means the same row whatever is built.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pyrometer.model import Row

ASKED = re.compile(
    r"(?P<word>[a-z]*?)-?(?:(?P<major>[23])(?:\.?(?P<minor>\d{1,2})(?P<threaded>t?))?)?"
)
ANY_CPYTHON = ("", "py", "python")


@dataclass(frozen=True, kw_only=True)
class _Wish:
    """What a name asks for; an empty language is any."""

    implementation: str
    language: str
    threaded: bool


def row_named(name: str, rows: Sequence[Row]) -> Row | None:
    """The row that a name means, or None where it means none of ours.

    A row's own name comes first, with or without its variant. Otherwise the implementation and
    the version of the language decide, a `t` asks CPython for the build without a GIL, and of
    several rows the newest series wins, then the one without a variant, then the first defined.
    `python`, `py3` and the like are nobody's: they mean the Python that the tool runs on.
    """
    for row in rows:
        if row.name == name:
            return row
    without_variant = [row for row in rows if row.name.partition("+")[0] == name]
    return _best(without_variant) or _best(_granting(name.lower(), rows))


def row_within(text: str, rows: Sequence[Row]) -> Row | None:
    """The row whose own name is a part of `text` between dashes (`tests-pypy-7.3-slow`)."""
    found = [row for row in rows if f"-{row.name}-" in f"-{text}-"]
    return max(found, key=lambda row: len(row.name), default=None)


def language_of(row: Row) -> str:
    """The version of Python that a row promises, `3.11`, or "" if it promises none."""
    expect = row.expect
    return expect.language or (expect.series if expect.implementation == "cpython" else "")


def plain_name(row: Row) -> str:
    """The shortest name with a version, `cpython3.13t`, in the form that virtualenv reads."""
    return f"{row.expect.implementation}{language_of(row)}{'t' if _threaded(row) else ''}"


def _granting(name: str, rows: Sequence[Row]) -> list[Row]:
    wish = _wish(name, {row.expect.implementation for row in rows})
    return [row for row in rows if wish and _grants(row, wish)]


def _wish(name: str, implementations: Iterable[str]) -> _Wish | None:
    match = ASKED.fullmatch(name)
    if match is None:
        return None
    word, minor = match["word"], match["minor"]
    implementation = "cpython" if word in ANY_CPYTHON else word
    if implementation not in implementations or (implementation == "cpython" and not minor):
        return None
    return _Wish(
        implementation=implementation,
        language=f"{match['major']}.{minor}" if minor else "",
        threaded=bool(match["threaded"]),
    )


def _grants(row: Row, wish: _Wish) -> bool:
    """Only CPython has two builds of a version; elsewhere no `t` says nothing about a GIL."""
    if row.expect.implementation != wish.implementation:
        return False
    if wish.language not in ("", language_of(row)):
        return False
    if wish.threaded:
        return row.expect.gil is False
    return not _threaded(row)


def _threaded(row: Row) -> bool:
    return row.expect.implementation == "cpython" and row.expect.gil is False


def _best(rows: Sequence[Row]) -> Row | None:
    """`max` and `min` keep the order of the definitions among equals."""
    newest = max((_series(row) for row in rows), default=())
    candidates = [row for row in rows if _series(row) == newest]
    return min(candidates, key=lambda row: row.variant != "", default=None)


def _series(row: Row) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", row.expect.series))
