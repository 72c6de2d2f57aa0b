"""CPython release by release against what its plan for speed had promised.

Owns the promise, which is nobody's measurement: Mark Shannon's plan of 2020 ("5× in four years"),
1.5 times the speed per release from 3.10 to 3.13, compounding over 3.9; and the form in which
releases stand beside it, of times and of instructions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pyrometer.analysis import border
from pyrometer.model import MeasuredRow
from pyrometer.report import palette, units, wording
from pyrometer.report.charts import canvas
from pyrometer.report.view import View

PROMISED: Mapping[str, float] = {
    "3.9": 1.0,
    "3.10": 1.5,
    "3.11": 2.25,
    "3.12": 3.375,
    "3.13": 5.0625,
}
PROMISE_SOURCE = "Mark Shannon's plan for a faster CPython, 2020: 1.5× per release, 3.10 to 3.13"
LEFT_PT, STEP_PT, HEIGHT_PT, FOOT_PT, HEAD_PT, RIGHT_PT = 34.0, 60.0, 190.0, 56.0, 24.0, 20.0
VARIANT_AT = 0.24  # of a step, right of the release
FIGURE_GAP = 0.12  # of the height of the axes, between two figures of variants


@dataclass(frozen=True, kw_only=True)
class Point:
    """What a row did over a suite: a ratio to the baseline with its interval."""

    row: MeasuredRow
    ratio: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Releases:
    """Which releases the axis shows, and what they are compared with: the earliest of them."""

    names: tuple[str, ...]
    baseline: str

    @property
    def promised(self) -> dict[str, float]:
        """The promise seen from the baseline; empty where it says nothing of it."""
        anchor = PROMISED.get(self.baseline.partition("-")[2])
        if anchor is None:
            return {}
        return {name: PROMISED[name] / anchor for name in self.names if name in PROMISED}


def suites(view: View) -> list[str]:
    """Those that the promise is about: Python code, and not calls into another language."""
    return [suite for suite in view.suites("bench") if suite != border.SUITE]


def releases(view: View) -> Releases | None:
    """The axis of the chart, or None where fewer than two releases of CPython were timed.

    The comparison is with the earliest release where the report has it as an alternative.
    """
    names = release_names(view)
    if len(names) < 2 or not suites(view):
        return None
    earliest = f"cpython-{names[0]}"
    baseline = earliest if earliest in view.summaries else view.report.baseline
    return Releases(names=names, baseline=baseline)


def release_names(view: View) -> tuple[str, ...]:
    """Every release from the first measured one to the last."""
    measured = sorted({row.series for row in _rows(view)}, key=palette.version_key)
    if not measured:
        return ()
    first, last = (palette.version_key(name)[1] for name in (measured[0], measured[-1]))
    return tuple(f"3.{minor}" for minor in range(first, last + 1))


def chart(view: View, suite: str, shown: Releases) -> canvas.Chart:
    """One suite, release by release."""
    title = f"CPython on {suite}, release by release, and the plan of 2020"
    return canvas.drawn(f"plan-{suite}", title, lambda: _figure(view, suite, shown))


def _rows(view: View) -> list[MeasuredRow]:
    return [
        row
        for row in view.report.rows
        if row.implementation == "cpython" and not row.missing and row.series.startswith("3.")
    ]


def _figure(view: View, suite: str, shown: Releases) -> Figure:
    width_pt = STEP_PT * len(shown.names)
    figure = canvas.new_figure(LEFT_PT + width_pt + RIGHT_PT, FOOT_PT + HEIGHT_PT + HEAD_PT)
    axes = canvas.place(figure, (LEFT_PT, FOOT_PT, width_pt, HEIGHT_PT))
    points = [
        Point(row=row, ratio=s.ratio.ratio, low=s.ratio.low, high=s.ratio.high)
        for row in _rows(view)
        if (s := view.summary(row.row, suite, shown.baseline)) is not None
    ]
    heading = f"{suite}: times as fast as {view.label(shown.baseline)} (log scale)"
    draw(axes, view, shown, points, heading=heading, span=span(shown, points))
    return figure


def span(shown: Releases, points: Sequence[Point]) -> tuple[float, float]:
    """The heights between which the points and the promise have room."""
    values = [one.ratio for one in points] + list(shown.promised.values()) + [1.0]
    return min(values) / 1.25, max(values) * 1.25


def draw(
    axes: Axes,
    view: View,
    shown: Releases,
    points: Sequence[Point],
    *,
    heading: str,
    span: tuple[float, float],
) -> None:
    """Releases beside the promise, on axes of the right size."""
    _frame(axes, view, shown, span)
    canvas.headed(axes, heading, left_pt=LEFT_PT - 4)
    _promise(axes, shown)
    _gaps(axes, shown, {one.row.series for one in points} | {_baseline_series(shown)})
    _line(axes, shown, [one for one in points if not one.row.variant])
    for one in points:
        _point(axes, view, _where(shown, one.row), one)
    for name in shown.names:
        _variants(axes, shown, [one for one in points if one.row.series == name])


def _where(shown: Releases, row: MeasuredRow) -> float:
    return shown.names.index(row.series) + (VARIANT_AT if row.variant else 0.0)


def _line(axes: Axes, shown: Releases, points: Sequence[Point]) -> None:
    """From release to release; dotted where one in between was not measured."""
    for before, after in pairwise(points):
        left, right = (shown.names.index(one.row.series) for one in (before, after))
        axes.plot([left, right], [before.ratio, after.ratio], linewidth=1.1, zorder=2,
                  color=palette.MUTED.light,
                  linestyle="-" if right - left == 1 else ":")  # fmt: skip


def _baseline_series(shown: Releases) -> str:
    return shown.baseline.partition("-")[2]


def _frame(axes: Axes, view: View, shown: Releases, span: tuple[float, float]) -> None:
    low, high = span
    axes.set_yscale("log")
    axes.set_ylim(low, high)
    axes.set_xlim(-0.5, len(shown.names) - 0.5)
    ticks = [tick for tick in (0.2, 0.5, 0.7, 1, 1.5, 2, 3, 4, 5, 7, 10) if low < tick < high]
    canvas.words_left(axes, ticks, lambda tick: f"{tick:g}×")
    canvas.rule(axes, across=[tick for tick in ticks if tick != 1])
    at = list(range(len(shown.names)))
    canvas.words_below(axes, at, lambda index: _foot(view, shown.names[int(index)]))
    canvas.named_below(axes, "language version, and the compiler of its interpreter", lines=3)
    axes.axhline(1, color=palette.INK.light, linewidth=0.8, clip_on=False)


def _foot(view: View, name: str) -> str:
    rows = [row for row in _rows(view) if row.series == name and row.facts is not None]
    if not rows:
        return f"{name}\nnot\nmeasured"
    compilers = dict.fromkeys(
        wording.compiler_name(row.facts.compiler) for row in rows if row.facts
    )
    return "\n".join([name, *(compiler.replace(" ", "\n") for compiler in compilers)])


def _promise(axes: Axes, shown: Releases) -> None:
    promised = shown.promised
    at = [shown.names.index(name) for name in promised]
    axes.plot(at, list(promised.values()), linestyle=(0, (4, 2)), linewidth=1.1, marker="o",
              markersize=2.5, color=palette.HEAT[1].light)  # fmt: skip
    for name, value in promised.items():
        side = (-4, 4) if name != "3.9" else (-4, 7)
        axes.annotate(f"{value:.3g}×", (shown.names.index(name), value), xytext=side, ha="right",
                      textcoords="offset points", fontsize=canvas.SMALL,
                      color=palette.HEAT[1].light)  # fmt: skip
    if promised:
        axes.annotate("promised", (at[-1], promised[list(promised)[-1]]), xytext=(6, -2),
                      textcoords="offset points", fontsize=canvas.NORMAL,
                      color=palette.HEAT[1].light)  # fmt: skip


def _gaps(axes: Axes, shown: Releases, measured: set[str]) -> None:
    for at, name in enumerate(shown.names):
        if name not in measured:
            axes.axvspan(at - 0.4, at + 0.4, color=palette.FAINT.light, zorder=0)


def _point(axes: Axes, view: View, at: float, found: Point) -> None:
    if units.is_figure(found.low) and units.is_figure(found.high):
        axes.plot([at, at], [found.low, found.high], color=palette.INK.light, linewidth=1.2)
    canvas.mark(axes, (at, found.ratio), view.looks[found.row.row], 5.5)
    if not found.row.variant:
        axes.annotate(f"{found.ratio:.2f}×", (at, found.ratio), ha="center", xytext=(0, -16),
                      textcoords="offset points", fontsize=canvas.SMALL)  # fmt: skip


def _variants(axes: Axes, shown: Releases, points: Sequence[Point]) -> None:
    """The figures of a release's variants, right of their marks, pushed apart where they meet."""
    low, high = axes.get_ylim()
    shares = {one.row.row: log(one.ratio / low) / log(high / low) for one in points}
    heights = canvas.apart(shares, FIGURE_GAP)
    for one in points:
        row = one.row
        if row.variant:
            at = low * (high / low) ** heights[row.row]
            axes.annotate(f"{one.ratio:.2f}×\n+{row.variant}", (_where(shown, row), at),
                          xytext=(6, 0), textcoords="offset points", va="center",
                          fontsize=canvas.SMALL, linespacing=0.95,
                          bbox=canvas.BEHIND)  # fmt: skip
