"""Warm-up: how the time of one run falls while the process lives, and when it overtakes.

Owns a panel: a case on the rows that compile while they run, or on one of them. A row's line is
the median over its processes, with a stroke through it where half of them were steady, the band
around it their range. Of one row alone, the line is a single process instead, cut at its
changepoints, with the mean of each segment, heavier where it is steady. The level is the baseline's
once warm. A filled mark on the level is where a run became faster for good, a hollow one below
where all runs together had.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import log10

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pyrometer.analysis.findings import Cell, Crossover, Curve, Trace
from pyrometer.report import palette, units
from pyrometer.report.charts import canvas
from pyrometer.report.view import Line, View

WIDTH_PT, HEIGHT_PT = 268.0, 166.0
LEFT_PT, BOTTOM_PT, TOP_PT, NAMES_PT = 34.0, 30.0, 18.0, 92.0
COLUMNS = 3
TINY = 6.8
NAME_GAP = 0.085  # of the height of the axes, between two names
MARKS_AT = 0.05  # of the height of the axes, those of what was paid back
SHOWN = 6  # cases of a suite, where all rows are shown at once


def lines_with_curves(view: View, suite: str, row: str) -> list[Line]:
    """The cases of a suite for which there is a line to draw of a row."""
    return [line for line in view.lines(suite) if _curve(view.cell(row, line)) is not None]


def panel(view: View, line: Line, row: str = "") -> canvas.Chart:
    """One case, for a page: on one row, or on all that compile."""
    rows = [row] if row else [one.row for one in view.compiling]
    title = f"Time of one run of {line.name} over the life of a process"
    alone = bool(row)
    return canvas.drawn(f"warmup-{line.case.suite}-{line.name}", title,
                        lambda: _figure(view, [line], rows, columns=1, alone=alone))  # fmt: skip


def chart(view: View, suite: str) -> canvas.Chart:
    """The telling cases of a suite on one sheet, for Markdown and for print."""
    lines, rows = view.telling(suite, SHOWN), [row.row for row in view.compiling]
    title = f"Time of one run over the life of a process, for cases of {suite}"
    return canvas.drawn(f"warmup-{suite}", title,
                        lambda: _figure(view, lines, rows, columns=COLUMNS))  # fmt: skip


def _curve(cell: Cell | None) -> Curve | None:
    curve = cell.timing.curve if cell and cell.timing else None
    return curve if curve and len(curve.at_s) > 1 else None


def _trace(cell: Cell | None) -> Trace | None:
    return cell.timing.trace if cell and cell.timing else None


def _figure(
    view: View, lines: Sequence[Line], rows: Sequence[str], *, columns: int, alone: bool = False
) -> Figure:
    height = -(-len(lines) // columns)
    figure = canvas.new_figure(WIDTH_PT * min(columns, len(lines)), HEIGHT_PT * height)
    for index, line in enumerate(lines):
        down, right = divmod(index, columns)
        left, bottom = WIDTH_PT * right + LEFT_PT, HEIGHT_PT * (height - 1 - down) + BOTTOM_PT
        box = (left, bottom, WIDTH_PT - LEFT_PT - NAMES_PT, HEIGHT_PT - BOTTOM_PT - TOP_PT)
        _draw(canvas.place(figure, box), view, line, rows, alone=alone)
    return figure


def _draw(axes: Axes, view: View, line: Line, rows: Sequence[str], *, alone: bool) -> None:
    cells = {row: cell for row in rows if _curve(cell := view.cell(row, line)) and cell}
    level_ns = _level_ns(view, line)
    _frame(axes, line.name, list(cells.values()), level_ns, alone=alone)
    if units.is_figure(level_ns):
        axes.axhline(level_ns, color=palette.INK.light, linewidth=0.9, zorder=1, clip_on=False)
    ends = {}
    for row, cell in cells.items():
        ends[view.label(row)] = _row(axes, view.looks[row], cell, level_ns, alone=alone)
    if units.is_figure(level_ns):
        ends[f"{view.label(view.report.baseline)}, warm"] = level_ns
    looks = {view.label(row): view.looks[row] for row in cells}
    _names(axes, ends, looks)


def _row(axes: Axes, look: palette.Look, cell: Cell, level_ns: float, *, alone: bool) -> float:
    """Draw a row; gives the height at which it ends."""
    curve, trace = _curve(cell), _trace(cell) if alone else None
    if curve is None:
        return float("nan")
    _band(axes, look, curve)
    if trace is None:
        _line(axes, look, curve, cell)
    else:
        _process(axes, look, trace)
    bottom, top = axes.get_ylim()
    lowest = bottom * (top / bottom) ** MARKS_AT
    for found, height in ((cell.faster_from, level_ns), (cell.paid_back, lowest)):
        if found is not None and units.is_figure(found.at_s):
            _crossing(axes, look, found, height, filled=found is cell.faster_from)
    return curve.median_ns[-1] if trace is None else trace.levels_ns[-1]


def _level_ns(view: View, line: Line) -> float:
    cell = view.cell(view.report.baseline, line)
    return cell.timing.value_ns if cell and cell.timing else float("nan")


def _frame(axes: Axes, name: str, cells: Sequence[Cell], level_ns: float, *, alone: bool) -> None:
    curves = [curve for cell in cells if (curve := _curve(cell))]
    traces = [trace for cell in cells if alone and (trace := _trace(cell))]
    spans = [one.at_s for one in curves] + [one.at_s for one in traces]
    at_s = [at for span in spans for at in (span[0], span[-1])]
    times = [one for curve in curves for one in (*curve.low_ns, *curve.high_ns)]
    times += [one for trace in traces for one in trace.run_ns]
    times += [level_ns] if units.is_figure(level_ns) else []
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(min(at_s) / 1.25, max(at_s) * 1.08)
    axes.set_ylim(min(times) / 1.5, max(times) * 1.25)
    across = canvas.log_ticks(*axes.get_ylim(), most=5)
    up = canvas.log_ticks(*axes.get_xlim(), most=5)
    canvas.rule(axes, across=across, up=up)
    canvas.words_left(axes, across, units.tick_time, size=TINY)
    canvas.words_below(axes, up, lambda at: units.tick_time(at * 1e9), size=TINY)
    canvas.named_below(axes, "since the process was started", size=TINY)
    canvas.headed(axes, name, left_pt=LEFT_PT - 4)


def _band(axes: Axes, look: palette.Look, curve: Curve) -> None:
    around_s = [*curve.at_s, *reversed(curve.at_s)]
    band_ns = [*curve.low_ns, *reversed(curve.high_ns)]
    axes.fill(around_s, band_ns, color=look.colour.light, alpha=0.16, linewidth=0, zorder=1,
              clip_on=False)  # fmt: skip


def _line(axes: Axes, look: palette.Look, curve: Curve, cell: Cell) -> None:
    """The median over processes, with a stroke where half of them had become steady."""
    axes.plot(curve.at_s, curve.median_ns, color=look.colour.light, linewidth=1.3, zorder=2,
              clip_on=False, linestyle=(0, look.dashes) if look.dashes else "-")  # fmt: skip
    steady_s = cell.timing.settling.at_s if cell.timing else float("nan")
    if units.is_figure(steady_s) and steady_s <= curve.at_s[-1]:
        height = next(
            ns for at, ns in zip(curve.at_s, curve.median_ns, strict=True) if at >= steady_s
        )
        axes.plot([max(steady_s, curve.at_s[0])], [height], marker="|", markersize=9, zorder=3,
                  color=look.colour.light, markeredgewidth=1.4, clip_on=False)  # fmt: skip


def _process(axes: Axes, look: palette.Look, trace: Trace) -> None:
    """One process: its samples, a broken line at each changepoint, the mean of each segment."""
    axes.plot(trace.at_s, trace.run_ns, color=look.colour.light, linewidth=0.6, zorder=2,
              clip_on=False)  # fmt: skip
    for edge_s in trace.edges_s[1:-1]:
        axes.axvline(edge_s, color=palette.MUTED.light, linewidth=0.7, zorder=1,
                     linestyle=(0, (2.0, 2.0)))  # fmt: skip
    for (begin_s, end_s), level in zip(pairwise(trace.edges_s), trace.levels_ns, strict=True):
        _level(axes, look, (begin_s, end_s), level, width=1.2)
        if end_s > trace.steady_s:
            _level(axes, look, (max(begin_s, trace.steady_s), end_s), level, width=2.8)


def _level(
    axes: Axes, look: palette.Look, ends_s: tuple[float, float], level_ns: float, *, width: float
) -> None:
    axes.plot(ends_s, [level_ns, level_ns], color=look.colour.light, linewidth=width, zorder=3,
              solid_capstyle="butt", clip_on=False)  # fmt: skip


def _crossing(
    axes: Axes, look: palette.Look, found: Crossover, height: float, *, filled: bool
) -> None:
    """A row's mark with a whisker over the range, which stops at the edge where it has no end."""
    low, high = axes.get_xlim()
    ends = [max(found.low_s, low), found.high_s if units.is_figure(found.high_s) else high]
    axes.plot(ends, [height, height], color=look.colour.light, linewidth=1.0, zorder=3,
              clip_on=False)  # fmt: skip
    face = look.colour if filled else palette.PAPER
    axes.plot([max(found.at_s, low)], [height], marker=look.marker, markersize=4.6, zorder=5,
              clip_on=False, markeredgecolor=look.colour.light, markeredgewidth=1.0,
              markerfacecolor=face.light, linestyle="none")  # fmt: skip


def _names(axes: Axes, ends: dict[str, float], looks: dict[str, palette.Look]) -> None:
    """Each line's name at its right end, pushed apart where lines end close together."""
    low, high = axes.get_ylim()
    shares = {name: log10(end / low) / log10(high / low) for name, end in ends.items()}
    heights = canvas.apart(shares, NAME_GAP)
    for name, height in heights.items():
        colour = looks[name].colour if name in looks else palette.INK
        axes.plot([1.0, 1.08], [shares[name], height], transform=axes.transAxes, clip_on=False,
                  color=colour.light, linewidth=0.5)  # fmt: skip
        if name in looks:
            axes.plot([1.1], [height], transform=axes.transAxes, clip_on=False, linestyle="none",
                      marker=looks[name].marker, markersize=3.6, color=colour.light)  # fmt: skip
        axes.text(1.13, height, name, transform=axes.transAxes, fontsize=TINY, va="center")
