"""The heat map as a picture: cases × interpreters, a shade and a number in each cell.

The page shows the same as a table; this one is for Markdown and for print.
"""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from pyrometer.analysis.findings import Cell
from pyrometer.report import palette, units
from pyrometer.report.charts import canvas
from pyrometer.report.view import View

CELL_PT, ROW_PT, LABEL_PT, HEAD_PT, FOOT_PT, EDGE_PT = 46.0, 15.0, 118.0, 66.0, 26.0, 8.0
KEY_PT = 34.0


def chart(view: View, suite: str) -> canvas.Chart:
    """One suite against the report's baseline."""
    title = f"Speed of each case of {suite} relative to {view.label(view.report.baseline)}"
    return canvas.drawn(f"heatmap-{suite}", title, lambda: _figure(view, suite, title))


def _figure(view: View, suite: str, title: str) -> Figure:
    rows, lines = view.report.rows, view.lines(suite)
    grid_pt = (max(CELL_PT * len(rows), KEY_PT * len(palette.HEAT)), ROW_PT * len(lines))
    size_pt = (LABEL_PT + grid_pt[0] + EDGE_PT, HEAD_PT + grid_pt[1] + FOOT_PT)
    figure = canvas.new_figure(*size_pt)
    axes = canvas.place(figure, (LABEL_PT, FOOT_PT, CELL_PT * len(rows), grid_pt[1]))
    axes.set_xlim(0, len(rows))
    axes.set_ylim(len(lines), 0)
    axes.spines[:].set_visible(False)
    for across, row in enumerate(rows):
        axes.annotate(view.label(row.row).replace(" ", "\n"), (across + 0.5, 0), xytext=(0, 4),
                      textcoords="offset points", ha="center", va="bottom",
                      fontsize=canvas.SMALL, color=palette.MUTED.light)  # fmt: skip
    for down, line in enumerate(lines):
        axes.annotate(line.name, (0, down + 0.5), xytext=(-4, 0), textcoords="offset points",
                      ha="right", va="center", fontsize=canvas.SMALL)  # fmt: skip
    figure.text(EDGE_PT / size_pt[0], 1 - 12 / size_pt[1], title, fontsize=canvas.NORMAL,
                weight="bold", va="center")  # fmt: skip
    for down, line in enumerate(lines):
        for across, row in enumerate(rows):
            _cell(axes, (across, down), view.cell(row.row, line))
    _key(canvas.place(figure, (LABEL_PT, 6, KEY_PT * len(palette.HEAT), 12)))
    return figure


def _cell(axes: Axes, at: tuple[int, int], cell: Cell | None) -> None:
    if cell is None:
        _words(axes, at, units.NOTHING, palette.MUTED)
    elif cell.speed is None or not units.is_figure(cell.speed.ratio):
        _box(axes, at, palette.PAPER.light, hatch="////")
        told = _words(axes, at, short_reason(cell), palette.INK)
        told.set_fontsize(5.5)
        told.set_bbox({"facecolor": palette.PAPER.light, "edgecolor": "none", "pad": 0.6})
    else:
        index = palette.shade(cell.speed.ratio)
        _box(axes, at, palette.HEAT[index].light)
        _words(axes, at, units.figure(cell.speed.ratio), palette.HEAT_INK[index])


def _words(axes: Axes, at: tuple[int, int], text: str, colour: palette.Colour) -> Text:
    across, down = at
    return axes.text(across + 0.5, down + 0.5, text, ha="center", va="center",
                     fontsize=canvas.NORMAL, color=colour.light)  # fmt: skip


def short_reason(cell: Cell) -> str:
    """Why a cell has no number, in at most a dozen letters."""
    return (cell.withheld or cell.verdict.value.replace("_", " "))[:13]


def _box(axes: Axes, at: tuple[int, int], face: str, hatch: str | None = None) -> None:
    axes.add_patch(Rectangle(at, 1, 1, facecolor=face, edgecolor=palette.RULE.light if hatch
                             else palette.PAPER.light, linewidth=0.8, hatch=hatch))  # fmt: skip


def _key(axes: Axes) -> None:
    axes.set_xlim(0, len(palette.HEAT))
    axes.set_ylim(0, 1)
    axes.axis("off")
    for index, words in enumerate(shade_words()):
        _box(axes, (index, 0), palette.HEAT[index].light)
        axes.text(index + 0.5, 0.5, words, ha="center", va="center", fontsize=6,
                  color=palette.HEAT_INK[index].light)  # fmt: skip


def shade_words() -> list[str]:
    """What each shade of the key says: its upper bound, the last one its lower."""
    bounds = palette.HEAT_BOUNDS
    words = [f"≤{bound:.2g}×" for bound in bounds[:-1]]
    words[5] = "≈1×"
    return [*words, f">{bounds[-2]:.2g}×"]
