"""CPython release by release against what its plan for speed had promised.

Owns the promise, which is nobody's measurement: Mark Shannon's plan of 2020 ("5× in four years"),
1.5 times the speed per release from 3.10 to 3.13, compounding over 3.9.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pyrometer.analysis.findings import Report, Summary
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
LEFT_PT, STEP_PT, HEIGHT_PT, FOOT_PT, HEAD_PT, RIGHT_PT = 34.0, 52.0, 170.0, 52.0, 24.0, 20.0


@dataclass(frozen=True, kw_only=True)
class Releases:
    """Which releases the axis shows, and the report that compares them with the earliest."""

    names: tuple[str, ...]
    report: Report

    @property
    def promised(self) -> dict[str, float]:
        """The promise seen from the report's baseline; empty where it says nothing of it."""
        anchor = PROMISED.get(self.report.baseline.partition("-")[2])
        if anchor is None:
            return {}
        return {name: PROMISED[name] / anchor for name in self.names if name in PROMISED}


def releases(view: View) -> Releases | None:
    """The axis of the chart, or None where fewer than two releases of CPython were measured.

    The comparison is with the earliest release where the report has it as an alternative.
    """
    measured = sorted({row.series for row in _rows(view)}, key=palette.version_key)
    if len(measured) < 2:
        return None
    first, last = (palette.version_key(name)[1] for name in (measured[0], measured[-1]))
    names = tuple(f"3.{minor}" for minor in range(first, last + 1))
    report = view.reports.get(f"cpython-{measured[0]}", view.report)
    return Releases(names=names, report=report)


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
    points = [(row, s) for row in _rows(view)
              if (s := view.summary(row.row, suite, shown.report)) is not None]  # fmt: skip
    _frame(axes, view, suite, shown, points)
    _promise(axes, shown)
    _gaps(axes, shown, {row.series for row, _ in points} | {_baseline_series(shown)})
    plain = [(shown.names.index(row.series), s) for row, s in points if not row.variant]
    _line(axes, plain)
    for row, summary in points:
        _point(axes, view, shown.names.index(row.series), row, summary)
    return figure


def _line(axes: Axes, points: list[tuple[int, Summary]]) -> None:
    """From release to release; dotted where one in between was not measured."""
    for (left, before), (right, after) in pairwise(points):
        axes.plot([left, right], [before.ratio.ratio, after.ratio.ratio], linewidth=1.1, zorder=2,
                  color=palette.MUTED.light,
                  linestyle="-" if right - left == 1 else ":")  # fmt: skip


def _baseline_series(shown: Releases) -> str:
    return shown.report.baseline.partition("-")[2]


def _frame(
    axes: Axes, view: View, suite: str, shown: Releases, points: list[tuple[MeasuredRow, Summary]]
) -> None:
    values = [s.ratio.ratio for _, s in points] + list(shown.promised.values()) + [1.0]
    low, high = min(values) / 1.25, max(values) * 1.25
    axes.set_yscale("log")
    axes.set_ylim(low, high)
    axes.set_xlim(-0.5, len(shown.names) - 0.5)
    ticks = [tick for tick in (0.2, 0.5, 0.7, 1, 1.5, 2, 3, 4, 5, 7, 10) if low < tick < high]
    canvas.set_ticks(axes.yaxis, ticks, lambda tick: f"{tick:g}×")
    axes.set_xticks(range(len(shown.names)), [_foot(view, name) for name in shown.names])
    axes.tick_params(axis="y", labelsize=canvas.SMALL)
    axes.tick_params(axis="x", length=0)
    axes.grid(axis="y", color=palette.RULE.light, linewidth=0.4)
    axes.axhline(1, color=palette.INK.light, linewidth=0.8)
    axes.set_title(f"{suite}: times as fast as {view.label(shown.report.baseline)} (log scale)",
                   loc="left", fontsize=canvas.NORMAL, x=0.0, pad=8,
                   color=palette.INK.light)  # fmt: skip
    axes.set_xlabel("language version, and the compiler of its interpreter", labelpad=5)


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


def _point(axes: Axes, view: View, at: int, row: MeasuredRow, summary: Summary) -> None:
    colour, found = view.colours[row.row], summary.ratio
    where = at + (0.18 if row.variant else 0.0)
    if units.is_figure(found.low) and units.is_figure(found.high):
        axes.plot([where, where], [found.low, found.high], color=palette.INK.light, linewidth=1.2)
    axes.plot([where], [found.ratio], marker="o", markersize=6, linestyle="none", zorder=4,
              markeredgecolor=colour.light,
              markerfacecolor=palette.PAPER.light if colour.hollow else colour.light)  # fmt: skip
    variant = f" +{row.variant}" if row.variant else ""
    below = bool(row.variant)
    axes.annotate(f"{found.ratio:.2f}×{variant}", (where, found.ratio), ha="center",
                  xytext=(0, 9 if below else -16), textcoords="offset points",
                  fontsize=canvas.SMALL)  # fmt: skip
