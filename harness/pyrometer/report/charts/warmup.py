"""Warm-up: how the time of one run falls while the process lives; small multiples, one per case."""

from __future__ import annotations

from collections.abc import Sequence
from math import log10

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pyrometer.analysis.findings import Cell
from pyrometer.model import MeasuredRow
from pyrometer.report import palette, units
from pyrometer.report.charts import canvas
from pyrometer.report.view import Line, View

WIDTH_PT, HEIGHT_PT = 270.0, 168.0
LEFT_PT, BOTTOM_PT, TOP_PT, NAMES_PT = 40.0, 28.0, 18.0, 92.0
COLUMNS = 3
NAME_GAP = 0.075  # of the height of the axes, between two names


def shown_rows(view: View) -> list[MeasuredRow]:
    """Those that compile while they run, and the baseline; everybody where there are none."""
    there = [row for row in view.report.rows if not row.missing]
    jits = [row for row in there if row.facts is not None and row.facts.jit]
    return [row for row in there if row in jits or row.row == view.report.baseline or not jits]


def lines_with_curves(view: View, suite: str) -> list[Line]:
    """The cases of a suite for which there is anything to draw."""
    rows = shown_rows(view)
    return [line for line in view.lines(suite) if any(_curve(view, row, line) for row in rows)]


def panel(view: View, line: Line) -> canvas.Chart:
    """One case, for the page."""
    name = f"warmup-{line.case.suite}-{line.name}"
    title = f"Time of one run of {line.name} over the life of a process"
    return canvas.drawn(name, title, lambda: _figure(view, [line], columns=1), png=False)


def chart(view: View, suite: str) -> canvas.Chart:
    """All cases of a suite on one sheet, for Markdown and for print."""
    lines = lines_with_curves(view, suite)
    title = f"Time of one run over the life of a process, for each case of {suite}"
    return canvas.drawn(f"warmup-{suite}", title, lambda: _figure(view, lines, columns=COLUMNS))


def _curve(view: View, row: MeasuredRow, line: Line) -> Cell | None:
    cell = view.cell(row.row, line)
    return cell if cell and cell.timing and len(cell.timing.curve) > 1 else None


def _figure(view: View, lines: Sequence[Line], *, columns: int) -> Figure:
    height = -(-len(lines) // columns)
    figure = canvas.new_figure(WIDTH_PT * min(columns, len(lines)), HEIGHT_PT * height)
    for index, line in enumerate(lines):
        down, right = divmod(index, columns)
        left, bottom = WIDTH_PT * right + LEFT_PT, HEIGHT_PT * (height - 1 - down) + BOTTOM_PT
        box = (left, bottom, WIDTH_PT - LEFT_PT - NAMES_PT, HEIGHT_PT - BOTTOM_PT - TOP_PT)
        _draw(canvas.place(figure, box), view, line)
    return figure


def _draw(axes: Axes, view: View, line: Line) -> None:
    found = [(row, cell) for row in shown_rows(view) if (cell := _curve(view, row, line))]
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_title(line.name, loc="left", fontsize=canvas.NORMAL, weight="bold",
                   pad=4, color=palette.INK.light)  # fmt: skip
    for row, cell in found:
        _line(axes, view, row, cell)
    axes.margins(x=0.04, y=0.08)
    low, high = axes.get_xlim()
    canvas.set_ticks(
        axes.xaxis, canvas.log_ticks(low, high, most=4), lambda s: units.tick_time(s * 1e9)
    )
    low, high = axes.get_ylim()
    canvas.set_ticks(axes.yaxis, canvas.log_ticks(low, high, most=5), units.tick_time)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_tick_params(labelsize=6.5)
    axes.set_xlabel("since the first timed call", fontsize=6.5, labelpad=1)
    axes.grid(color=palette.RULE.light, linewidth=0.35)
    _names(axes, view, found)


def _line(axes: Axes, view: View, row: MeasuredRow, cell: Cell) -> None:
    curve = cell.timing.curve if cell.timing else ()
    colour = palette.INK if row.row == view.report.baseline else view.colours[row.row]
    axes.plot([x for x, _ in curve], [y for _, y in curve], color=colour.light,
              marker="o", markevery=[0], markersize=2.5, linewidth=1.3,
              linestyle=(0, (3, 1.5)) if cell.withheld else "-")  # fmt: skip


def _names(axes: Axes, view: View, found: Sequence[tuple[MeasuredRow, Cell]]) -> None:
    """Each line's name at its right end, pushed apart where lines end close together."""
    low, high = axes.get_ylim()
    ends = {row.row: _height(cell, low, high) for row, cell in found}
    heights = _apart(ends)
    for row, _ in found:
        colour = palette.INK if row.row == view.report.baseline else view.colours[row.row]
        axes.plot([1.01, 1.07], [ends[row.row], heights[row.row]], transform=axes.transAxes,
                  clip_on=False, color=colour.light, linewidth=0.5)  # fmt: skip
        axes.text(1.09, heights[row.row], view.label(row.row), transform=axes.transAxes,
                  fontsize=6.5, va="center", color=colour.light)  # fmt: skip


def _height(cell: Cell, low: float, high: float) -> float:
    last = cell.timing.curve[-1][1] if cell.timing else low
    return (log10(last) - log10(low)) / (log10(high) - log10(low))


def _apart(ends: dict[str, float]) -> dict[str, float]:
    """The same heights with at least `NAME_GAP` between them, within the axes."""
    placed: dict[str, float] = {}
    floor = 0.0
    order = sorted(ends, key=lambda name: (ends[name], name))
    for name in order:
        floor = placed[name] = max(ends[name], floor)
        floor += NAME_GAP
    ceiling = 1.0
    for name in reversed(order):
        placed[name] = min(placed[name], ceiling)
        ceiling = placed[name] - NAME_GAP
    return placed
