"""Nanoseconds a call by each mechanism, one panel for each of a few functions.

Owns that form: one line for each mechanism, on it each interpreter's own mark with its interval, on
a logarithmic scale that all panels share. Where a mechanism was not to be had there is no mark, and
no line where no interpreter has it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pyrometer.analysis import findings
from pyrometer.report import palette, units
from pyrometer.report.charts import canvas
from pyrometer.report.view import View

SHOWN = {
    "nothing": "a call that does nothing",
    "add": "two integers added",
    "call_back_1": "a call back into Python",
    "method": "a method of an object",
}
PANEL_PT, NAMES_PT, EDGE_PT, HEAD_PT, FOOT_PT, LINE_PT = 168.0, 62.0, 8.0, 40.0, 32.0, 26.0
MARK_PT = 4.6
SPREAD = 0.56  # of a line's height, over which the interpreters are laid

Points = Mapping[str, Mapping[str, findings.Figure]]


def chart(view: View) -> canvas.Chart:
    """Every interpreter on every mechanism."""
    title = "Time of a call by mechanism and interpreter"
    return canvas.drawn("extension", title, lambda: _figure(view))


def _figure(view: View) -> Figure:
    entries = [one for one in view.report.border if one.call_ns]
    names = list(dict.fromkeys(one.name for one in entries))
    rows = list(dict.fromkeys(one.row for one in entries))
    looks = told_apart(view, rows)
    height_pt = HEAD_PT + FOOT_PT + LINE_PT * len(names)
    width_pt = NAMES_PT + len(SHOWN) * (PANEL_PT + EDGE_PT)
    figure = canvas.new_figure(width_pt, height_pt)
    times = [
        one.call_ns[function].value
        for one in entries
        for function in SHOWN
        if function in one.call_ns
    ]
    limits = (min(times, default=1.0) / 1.6, max(times, default=10.0) * 1.6)
    for at, (function, words) in enumerate(SHOWN.items()):
        box = (NAMES_PT + at * (PANEL_PT + EDGE_PT), FOOT_PT, PANEL_PT - EDGE_PT,
               LINE_PT * len(names))  # fmt: skip
        axes = canvas.place(figure, box)
        axes.set_xscale("log")
        axes.set_xlim(*limits)
        axes.set_ylim(len(names) - 0.5, -0.5)
        up = canvas.log_ticks(*limits, most=4)
        canvas.rule(axes, up=up)
        canvas.words_below(axes, up, units.tick_time)
        canvas.headed(axes, words, left_pt=0, size=canvas.SMALL)
        if not at:
            canvas.words_left(
                axes, range(len(names)), lambda line: names[round(line)].replace("_", " ")
            )
        found = {
            one.name: {other.row: other.call_ns[function] for other in entries
                       if other.name == one.name and function in other.call_ns}
            for one in entries
        }  # fmt: skip
        _marks(axes, looks, found, names, rows)
    _key(figure, {view.label(row): looks[row] for row in rows}, width_pt, height_pt)
    return figure


def told_apart(view: View, rows: list[str]) -> dict[str, palette.Look]:
    """Releases of one implementation look alike elsewhere; here by turns filled and an outline."""
    looks: dict[str, palette.Look] = {}
    for row in rows:
        own = view.looks[row]
        alike = sum(view.looks[other] == own for other in looks)
        looks[row] = replace(own, hollow=own.hollow != (alike % 2 == 1))
    return looks


def _marks(
    axes: Axes,
    looks: Mapping[str, palette.Look],
    found: Points,
    names: list[str],
    rows: list[str],
) -> None:
    for line, name in enumerate(names):
        for row, figure in found[name].items():
            place = line + SPREAD * ((rows.index(row) + 0.5) / len(rows) - 0.5)
            look = looks[row]
            if math.isfinite(figure.low) and math.isfinite(figure.high):
                axes.plot([figure.low, figure.high], [place, place], color=look.colour.light,
                          linewidth=1.2, zorder=2)  # fmt: skip
            canvas.mark(axes, (figure.value, place), look, MARK_PT)


def _key(
    figure: Figure, looks: Mapping[str, palette.Look], width_pt: float, height_pt: float
) -> None:
    """Which mark is whose, above the panels."""
    axes = canvas.place(figure, (0, height_pt - 16, width_pt, 14))
    axes.axis("off")
    axes.set_xlim(0, width_pt)
    axes.set_ylim(0, 1)
    for at, (label, look) in enumerate(looks.items()):
        x = NAMES_PT + at * (width_pt - NAMES_PT) / len(looks)
        canvas.mark(axes, (x, 0.5), look, MARK_PT)
        axes.text(x + 6, 0.5, label, va="center", fontsize=canvas.SMALL,
                  color=palette.INK.light)  # fmt: skip
