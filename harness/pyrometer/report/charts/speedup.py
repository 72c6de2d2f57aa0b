"""Ratios with their intervals as marks on a logarithmic line: right of 1× is faster.

Owns two forms of one chart: interpreters over a suite, each with its name and figure above its
line, and the cases of a suite on one interpreter, a line of text each. However slow one row is, it
takes as much room as one that is as many times faster.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pyrometer.analysis.findings import Ratio
from pyrometer.model import MeasuredRow
from pyrometer.report import palette, units
from pyrometer.report.charts import canvas
from pyrometer.report.view import View

PANEL_PT, GAP_PT, EDGE_PT, TEXT_PT = 336.0, 26.0, 8.0, 6.0
HEAD_PT, FOOT_PT = 20.0, 32.0
LINE_PT = 24.0
CASE_PT, NAME_PT, FIGURE_PT = 13.0, 104.0, 106.0
MOST_TICKS = 7
SHORTEST, LONGEST = 0.5, 2.0  # the axis spans at least this


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One line of the chart: a ratio, or words why there is none."""

    name: str
    look: palette.Look
    ratio: Ratio | None
    words: str = ""


def panel(view: View, suite: str, baseline: str) -> canvas.Chart:
    """Every interpreter over one suite, against one of the baselines that the report has."""
    title = _title(view, suite, baseline)
    marks = _marks(view, suite, baseline)
    return canvas.drawn(f"speedup-{suite}-{baseline}", title,
                        lambda: _stacked([(suite, marks)], _axis(view, baseline)))  # fmt: skip


def close(view: View, suite: str) -> canvas.Chart | None:
    """Those between half and twice the baseline at a scale of their own.

    None where that would show nothing new: too few of them, or nobody far away.
    """
    baseline = view.report.baseline
    marks = [mark for mark in _marks(view, suite, baseline) if mark.ratio is not None]
    near = [mark for mark in marks if mark.ratio and SHORTEST <= mark.ratio.ratio <= LONGEST]
    far = [m for m in marks if m.ratio and not SHORTEST / 2 <= m.ratio.ratio <= LONGEST * 2]
    if len(near) < 3 or not far:
        return None
    title = f"{_title(view, suite, baseline)}: between half and twice its speed"
    heading = f"{suite}: {units.ratio(SHORTEST)} to {units.ratio(LONGEST)}, enlarged"
    return canvas.drawn(f"speedup-{suite}-close", title,
                        lambda: _stacked([(heading, near)], _axis(view, baseline)))  # fmt: skip


def all_panels(view: View) -> canvas.Chart:
    """Every suite side by side against the report's own baseline: the chart of the README."""
    suites, baseline = view.suites("bench"), view.report.baseline
    title = "; ".join(_title(view, suite, baseline) for suite in suites)
    panels = [(suite, _marks(view, suite, baseline)) for suite in suites]
    return canvas.drawn("speedup", title, lambda: _stacked(panels, _axis(view, baseline)),
                        png=True)  # fmt: skip


def cases(view: View, suite: str, row: str) -> canvas.Chart:
    """The cases of a suite on one interpreter, against the report's own baseline."""
    title = f"{view.label(row)} on each case of {suite} relative to "
    title += f"{view.label(view.report.baseline)}, with intervals that hold together"
    marks = [
        Mark(
            name=line.name,
            look=view.looks[row],
            ratio=cell.speed,
            words=cell.withheld or "no figure",
        )
        for line in view.lines(suite)
        if (cell := view.cell(row, line)) is not None
    ]
    axis = _axis(view, view.report.baseline)
    return canvas.drawn(f"cases-{suite}", title, lambda: _listed(suite, marks, axis))


def _title(view: View, suite: str, baseline: str) -> str:
    return f"Speed on {suite} relative to {view.label(baseline)}, with 95 % intervals"


def _axis(view: View, baseline: str) -> str:
    return f"times as fast as {view.label(baseline)} (log scale)"


def _marks(view: View, suite: str, baseline: str) -> list[Mark]:
    return [_mark(view, row, suite, baseline) for row in view.report.rows]


def _mark(view: View, row: MeasuredRow, suite: str, baseline: str) -> Mark:
    summary = view.summary(row.row, suite, baseline)
    words = ""
    if row.row == baseline:
        summary, words = None, "1× (baseline)"
    elif summary is None:
        words = "could not be had" if row.missing else view.why_nothing(row, suite)
    return Mark(
        name=view.label(row.row),
        look=view.looks[row.row],
        ratio=summary.ratio if summary else None,
        words=words,
    )


