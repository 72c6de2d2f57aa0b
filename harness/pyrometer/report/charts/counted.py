"""Instructions beside the baseline's, the architectures of one interpreter on one line.

Owns that form: right of 1× fewer instructions are executed than by the baseline of the same
architecture. The first architecture's mark is filled and above the line, the second's an outline
below it; where one was not counted its place is empty.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pyrometer.analysis.count_findings import CountedSuite
from pyrometer.report import palette, units
from pyrometer.report.charts import canvas
from pyrometer.report.view import View

PANEL_PT, EDGE_PT, HEAD_PT, FOOT_PT, LINE_PT = 336.0, 8.0, 20.0, 32.0, 34.0
OFFSETS = (-0.02, 0.26)  # of a line, by architecture
SHORTEST, LONGEST = 0.8, 1.25
MOST_TICKS = 7
NARROW = 2.0


@dataclass(frozen=True, kw_only=True)
class Line:
    """One interpreter: what was found on each architecture, in their order."""

    name: str
    look: palette.Look
    found: tuple[CountedSuite | None, ...]


def architectures(view: View) -> tuple[str, ...]:
    """Those that were counted, the machine's own first."""
    found = view.report.counted
    named = dict.fromkeys(one.arch for one in found.suites) if found else {}
    own = view.report.run.machine.arch
    return tuple(sorted(named, key=lambda arch: (arch != own, arch)))


def panel(view: View, suite: str) -> canvas.Chart:
    """Every interpreter over one suite."""
    places = architectures(view)
    title = f"Instructions on {suite} relative to the baseline of the same architecture"
    marks = f"filled: {places[0]}" + "".join(f", outline: {place}" for place in places[1:])
    lines = _lines(view, suite, places)
    axis = f"times fewer instructions than the baseline (log scale; {marks})"
    return canvas.drawn(f"instructions-{suite}", title, lambda: _panel(suite, lines, axis))


def _lines(view: View, suite: str, places: Sequence[str]) -> list[Line]:
    found = view.report.counted
    suites = {(one.row, one.suite): one for one in found.suites} if found else {}
    lines: dict[tuple[str, str, str], dict[str, str]] = {}
    for row in view.report.rows:
        if row.facts is not None:
            identity = (row.implementation, row.series, row.variant)
            lines.setdefault(identity, {})[row.facts.arch] = row.row
    return [
        Line(
            name=view.label(min(rows.values(), key=len)),
            look=view.looks[next(iter(rows.values()))],
            found=tuple(suites.get((rows.get(place, ""), suite)) for place in places),
        )
        for rows in lines.values()
    ]


def _panel(suite: str, lines: Sequence[Line], axis: str) -> Figure:
    height = HEAD_PT + FOOT_PT + LINE_PT * len(lines)
    figure = canvas.new_figure(PANEL_PT, height)
    box = (EDGE_PT, FOOT_PT, PANEL_PT - 2 * EDGE_PT, LINE_PT * len(lines))
    axes = canvas.place(figure, box)
    ratios = [one.ratio for line in lines for one in line.found if one]
    usable = [ratio for ratio in ratios if units.is_figure(ratio) and ratio > 0]
    low, high = min([SHORTEST, *usable]) * 0.9, max([LONGEST, *usable]) * 1.12
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    axes.set_ylim(len(lines) - 0.5, -0.5)
    axes.spines["left"].set_visible(False)
    ticks = _ticks(low, high)
    canvas.rule(axes, up=[tick for tick in ticks if tick != 1])
    axes.axvline(1, color=palette.INK.light, linewidth=0.9, zorder=1)
    canvas.words_below(axes, ticks, lambda tick: f"{tick:g}×")
    canvas.named_below(axes, axis)
    canvas.headed(axes, suite, left_pt=0, size=canvas.LARGE)
    for position, line in enumerate(lines):
        _draw(axes, position, line)
    return figure


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers; every tenth where the range is too small for those of a logarithm."""
    if high / low < NARROW:
        return [tenth / 10 for tenth in range(math.ceil(10 * low), math.floor(10 * high) + 1)]
    return canvas.log_ticks(low, high, most=MOST_TICKS)


def _draw(axes: Axes, position: int, line: Line) -> None:
    figures = [units.ratio(one.ratio) if one else units.NOTHING for one in line.found]
    for at, text, ha in ((0, line.name, "left"), (1, " / ".join(figures), "right")):
        axes.annotate(text, (at, position - 0.3), xycoords=("axes fraction", "data"), va="center",
                      ha=ha, fontsize=canvas.NORMAL, bbox=canvas.BEHIND, zorder=1.5)  # fmt: skip
    for offset, one, hollow in zip(OFFSETS, line.found, (False, True), strict=False):
        if one is None or not units.is_figure(one.ratio):
            continue
        height = position + offset
        look = palette.Look(colour=line.look.colour, marker=line.look.marker, hollow=hollow)
        axes.plot([1, one.ratio], [height, height], color=look.colour.light, linewidth=1.6,
                  solid_capstyle="butt", zorder=2)  # fmt: skip
        canvas.mark(axes, (one.ratio, height), look, 5.5)
