"""Where two architectures differ: for each interpreter, all cases of a suite on one line.

Owns that form. A mark is a case, and stands right of 1× where the interpreter is further ahead of
its baseline on the second architecture than on the first; the outermost cases are named.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pyrometer.analysis.findings.apart import Apart
from pyrometer.report import palette, units
from pyrometer.report.charts import canvas
from pyrometer.report.charts.counted import EDGE_PT, FOOT_PT, HEAD_PT, PANEL_PT

# Of a line: the interpreter's name, the marks, the names of cases.
LINE_PT, NAME_AT_PT, MARKS_AT_PT, CASES_AT_PT = 38.0, 7.0, 19.0, 29.5
SHORTEST, LONGEST = 0.9, 1.1
TINY = 7.1  # on a telephone still what its neighbours are
MOST_TICKS, STEPS = 7, (1, 2)  # tenths


@dataclass(frozen=True, kw_only=True)
class Line:
    """One interpreter: its cases as (name, how much further), lowest first."""

    name: str
    look: palette.Look
    cases: tuple[tuple[str, float], ...]


def chart(
    metric: str,
    suite: str,
    found: Sequence[Apart],
    order: Sequence[str],
    label: Callable[[str], str],
    look: Callable[[str], palette.Look],
) -> canvas.Chart:
    """The cases of a suite; who is in `found`, in that order, by their `label` and `look`."""
    here, there = found[0].here, found[0].there
    lines = [
        Line(
            name=label(who),
            look=look(who),
            cases=tuple(
                sorted(
                    ((one.case.partition("/")[2], one.further) for one in found if one.who == who),
                    key=lambda case: case[1],
                )
            ),
        )
        for who in order
        if any(one.who == who for one in found)
    ]
    title = f"How much further ahead of its baseline on {there} than on {here}, case by case"
    axis = f"ratio on {there} / ratio on {here} (log scale)"
    return canvas.drawn(f"{metric}-apart-{suite}", f"{suite}: {title}",
                        lambda: _figure(suite, lines, axis))  # fmt: skip


def _figure(heading: str, lines: Sequence[Line], axis: str) -> Figure:
    made = canvas.new_figure(PANEL_PT, HEAD_PT + FOOT_PT + LINE_PT * len(lines))
    box = (EDGE_PT, FOOT_PT, PANEL_PT - 2 * EDGE_PT, LINE_PT * len(lines))
    axes = canvas.place(made, box)
    figures = [further for line in lines for _, further in line.cases]
    low, high = min([SHORTEST, *figures]) * 0.97, max([LONGEST, *figures]) * 1.03
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    axes.set_ylim(len(lines) - 0.5, -0.5)
    axes.spines["left"].set_visible(False)
    marked = _ticks(low, high)
    canvas.rule(axes, up=[tick for tick in marked if tick != 1])
    axes.axvline(1, color=palette.INK.light, linewidth=0.9, zorder=1)
    canvas.words_below(axes, marked, lambda tick: f"{tick:g}×")
    canvas.named_below(axes, axis)
    canvas.headed(axes, heading, left_pt=0, size=canvas.LARGE)
    for position, line in enumerate(lines):
        _draw(axes, position - 0.5, line)
    return made


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers as near to each other as there is room for."""
    step = next((step for step in STEPS if 10 * (high - low) < MOST_TICKS * step), 0)
    if not step:
        return canvas.log_ticks(low, high, most=MOST_TICKS)
    return [at * step / 10 for at in range(math.ceil(10 * low / step), int(10 * high / step) + 1)]


def _draw(axes: Axes, top: float, line: Line) -> None:
    words = {"va": "center", "zorder": 1.5, "xycoords": ("axes fraction", "data")}
    (lowest, low), (highest, high) = line.cases[0], line.cases[-1]
    span = f"{units.ratio(low)} to {units.ratio(high)}"
    for at, text, ha in ((0, line.name, "left"), (1, span, "right")):
        axes.annotate(text, (at, top + NAME_AT_PT / LINE_PT), ha=ha, fontsize=canvas.NORMAL,
                      bbox=canvas.BEHIND, **words)  # type: ignore[arg-type]  # fmt: skip
    height = top + MARKS_AT_PT / LINE_PT
    axes.plot([low, high], [height, height], color=line.look.colour.light, linewidth=0.8, zorder=2)
    for _, further in line.cases:
        canvas.mark(axes, (further, height), line.look, 4.5)
    named = ((0, lowest, "left"), (1, highest, "right")) if len(line.cases) > 1 else (
        (0, lowest, "left"),)  # fmt: skip
    for at, case, ha in named:
        told = f"← {case}" if ha == "left" else f"{case} →"
        axes.annotate(told, (at, top + CASES_AT_PT / LINE_PT), ha=ha, fontsize=TINY,
                      color=palette.MUTED.light, bbox=canvas.BEHIND, **words)  # type: ignore[arg-type]  # fmt: skip
