"""`extension.html`: what a call into native code costs, by mechanism and interpreter.

Owns what the template is given and in which order, and the words for the functions; nothing is
computed here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pyrometer.analysis.border import SIZED
from pyrometer.analysis.findings.border import Mechanism
from pyrometer.report import units
from pyrometer.report.charts import border as charts
from pyrometer.report.sheet import inline, sheet
from pyrometer.report.view import View

BORDER_PAGE = "extension.html"
# What a function does, in the head of its column; one that is not here is called by its name.
WORDS = {
    "loop": "the loop alone",
    "nothing": "a call of nothing",
    "add": "two integers added",
    "hypotenuse": "a hypotenuse",
    "sum_bytes": "bytes added up",
    "fill": "a buffer filled",
    "build": "a list built",
    "call_back": "called back into Python",
    "create": "an object created",
    "attribute": "its attribute read",
    "method": "its method called",
}
# What the size of a function counts.
COUNTED = {"sum_bytes": "byte", "fill": "byte", "build": "object", "call_back": "time"}
SIDE_BY_SIDE = 2  # functions in one table that come in several sizes


class Column(NamedTuple):
    """A function at one size, and that size in words; none where it has none."""

    function: str
    size: str


class Group(NamedTuple):
    """Columns under one head: the sizes of a function, or what has none."""

    name: str
    words: str
    columns: list[Column]


class Border(NamedTuple):
    """The mechanisms of each row, the functions timed, and those that have a size to cross at."""

    rows: dict[str, list[Mechanism]]
    functions: list[str]
    crossing: list[str]


def border_of(entries: Sequence[Mechanism]) -> Border:
    """All of it, in the order of the entries."""
    rows: dict[str, list[Mechanism]] = {}
    for one in entries:
        rows.setdefault(one.row, []).append(one)
    functions = list(dict.fromkeys(name for one in entries for name in one.call_ns))
    crossing = list(dict.fromkeys(c.function for one in entries for c in one.crossovers))
    return Border(rows, functions, crossing)


def tables_of(functions: Sequence[str]) -> list[list[Group]]:
    """One table of what has no size; then functions with their sizes, a few in each."""
    plain = [name for name in functions if not SIZED.fullmatch(name)]
    sized: dict[str, Group] = {}
    for name in functions:
        if found := SIZED.fullmatch(name):
            own = found["function"]
            group = sized.setdefault(own, Group(own, words(own), []))
            group.columns.append(Column(name, so_many(own, int(found["size"]))))
    alone = [Group(name, words(name), [Column(name, "")]) for name in plain]
    groups = list(sized.values())
    several = [groups[at : at + SIDE_BY_SIDE] for at in range(0, len(groups), SIDE_BY_SIDE)]
    return [alone, *several] if alone else several


def words(function: str) -> str:
    """What a function does, in a few words."""
    return WORDS.get(function, function.replace("_", " "))


def so_many(function: str, size: int) -> str:
    """The size of a function with what it counts: `256 bytes`."""
    return units.plural(size, COUNTED[function]) if function in COUNTED else f"{size:,}"


def failures(mechanisms: Sequence[Mechanism]) -> dict[str, list[str]]:
    """Functions that could not be called, with the reason → the mechanisms of which that holds."""
    found: dict[str, list[str]] = {}
    for one in mechanisms:
        for function, reason in one.failures.items():
            found.setdefault(f"{words(function)} ({reason})", []).append(one.name)
    return found


def border_page(view: View) -> str:
    """The text of the page; its first line names the command that made it."""
    found = border_of(view.report.border)
    return sheet(
        "extension.html.j2",
        view,
        drawn=inline(charts.chart(view)),
        rows=found.rows,
        crossing=found.crossing,
        tables=tables_of(found.functions),
        words=words,
        so_many=so_many,
        failures=failures,
        titles={one.name: one.title for one in view.report.border},
    )
