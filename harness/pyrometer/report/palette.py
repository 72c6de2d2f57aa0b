"""Which colour belongs to which row, on light and on dark paper.

Owns the families' hues (after Okabe and Ito, so that the colour-blind tell them apart) and the
shades of the heat map. Refuses to know any row by name: a family without a hue of its own is grey.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pyrometer.model import MeasuredRow


@dataclass(frozen=True, kw_only=True)
class Colour:
    """One colour in both themes, as `#rrggbb`; `hollow` draws an outline instead of a fill."""

    light: str
    dark: str
    hollow: bool = False


INK = Colour(light="#1b1e21", dark="#e4e6e8")
MUTED = Colour(light="#5c6369", dark="#a0a7ad")
RULE = Colour(light="#d4d8db", dark="#3a4046")
PAPER = Colour(light="#fdfdfc", dark="#15181b")
FAINT = Colour(light="#eef0f1", dark="#22272b")
THEME = {"ink": INK, "muted": MUTED, "rule": RULE, "paper": PAPER, "faint": FAINT}

# Oldest first; a family with more rows than shades repeats the last.
_FAMILIES: dict[str, tuple[Colour, ...]] = {
    "cpython": (
        Colour(light="#8fbfe0", dark="#35688c"),
        Colour(light="#6aa7d3", dark="#4581ab"),
        Colour(light="#478fc4", dark="#5a9bc9"),
        Colour(light="#2a76b1", dark="#79b4de"),
        Colour(light="#125c98", dark="#9acbee"),
        Colour(light="#0a4373", dark="#bfe0f8"),
    ),
    "pypy": (
        Colour(light="#ee9a63", dark="#b0501c"),
        Colour(light="#d55e00", dark="#f0803c"),
        Colour(light="#a34700", dark="#ffa972"),
    ),
    "graalpy": (Colour(light="#b98100", dark="#e6b13c"), Colour(light="#8f6400", dark="#f3cd79")),
    "rustpython": (Colour(light="#b7588f", dark="#d98cb8"),),
    "micropython": (Colour(light="#009e73", dark="#2cbf95"),),
    "pyodide": (Colour(light="#7a68b3", dark="#a798dc"),),
}
_OTHERS = (Colour(light="#70777d", dark="#9aa1a8"), Colour(light="#8d6e52", dark="#c3a27f"))

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


def colours(rows: Iterable[MeasuredRow]) -> dict[str, Colour]:
    """Row name → colour: by family, older to newer.

    The variants of a series share its shade, all but one of them hollow.
    """
    families: dict[str, list[MeasuredRow]] = {}
    for row in rows:
        families.setdefault(row.implementation, []).append(row)
    chosen: dict[str, Colour] = {}
    for name, members in families.items():
        shades = _spread(_FAMILIES.get(name, _OTHERS), len({row.series for row in members}))
        series = sorted({row.series for row in members}, key=version_key)
        filled: set[str] = set()
        for row in sorted(members, key=_plain_first):
            colour = shades[series.index(row.series)]
            hollow = row.series in filled
            filled.add(row.series)
            chosen[row.row] = Colour(light=colour.light, dark=colour.dark, hollow=hollow)
    return chosen


def _plain_first(row: MeasuredRow) -> tuple[bool, bool, str]:
    has_jit = row.facts is not None and row.facts.jit
    return bool(row.variant), not has_jit, row.variant


def dark_of() -> dict[str, str]:
    """Every colour of every chart: light `#rrggbb` → its counterpart on dark paper."""
    families = (shade for shades in _FAMILIES.values() for shade in shades)
    every = (*THEME.values(), *families, *_OTHERS, *HEAT, *HEAT_INK)
    return {colour.light: colour.dark for colour in every}


def version_key(series: str) -> tuple[int, ...]:
    """Orders `3.9` before `3.15`; what is no number counts as 0."""
    return tuple(int(part) if part.isdigit() else 0 for part in series.split("."))


def _spread(shades: Sequence[Colour], count: int) -> list[Colour]:
    """`count` shades, as far apart as there are, ending at the strongest."""
    if count == 1:
        return [shades[len(shades) // 2]]
    last = len(shades) - 1
    return [shades[min(last, round(last * index / (count - 1)))] for index in range(count)]
