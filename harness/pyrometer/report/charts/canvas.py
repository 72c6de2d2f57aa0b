"""The paper that charts are drawn on: sizes in points, the type, and the three forms of a drawing.

Owns everything that makes a chart the same bytes in every run, and its light, dark and inline
forms, which differ in colours only. Refuses to know what is drawn.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from pyrometer.report import palette

POINTS_PER_INCH = 72
PNG_DPI = 144
SMALL, NORMAL, LARGE = 7.5, 8.5, 10.0

_SETTINGS: Any = {
    "svg.hashsalt": "pyrometer",
    "svg.fonttype": "none",  # real text: small files that can be searched and read aloud
    "font.family": ["DejaVu Sans"],  # comes with matplotlib: the same widths everywhere
    "font.size": NORMAL,
    "hatch.linewidth": 1.2,
    "path.simplify": False,
    "axes.linewidth": 0.6,
    "axes.edgecolor": palette.RULE.light,
    "axes.labelcolor": palette.MUTED.light,
    "axes.labelsize": SMALL,
    "xtick.color": palette.RULE.light,
    "xtick.labelcolor": palette.MUTED.light,
    "xtick.labelsize": SMALL,
    "xtick.major.width": 0.6,
    "ytick.color": palette.RULE.light,
    "ytick.labelcolor": palette.INK.light,
    "ytick.labelsize": NORMAL,
    "ytick.major.width": 0.6,
    "text.color": palette.INK.light,
}
_FONTS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"
_COLOUR = re.compile(r"#[0-9a-f]{6}\b")
_ID = re.compile(r'\sid="([^"]+)"')
_REFERENCE = re.compile(r"url\(#([^)]+)\)|href=\"#([^\"]+)\"")


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A finished drawing: its file name without suffix, what it shows, and its bytes."""

    name: str
    title: str
    svg: str
    png: bytes

    def light(self) -> str:
        """The file for light paper."""
        return self.svg

    def dark(self) -> str:
        """The file for dark paper."""
        counterpart = palette.dark_of()
        return _COLOUR.sub(lambda match: counterpart.get(match[0], match[0]), self.svg)

    def inline(self, *, prefix: str = "") -> str:
        """For a page: colours are the page's variables, ids carry the chart's name."""
        return inlined(self.svg, prefix=prefix or self.name)


def inlined(svg: str, *, prefix: str) -> str:
    """An SVG text whose colours follow the page and whose ids cannot meet another chart's."""
    known = palette.dark_of()
    text = _COLOUR.sub(lambda m: f"var({variable(m[0])})" if m[0] in known else m[0], svg)
    text = re.sub(r'(<svg[^>]*?)\swidth="[^"]*"\sheight="[^"]*"', r"\1", text, count=1)
    text = text.replace(f" font-family: {_FONTS};", "")  # the page's own
    text = re.sub(r"\s*<style.*?</style>", "", text, flags=re.DOTALL)
    text = _ID.sub(rf' id="{prefix}-\1"', text)
    return re.sub(r'(url\(#|href="#)', rf"\g<1>{prefix}-", text)


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
    """Axes at (left, bottom, width, height) in points, on the paper's own colour."""
    width_in, height_in = figure.get_size_inches()
    width_pt, height_pt = width_in * POINTS_PER_INCH, height_in * POINTS_PER_INCH
    left, bottom, width, height = box_pt
    place_at = (left / width_pt, bottom / height_pt, width / width_pt, height / height_pt)
    axes = figure.add_axes(place_at, facecolor=palette.PAPER.light)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(length=2.5, pad=3)
    return axes


def drawn(name: str, title: str, draw: Callable[[], Figure], *, png: bool = True) -> Chart:
    """Run `draw` under the settings of every chart and keep what it drew."""
    with mpl.rc_context(_SETTINGS):
        figure = draw()
        svg = io.StringIO()
        figure.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
        picture = io.BytesIO()
        if png:
            figure.savefig(picture, format="png", dpi=PNG_DPI, metadata={"Software": None})
    return Chart(name=name, title=title, svg=_tidy(svg.getvalue(), title), png=picture.getvalue())


def log_ticks(low: float, high: float, *, most: int = 5) -> list[float]:
    """At most `most` round numbers in a logarithmic range, the densest series that fits."""
    for factors in ((1, 2, 5), (1, 3), (1,)):
        steps = [factor * 10.0**power for power in range(-12, 13) for factor in factors]
        inside = [step for step in steps if low <= step <= high]
        if len(inside) <= most:
            return inside
    return inside[:: -(-len(inside) // most)]


def set_ticks(axis: Any, ticks: Sequence[float], words: Callable[[float], str]) -> None:
    """Major ticks with our own words, and no minor ones."""
    axis.set_ticks(list(ticks), [words(tick) for tick in ticks])
    axis.set_ticks([], minor=True)


def _tidy(svg: str, title: str) -> str:
    """Without prologue, unused ids and trailing spaces; with a title that is read aloud."""
    body = svg[svg.index("<svg") :]
    used = {name for pair in _REFERENCE.findall(body) for name in pair if name}
    body = _ID.sub(lambda match: match[0] if match[1] in used else "", body)
    body = re.sub(r"<metadata>.*?</metadata>\s*", "", body, flags=re.DOTALL)
    body = body.replace("'DejaVu Sans'", _FONTS)
    body = re.sub(r' transform="rotate\(-0 [^"]*"', "", body)
    body = re.sub(r"\n(?=[LMCQz])|\n(?=\" (?:style|clip|transform|id))", " ", body)
    escaped = html.escape(title, quote=True)
    head, rest = body.split(">", 1)
    head = f'{head} role="img" aria-label="{escaped}"'
    lines = f"{head}>\n<title>{escaped}</title>{rest}".splitlines()
    return "\n".join(line.rstrip() for line in lines) + "\n"
