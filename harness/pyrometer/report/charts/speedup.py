"""Bars of speed with their intervals: a panel per suite, logarithmic, 1× is the baseline."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pyrometer.analysis.findings import Report, Summary
from pyrometer.model import MeasuredRow
from pyrometer.report import palette, units
from pyrometer.report.charts import canvas
from pyrometer.report.view import View

LABEL_PT, BARS_PT, VALUE_PT, GAP_PT = 96.0, 128.0, 112.0, 18.0
ROW_PT, HEAD_PT, FOOT_PT = 16.0, 24.0, 34.0
PANEL_PT = LABEL_PT + BARS_PT + VALUE_PT


def panel(view: View, suite: str, report: Report) -> canvas.Chart:
    """One suite against the baseline of `report`."""
    title = _title(view, suite, report)
    name = f"speedup-{suite}-{report.baseline}"
    return canvas.drawn(name, title, lambda: _figure(view, [suite], report), png=False)


def all_panels(view: View) -> canvas.Chart:
    """Every suite side by side against the report's own baseline: the chart of the README."""
    suites = view.suites("bench")
    title = "; ".join(_title(view, suite, view.report) for suite in suites)
    return canvas.drawn("speedup", title, lambda: _figure(view, suites, view.report))


def _title(view: View, suite: str, report: Report) -> str:
    return f"Speed on {suite} relative to {view.label(report.baseline)}, with 95 % intervals"


def _figure(view: View, suites: list[str], report: Report) -> Figure:
    rows = view.report.rows
    height = HEAD_PT + FOOT_PT + ROW_PT * len(rows)
    figure = canvas.new_figure((PANEL_PT + GAP_PT) * len(suites) - GAP_PT, height)
    for index, suite in enumerate(suites):
        left = index * (PANEL_PT + GAP_PT) + LABEL_PT
        axes = canvas.place(figure, (left, FOOT_PT, BARS_PT, ROW_PT * len(rows)))
        _frame(axes, view, suite, report)
        for position, row in enumerate(rows):
            _row(axes, view, position, row, suite, report)
    return figure


def _frame(axes: Axes, view: View, suite: str, report: Report) -> None:
    rows = view.report.rows
    found = [s for row in rows if (s := view.summary(row.row, suite, report)) is not None]
    low = min([0.5, *(s.ratio.ratio for s in found), *_finite([s.ratio.low for s in found])])
    high = max([2.0, *(s.ratio.ratio for s in found), *_finite([s.ratio.high for s in found])])
    axes.set_xscale("log")
    axes.set_xlim(low * 0.85, high * 1.15)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    ticks = canvas.log_ticks(low * 0.85, high * 1.15)
    canvas.set_ticks(axes.xaxis, ticks, lambda tick: f"{tick:g}×")
    axes.set_yticks(range(len(rows)), [view.label(row.row) for row in rows])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color=palette.RULE.light, linewidth=0.4)
    axes.set_axisbelow(True)
    axes.axvline(1, color=palette.INK.light, linewidth=0.9, zorder=3)
    axes.set_xlabel(f"times as fast as {view.label(report.baseline)} (log scale)")
    axes.set_title(suite, loc="left", fontsize=canvas.LARGE, weight="bold", pad=5,
                   color=palette.INK.light, x=-LABEL_PT / BARS_PT + 0.03)  # fmt: skip


def _finite(values: list[float]) -> list[float]:
    return [value for value in values if units.is_figure(value) and value > 0]


def _row(
    axes: Axes, view: View, position: int, row: MeasuredRow, suite: str, report: Report
) -> None:
    summary = view.summary(row.row, suite, report)
    if row.row == report.baseline:
        _words(axes, position, "1× (baseline)")
    elif summary is None:
        reason = "could not be had" if row.missing else view.why_nothing(row, suite)
        _words(axes, position, reason if len(reason) <= 24 else reason[:23] + "…")
    else:
        _bar(axes, view, position, summary)


def _words(axes: Axes, position: int, text: str) -> None:
    axes.annotate(text, (1, position), xycoords=("axes fraction", "data"), xytext=(8, 0),
                  textcoords="offset points", va="center", fontsize=canvas.SMALL,
                  color=palette.MUTED.light)  # fmt: skip


def _bar(axes: Axes, view: View, position: int, summary: Summary) -> None:
    colour, found = view.colours[summary.row], summary.ratio
    axes.barh(position, found.ratio - 1, left=1, height=0.62, linewidth=1.0, edgecolor=colour.light,
              facecolor=palette.PAPER.light if colour.hollow else colour.light,
              hatch="/////" if colour.hollow else None)  # fmt: skip
    if units.is_figure(found.low) and units.is_figure(found.high):
        axes.plot([found.low, found.high], [position, position], color=palette.INK.light,
                  linewidth=1.4, marker="|", markersize=5, zorder=4)  # fmt: skip
    value = f"{units.ratio(found.ratio)} {units.interval(found.low, found.high)}"
    axes.annotate(value, (1, position), xycoords=("axes fraction", "data"), xytext=(8, 0),
                  textcoords="offset points", va="center", fontsize=canvas.NORMAL)  # fmt: skip
