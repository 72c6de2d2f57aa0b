"""Ratios to a baseline, those of one interpreter in several places under each other.

Owns that form: right of 1× less time is taken, or fewer instructions executed, than by the baseline
of the same place. The first place's mark is filled, the second's an outline, and so on by turns;
where nothing was measured there is no mark, and a dash among the figures.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pyrometer.analysis.findings.counts import CountedSuite
from pyrometer.report import palette, units
from pyrometer.report.charts import canvas
from pyrometer.report.view import View

PANEL_PT, EDGE_PT, HEAD_PT, FOOT_PT = 336.0, 8.0, 20.0, 32.0
# Of a line: its name, then a mark for each place.
NAME_AT_PT, MARKS_AT_PT, MARK_PT, END_PT = 6.8, 16.3, 9.5, 8.2
SHORTEST, LONGEST = 0.8, 1.25
MOST_TICKS = 7
NARROW = 2.0
# Of the width: 1× is right of the names, and left of the figures.
NAMES_TO, FIGURES_AT = 0.27, 0.78


@dataclass(frozen=True, kw_only=True)
class Line:
    """One interpreter: its ratio in each place, in their order; NaN where there is none."""

    name: str
    look: palette.Look
    ratios: tuple[float, ...]


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
    lines = _lines(view, suite, places)
    axis = f"times fewer instructions than the baseline (log scale; {marked(places)})"
    return canvas.drawn(f"instructions-{suite}", title, lambda: figure(suite, lines, axis))


def marked(places: Sequence[str]) -> str:
    """Which mark is whose."""
    kinds = ("filled", "outline")
    return ", ".join(f"{kinds[at % 2]}: {place}" for at, place in enumerate(places))


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
            ratios=tuple(_ratio(suites.get((rows.get(place, ""), suite))) for place in places),
        )
        for rows in lines.values()
    ]


def _ratio(found: CountedSuite | None) -> float:
    return found.ratio if found else math.nan


def figure(heading: str, lines: Sequence[Line], axis: str) -> Figure:
    """All lines on one sheet."""
    line_pt = MARKS_AT_PT + MARK_PT * (max(len(line.ratios) for line in lines) - 1) + END_PT
    foot_pt = FOOT_PT + MARK_PT * axis.count("\n")
    made = canvas.new_figure(PANEL_PT, HEAD_PT + foot_pt + line_pt * len(lines))
    box = (EDGE_PT, foot_pt, PANEL_PT - 2 * EDGE_PT, line_pt * len(lines))
    axes = canvas.place(made, box)
    ratios = [ratio for line in lines for ratio in line.ratios]
    usable = [ratio for ratio in ratios if units.is_figure(ratio) and ratio > 0]
    low, high = min([SHORTEST, *usable]) * 0.9, max([LONGEST, *usable]) * 1.12
    high = max(high, low ** (1 - 1 / FIGURES_AT))
    low = min(low, high ** (1 - 1 / (1 - NAMES_TO)))
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    axes.set_ylim(len(lines) - 0.5, -0.5)
    axes.spines["left"].set_visible(False)
    marked_at = ticks(low, high)
    canvas.rule(axes, up=[tick for tick in marked_at if tick != 1])
    axes.axvline(1, color=palette.INK.light, linewidth=0.9, zorder=1)
    canvas.words_below(axes, marked_at, lambda tick: f"{tick:g}×")
    canvas.named_below(axes, axis)
    canvas.headed(axes, heading, left_pt=0, size=canvas.LARGE)
    for position, line in enumerate(lines):
        _draw(axes, position - 0.5, line, line_pt)
    return made


def ticks(low: float, high: float) -> list[float]:
    """Round numbers; every tenth where the range is too small for those of a logarithm."""
    if high / low < NARROW:
        return [tenth / 10 for tenth in range(math.ceil(10 * low), math.floor(10 * high) + 1)]
    return canvas.log_ticks(low, high, most=MOST_TICKS)


def _draw(axes: Axes, top: float, line: Line, line_pt: float) -> None:
    figures = [units.ratio(r) if units.is_figure(r) else units.NOTHING for r in line.ratios]
    for at, text, ha in ((0, line.name, "left"), (1, " / ".join(figures), "right")):
        axes.annotate(text, (at, top + NAME_AT_PT / line_pt), va="center", ha=ha, zorder=1.5,
                      xycoords=("axes fraction", "data"), fontsize=canvas.NORMAL,
                      bbox=canvas.BEHIND)  # fmt: skip
    for at, ratio in enumerate(line.ratios):
        if not units.is_figure(ratio):
            continue
        height = top + (MARKS_AT_PT + MARK_PT * at) / line_pt
        look = palette.Look(colour=line.look.colour, marker=line.look.marker, hollow=at % 2 == 1)
        axes.plot([1, ratio], [height, height], color=look.colour.light, linewidth=1.6,
                  solid_capstyle="butt", zorder=2)  # fmt: skip
        canvas.mark(axes, (ratio, height), look, 5.5)
