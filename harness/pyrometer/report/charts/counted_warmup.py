"""Warm-up in instructions: what a run executes, by how many came before it in its process.

Owns a panel: a case on the rows that compile, on every architecture; a line is the median over the
processes. Unlike a time it has no noise: a step is compiled code that came into use, or the work
of compiling it where the same thread does that.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log10

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pyrometer.analysis.findings.counts import CountedCell
from pyrometer.report import palette, units
from pyrometer.report.charts import canvas
from pyrometer.report.charts.counted import architectures
from pyrometer.report.view import View

WIDTH_PT, HEIGHT_PT = 268.0, 150.0
LEFT_PT, BOTTOM_PT, TOP_PT, NAMES_PT = 38.0, 30.0, 18.0, 96.0
COLUMNS = 3
TINY = 6.8
NAME_GAP = 0.1  # of the height of the axes, between two names
DASHES = ((), (2.5, 1.5), (1.0, 1.5))  # by architecture


def panel(view: View, cells: Sequence[CountedCell]) -> canvas.Chart:
    """The cells of one case, for a page."""
    first = cells[0]
    name = first.case.partition("/")[2]
    title = f"Instructions of one run of {name} by the number of the run"
    return canvas.drawn(f"instructions-warmup-{first.suite}-{name}", title,
                        lambda: _figure(view, [cells], columns=1))  # fmt: skip


def chart(view: View, suite: str, cases: Sequence[Sequence[CountedCell]]) -> canvas.Chart:
    """Several cases of a suite on one sheet, for Markdown and for print."""
    title = f"Instructions of one run by the number of the run, for cases of {suite}"
    return canvas.drawn(f"instructions-warmup-{suite}", title,
                        lambda: _figure(view, cases, columns=COLUMNS))  # fmt: skip


def _figure(view: View, cases: Sequence[Sequence[CountedCell]], *, columns: int) -> Figure:
    height = -(-len(cases) // columns)
    figure = canvas.new_figure(WIDTH_PT * min(columns, len(cases)), HEIGHT_PT * height)
    for index, cells in enumerate(cases):
        down, right = divmod(index, columns)
        left, bottom = WIDTH_PT * right + LEFT_PT, HEIGHT_PT * (height - 1 - down) + BOTTOM_PT
        box = (left, bottom, WIDTH_PT - LEFT_PT - NAMES_PT, HEIGHT_PT - BOTTOM_PT - TOP_PT)
        _draw(canvas.place(figure, box), view, cells)
    return figure


def _draw(axes: Axes, view: View, cells: Sequence[CountedCell]) -> None:
    counts = [count for cell in cells for count in cell.iterations]
    low, high = min(counts) / 1.3, max(counts) * 1.3
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(0.9, max(len(cell.iterations) for cell in cells) * 1.1)
    axes.set_ylim(low, high)
    across, up = canvas.log_ticks(low, high), canvas.log_ticks(*axes.get_xlim())
    canvas.rule(axes, across=across, up=up)
    canvas.words_left(axes, across, lambda count: f"{units.figure(count / 1e6)} M", size=TINY)
    canvas.words_below(axes, up, lambda number: f"{number:g}", size=TINY)
    canvas.named_below(axes, "number of the run in its process", size=TINY)
    canvas.headed(axes, cells[0].case.partition("/")[2], left_pt=LEFT_PT - 4)
    places = architectures(view)
    for cell in cells:
        dashes = DASHES[places.index(cell.arch) % len(DASHES)]
        axes.plot(range(1, len(cell.iterations) + 1), cell.iterations, linewidth=1.2, zorder=2,
                  color=view.looks[cell.row].colour.light, clip_on=False,
                  linestyle=(0, dashes) if dashes else "-")  # fmt: skip
    _names(axes, view, cells)


def _names(axes: Axes, view: View, cells: Sequence[CountedCell]) -> None:
    """Each line's name at its right end, pushed apart where lines end close together."""
    low, high = axes.get_ylim()
    shares = {one.row: log10(one.iterations[-1] / low) / log10(high / low) for one in cells}
    for row, height in canvas.apart(shares, NAME_GAP).items():
        colour: palette.Colour = view.looks[row].colour
        axes.plot([1.0, 1.07], [shares[row], height], transform=axes.transAxes, clip_on=False,
                  color=colour.light, linewidth=0.5)  # fmt: skip
        axes.text(1.09, height, view.label(row), transform=axes.transAxes, fontsize=TINY,
                  va="center")  # fmt: skip