def _stacked(panels: Sequence[tuple[str, Sequence[Mark]]], axis: str) -> Figure:
    """Panels side by side; a name and its figure stand above their line."""
    height = HEAD_PT + FOOT_PT + LINE_PT * max(len(marks) for _, marks in panels)
    figure = canvas.new_figure((PANEL_PT + GAP_PT) * len(panels) - GAP_PT, height)
    for index, (heading, marks) in enumerate(panels):
        left = index * (PANEL_PT + GAP_PT) + EDGE_PT
        bottom = height - HEAD_PT - LINE_PT * len(marks)
        box = (left, bottom, PANEL_PT - 2 * EDGE_PT, LINE_PT * len(marks))
        axes = canvas.place(figure, box)
        _frame(axes, heading, marks, axis)
        for position, mark in enumerate(marks):
            at = position - 0.22
            _text(axes, (0, at), mark.name, ha="left", offset_pt=-TEXT_PT)
            _text(axes, (1, at), _figure_of(mark, 36), ha="right", offset_pt=TEXT_PT,
                  muted=mark.ratio is None)  # fmt: skip
            _draw(axes, position + 0.14, mark, size=6.0)
    return figure


def _listed(heading: str, marks: Sequence[Mark], axis: str) -> Figure:
    """One panel; a name stands left of its line, the figure right."""
    height = HEAD_PT + FOOT_PT + CASE_PT * len(marks)
    figure = canvas.new_figure(PANEL_PT, height)
    width = PANEL_PT - NAME_PT - FIGURE_PT
    axes = canvas.place(figure, (NAME_PT, FOOT_PT, width, CASE_PT * len(marks)))
    _frame(axes, heading, marks, axis, left_pt=NAME_PT - 2)
    for position, mark in enumerate(marks):
        _text(axes, (0, position), mark.name, ha="left", offset_pt=2 - NAME_PT)
        _text(axes, (1, position), _figure_of(mark, 25), ha="left", offset_pt=8,
              muted=mark.ratio is None)  # fmt: skip
        _draw(axes, position, mark, size=4.5)
    return figure


def _frame(
    axes: Axes, heading: str, marks: Sequence[Mark], axis: str, *, left_pt: float = TEXT_PT
) -> None:
    ratios = [mark.ratio for mark in marks if mark.ratio is not None]
    bounds = [bound for found in ratios for bound in (found.ratio, found.low, found.high)]
    usable = [bound for bound in bounds if units.is_figure(bound) and bound > 0]
    low, high = min([SHORTEST, *usable]) * 0.85, max([LONGEST, *usable]) * 1.18
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    axes.set_ylim(len(marks) - 0.5, -0.5)
    ticks = canvas.log_ticks(low, high, most=MOST_TICKS if left_pt == TEXT_PT else 4)
    axes.spines["left"].set_visible(False)
    canvas.rule(axes, up=[tick for tick in ticks if tick != 1])
    axes.axvline(1, color=palette.INK.light, linewidth=0.9, zorder=1, clip_on=False)
    canvas.words_below(axes, ticks, lambda tick: f"{tick:g}×")
    canvas.named_below(axes, axis)
    canvas.headed(axes, heading, left_pt=left_pt, size=canvas.LARGE)


def _figure_of(mark: Mark, most: int) -> str:
    if mark.ratio is not None:
        found = mark.ratio
        return f"{units.ratio(found.ratio)} {units.interval(found.low, found.high)}"
    return mark.words if len(mark.words) <= most else mark.words[: most - 1] + "…"


def _text(
    axes: Axes,
    at: tuple[float, float],
    text: str,
    *,
    ha: str,
    offset_pt: float,
    muted: bool = False,
) -> None:
    axes.annotate(text, at, xycoords=("axes fraction", "data"), xytext=(offset_pt, 0),
                  textcoords="offset points", va="center", ha=ha,
                  color=(palette.MUTED if muted else palette.INK).light, bbox=canvas.BEHIND,
                  fontsize=canvas.SMALL if muted else canvas.NORMAL, zorder=1.5)  # fmt: skip


def _draw(axes: Axes, position: float, mark: Mark, *, size: float) -> None:
    if mark.ratio is None:
        return
    found, look = mark.ratio, mark.look
    style = (0, look.dashes) if look.dashes else "-"
    axes.plot([1, found.ratio], [position, position], color=look.colour.light, linewidth=1.8,
              linestyle=style, solid_capstyle="butt", dash_capstyle="butt", zorder=2,
              clip_on=False)  # fmt: skip
    canvas.mark(axes, (found.ratio, position), look, size)
    if units.is_figure(found.low) and units.is_figure(found.high):
        axes.plot([found.low, found.high], [position, position], color=palette.INK.light,
                  linewidth=1.1, marker="|", markersize=size, zorder=5, clip_on=False)  # fmt: skip
