"""The paper that charts are drawn on: sizes in points, the type, and the forms of a drawing.

Owns everything that makes a chart the same bytes in every run, and its light, dark and inline
forms, which differ in colours only. Refuses to know what is drawn.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from pyrometer.report import palette
from pyrometer.report.charts import tidy

POINTS_PER_INCH = 72
PNG_DPI = 144
SMALL, NORMAL, LARGE = 7.5, 8.5, 10.0
LINE = 0.5

_SETTINGS: Any = {
    "svg.hashsalt": "pyrometer",
    "svg.fonttype": "none",  # real text: small files that can be searched and read aloud
    "font.family": ["DejaVu Sans"],  # comes with matplotlib: the same widths everywhere
    "font.size": NORMAL,
    "hatch.linewidth": 1.2,
    "path.simplify": False,
    "axes.linewidth": 0.6,
    "axes.edgecolor": palette.RULE.light,
    "text.color": palette.INK.light,
}
# Words on paper of their own, so that no line runs through them.
BEHIND: Any = {"facecolor": palette.PAPER.light, "edgecolor": "none", "pad": 0.8}
_COLOUR = re.compile(r"#[0-9a-f]{6}\b")
_ID = re.compile(r'\sid="([^"]+)"')


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A finished drawing: its file name without suffix, what it shows, and its bytes.

    `png` is empty unless the drawing was asked for as a picture too.
    """

    name: str
    title: str
    svg: str
    png: bytes = b""

    def light(self) -> str:
        """The file for light paper."""
        text, styles = tidy.classed(self.svg)
        return text.replace("<title>", f"<style>{styles}</style><title>", 1)

    def dark(self) -> str:
        """The file for dark paper."""
        counterpart = palette.dark_of()
        return _COLOUR.sub(lambda match: counterpart.get(match[0], match[0]), self.light())

    def inline(self) -> str:
        """For a page: colours are the page's variables, ids carry the chart's name."""
        known = palette.dark_of()
        text = _COLOUR.sub(lambda m: f"var({variable(m[0])})" if m[0] in known else m[0], self.svg)
        text = re.sub(r'(<svg[^>]*?) width="[^"]*" height="[^"]*"', r"\1", text, count=1)
        text = text.replace(f"font-family:{tidy.FONTS};", "")  # the page's own
        text = re.sub(r"<title>.*?</title>", "", text, count=1)  # the label says it already
        text = _ID.sub(rf' id="{self.name}-\1"', text)
        return re.sub(r'(url\(#|href="#)', rf"\g<1>{self.name}-", text)


def variable(light: str) -> str:
    """The CSS variable of a colour, named after its light form."""
    return f"--c{light[1:]}"


def new_figure(width_pt: float, height_pt: float) -> Figure:
    """An empty sheet of that size in points."""
    figure = Figure(
        figsize=(width_pt / POINTS_PER_INCH, height_pt / POINTS_PER_INCH),
        facecolor=palette.PAPER.light,
    )
    FigureCanvasAgg(figure)
    return figure


def place(figure: Figure, box_pt: tuple[float, float, float, float]) -> Axes:
    """Axes at (left, bottom, width, height) in points, bare but for its lines left and below."""
    width_in, height_in = figure.get_size_inches()
    width_pt, height_pt = width_in * POINTS_PER_INCH, height_in * POINTS_PER_INCH
    left, bottom, width, height = box_pt
    place_at = (left / width_pt, bottom / height_pt, width / width_pt, height / height_pt)
    axes = figure.add_axes(place_at, facecolor="none")
    axes.spines[["top", "right"]].set_visible(False)
    axes.xaxis.set_visible(False)
    axes.yaxis.set_visible(False)
    return axes


def drawn(name: str, title: str, draw: Callable[[], Figure], *, png: bool = False) -> Chart:
    """Run `draw` under the settings of every chart and keep what it drew."""
    with mpl.rc_context(_SETTINGS):
        figure = draw()
        svg, picture = io.StringIO(), io.BytesIO()
        figure.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
        if png:
            figure.savefig(picture, format="png", dpi=PNG_DPI, metadata={"Software": None})
    text = tidy.tidied(svg.getvalue(), title)
    return Chart(name=name, title=title, svg=text, png=picture.getvalue())


