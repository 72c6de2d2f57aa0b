"""Which colour and mark belong to which row, on light and on dark paper.

Owns a hue and a shape for each family of implementations, the marks of their variants, and the
shades of the heat map. No two hues are closer than 18 in CIE Lab to a normal eye or to one without
red, green or blue cones (Machado et al., 2009), each stands out 3:1 from its paper, and no shape is
used twice, so that nothing is told by colour alone. Refuses to know any row by name: a family
without a hue of its own is grey or brown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pyrometer.model import MeasuredRow


@dataclass(frozen=True, kw_only=True)
class Colour:
    """One colour in both themes, as `#rrggbb`."""

    light: str
    dark: str


@dataclass(frozen=True, kw_only=True)
class Look:
    """How a row is drawn: the colour and shape of its family, the line and filling of its variant.

    `marker` is matplotlib's letter for the shape, `dashes` on and off in points (empty: solid).
    """

    colour: Colour
    marker: str
    hollow: bool = False
    dashes: tuple[float, ...] = ()


INK = Colour(light="#1b1e21", dark="#e4e6e8")
MUTED = Colour(light="#5c6369", dark="#a0a7ad")
RULE = Colour(light="#d4d8db", dark="#3a4046")
PAPER = Colour(light="#fdfdfc", dark="#15181b")
FAINT = Colour(light="#eef0f1", dark="#22272b")
THEME = {"ink": INK, "muted": MUTED, "rule": RULE, "paper": PAPER, "faint": FAINT}

FAMILIES: dict[str, tuple[Colour, str]] = {
    "cpython": (Colour(light="#2267a3", dark="#2b80c3"), "o"),
    "pypy": (Colour(light="#b03002", dark="#e37737"), "D"),
    "graalpy": (Colour(light="#c38505", dark="#f6cf52"), "s"),
    "rustpython": (Colour(light="#8c2361", dark="#d471a1"), "^"),
    "micropython": (Colour(light="#30a36a", dark="#4bcd91"), "v"),
    "pyodide": (Colour(light="#8b72e9", dark="#bdb2f3"), "p"),
}
_OTHERS = (
    (Colour(light="#70777d", dark="#9aa1a8"), "X"),
    (Colour(light="#8d6e52", dark="#c3a27f"), "P"),
)
# Of the variants of a family after the first, which is solid.
_DASHES = ((4.0, 1.6), (1.2, 1.2), (6.0, 1.4, 1.2, 1.4))

# Shades of a ratio, slowest first; a ratio belongs to the first whose bound it does not exceed.
HEAT_BOUNDS = (0.06, 0.2, 0.5, 0.8, 0.95, 1.05, 1.25, 2.0, 5.0, 16.0, float("inf"))
HEAT = (
    Colour(light="#7a3d05", dark="#e08c45"),
    Colour(light="#b4691c", dark="#b9692a"),
    Colour(light="#d9a35f", dark="#8d5124"),
    Colour(light="#ecd0a4", dark="#663f22"),
    Colour(light="#f5e8d2", dark="#41301f"),
    Colour(light="#f1f2f2", dark="#2a2f33"),
    Colour(light="#dcefec", dark="#1c3a38"),
    Colour(light="#aedcd5", dark="#1d5450"),
    Colour(light="#6fbcb1", dark="#1f736c"),
    Colour(light="#2b8f85", dark="#2c998e"),
    Colour(light="#075f57", dark="#5cc4b8"),
)
HEAT_INK = (
    Colour(light="#fffffe", dark="#101010"),
    Colour(light="#fffffd", dark="#fffffd"),
    *(Colour(light="#1a1d20", dark="#f2f2f2") for _ in range(6)),
    Colour(light="#1a1d20", dark="#f2f2f2"),
    Colour(light="#fffffe", dark="#101010"),
    Colour(light="#fffffe", dark="#101010"),
)


def shade(ratio: float) -> int:
    """The index into `HEAT` of a finite ratio."""
    return next(index for index, bound in enumerate(HEAT_BOUNDS) if ratio <= bound)


def looks(rows: Iterable[MeasuredRow]) -> dict[str, Look]:
    """Row name → how it is drawn, the same wherever it is."""
    families: dict[str, list[MeasuredRow]] = {}
    for row in rows:
        families.setdefault(row.implementation, []).append(row)
    strangers = [name for name in families if name not in FAMILIES]
    chosen: dict[str, Look] = {}
    for name, members in families.items():
        known = FAMILIES.get(name)
        colour, marker = known or _OTHERS[strangers.index(name) % len(_OTHERS)]
        variants = _plainest_first(members)
        for row in members:
            at = variants.index(row.variant)
            dashes = _DASHES[(at - 1) % len(_DASHES)] if at else ()
            chosen[row.row] = Look(colour=colour, marker=marker, hollow=at > 0, dashes=dashes)
    return chosen


def _plainest_first(rows: Sequence[MeasuredRow]) -> list[str]:
    """The variants of a family: none at all, then those that compile, then by name."""
    compiling = {row.variant for row in rows if row.facts is not None and row.facts.jit}
    variants = {row.variant for row in rows}
    return sorted(variants, key=lambda name: (bool(name), name not in compiling, name))


def dark_of() -> dict[str, str]:
    """Every colour of every chart: light `#rrggbb` → its counterpart on dark paper."""
    families = (colour for colour, _ in (*FAMILIES.values(), *_OTHERS))
    every = (*THEME.values(), *families, *HEAT, *HEAT_INK)
    return {colour.light: colour.dark for colour in every}


def version_key(series: str) -> tuple[int, ...]:
    """Orders `3.9` before `3.15`; what is no number counts as 0."""
    return tuple(int(part) if part.isdigit() else 0 for part in series.split("."))
