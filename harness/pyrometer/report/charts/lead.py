"""Who is ahead after so many seconds: the share of a suite's cases, one line for each interpreter.

Owns one panel for a suite. A line goes up where a row has caught up with the baseline in another
case, counted from the start of both processes, and ends where its shortest process did.
"""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pyrometer.analysis.findings import Lead
from pyrometer.report import palette, units
from pyrometer.report.charts import canvas
from pyrometer.report.view import View

WIDTH_PT, HEIGHT_PT = 336.0, 190.0
LEFT_PT, BOTTOM_PT, TOP_PT, NAMES_PT = 34.0, 32.0, 22.0, 122.0
NAME_GAP = 0.085  # of the height of the axes, between two names
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)


def chart(view: View, suite: str) -> canvas.Chart:
    """All rows of a suite that compile while they run and can be held against the baseline."""
    baseline = view.label(view.report.baseline)
    title = f"Share of the cases of {suite} in which more was done than on {baseline}, by the time"
    return canvas.drawn(f"ahead-{suite}", title,
                        lambda: _figure(view, suite, view.leads(suite)))  # fmt: skip


def _figure(view: View, suite: str, leads: Sequence[Lead]) -> Figure:
    figure = canvas.new_figure(WIDTH_PT, HEIGHT_PT)
    box = (LEFT_PT, BOTTOM_PT, WIDTH_PT - LEFT_PT - NAMES_PT, HEIGHT_PT - BOTTOM_PT - TOP_PT)
    axes = canvas.place(figure, box)
    _frame(axes, f"{suite}: cases ahead of {view.label(view.report.baseline)}", leads)
    for lead in leads:
        _line(axes, view.looks[lead.row], lead)
    _names(axes, view, leads)
    return figure


def _frame(axes: Axes, heading: str, leads: Sequence[Lead]) -> None:
    axes.set_xscale("log")
    axes.set_xlim(min(lead.at_s[0] for lead in leads), max(lead.at_s[-1] for lead in leads) * 1.04)
    axes.set_ylim(-0.02, 1.02)
    up = canvas.log_ticks(*axes.get_xlim(), most=5)
    canvas.rule(axes, up=up)
    for share in SHARES:
        axes.axhline(share, color=palette.RULE.light, linewidth=canvas.LINE, zorder=0)
    canvas.words_left(axes, SHARES, units.percent)
    canvas.words_below(axes, up, lambda at: units.tick_time(at * 1e9))
    canvas.named_below(axes, "since the processes were started")
    canvas.headed(axes, heading, left_pt=LEFT_PT - 4)


def _line(axes: Axes, look: palette.Look, lead: Lead) -> None:
    shares = [count / lead.cases for count in lead.ahead]
    axes.plot(lead.at_s, shares, color=look.colour.light, linewidth=1.5, zorder=2, clip_on=False,
              drawstyle="steps-post",
              linestyle=(0, look.dashes) if look.dashes else "-")  # fmt: skip
    canvas.mark(axes, (lead.at_s[-1], shares[-1]), look, 4.6)


def _names(axes: Axes, view: View, leads: Sequence[Lead]) -> None:
    """Each line's name and where it ended, right of the axes."""
    low, high = axes.get_ylim()
    ends = {lead.row: (lead.ahead[-1] / lead.cases - low) / (high - low) for lead in leads}
    heights = canvas.apart(ends, NAME_GAP)
    for lead in leads:
        look, height = view.looks[lead.row], heights[lead.row]
        axes.plot([1.05], [height], transform=axes.transAxes, clip_on=False, linestyle="none",
                  marker=look.marker, markersize=3.8, color=look.colour.light)  # fmt: skip
        text = f"{view.label(lead.row)}: {lead.ahead[-1]} of {lead.cases}"
        axes.text(1.08, height, text, transform=axes.transAxes, va="center",
                  fontsize=canvas.SMALL)  # fmt: skip