def log_ticks(low: float, high: float, *, most: int = 5) -> list[float]:
    """At most `most` round numbers in a logarithmic range, the densest series that fits.

    No two are closer than about a `most`-th of the range, so that their words have room.
    """
    room = (high / low) ** (0.9 / most)
    for factors in ((1, 2, 5), (1, 3), (1,)):
        steps = [factor * 10.0**power for power in range(-12, 13) for factor in factors]
        inside = [step for step in steps if low <= step <= high]
        if len(inside) <= most and all(right / left >= room for left, right in pairwise(inside)):
            return inside
    return inside[:: -(-len(inside) // most)]


def words_below(
    axes: Axes, ticks: Sequence[float], words: Callable[[float], str], *, size: float = SMALL
) -> None:
    """What stands below the axes at each tick; matplotlib's own axis costs twice the time."""
    for tick in ticks:
        axes.annotate(words(tick), (tick, 0), xycoords=("data", "axes fraction"), xytext=(0, -3),
                      textcoords="offset points", ha="center", va="top", fontsize=size,
                      color=palette.MUTED.light)  # fmt: skip


def words_left(
    axes: Axes, ticks: Sequence[float], words: Callable[[float], str], *, size: float = SMALL
) -> None:
    """What stands left of the axes at each tick."""
    for tick in ticks:
        axes.annotate(words(tick), (0, tick), xycoords=("axes fraction", "data"), xytext=(-3, 0),
                      textcoords="offset points", ha="right", va="center", fontsize=size,
                      color=palette.MUTED.light)  # fmt: skip


def named_below(axes: Axes, name: str, *, size: float = SMALL, lines: int = 1) -> None:
    """What the axis below means, beneath that many lines of words."""
    axes.annotate(name, (0.5, 0), xycoords="axes fraction", xytext=(0, -6 - lines * (size + 3)),
                  textcoords="offset points", ha="center", va="top", fontsize=size,
                  color=palette.MUTED.light)  # fmt: skip


def headed(axes: Axes, text: str, *, left_pt: float, size: float = NORMAL) -> None:
    """A heading above the axes, that far left of them."""
    axes.annotate(text, (0, 1), xycoords="axes fraction", xytext=(-left_pt, 7),
                  textcoords="offset points", fontsize=size, weight="bold")  # fmt: skip


def rule(axes: Axes, *, across: Sequence[float] = (), up: Sequence[float] = ()) -> None:
    """Faint lines through the whole axes, all of one direction as a single path."""
    gap = (float("nan"),)
    if up:
        x = list(chain.from_iterable((at, at, *gap) for at in up))
        axes.plot(x, [0, 1, *gap] * len(up), transform=axes.get_xaxis_transform(),
                  color=palette.RULE.light, linewidth=LINE, zorder=0, clip_on=False)  # fmt: skip
    if across:
        y = list(chain.from_iterable((at, at, *gap) for at in across))
        axes.plot([0, 1, *gap] * len(across), y, transform=axes.get_yaxis_transform(),
                  color=palette.RULE.light, linewidth=LINE, zorder=0, clip_on=False)  # fmt: skip


def mark(axes: Axes, at: tuple[float, float], look: palette.Look, size: float) -> None:
    """A row's own mark at a point: filled, or an outline where it is a variant."""
    face = palette.PAPER if look.hollow else look.colour
    axes.plot([at[0]], [at[1]], marker=look.marker, markersize=size, linestyle="none", zorder=4,
              markeredgecolor=look.colour.light, markeredgewidth=1.2, clip_on=False,
              markerfacecolor=face.light)  # fmt: skip


def apart(ends: Mapping[str, float], gap: float) -> dict[str, float]:
    """Heights in [0, 1], moved as little as it takes to be at least `gap` apart."""
    placed: dict[str, float] = {}
    floor = 0.0
    order = sorted(ends, key=lambda name: (ends[name], name))
    for name in order:
        floor = placed[name] = max(ends[name], floor)
        floor += gap
    ceiling = 1.0
    for name in reversed(order):
        placed[name] = min(placed[name], ceiling)
        ceiling = placed[name] - gap
    return placed
