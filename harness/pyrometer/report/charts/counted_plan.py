"""CPython release by release in instructions, one panel an architecture, beside the plan for speed.

Owns what each panel is held against: the earliest release of the same architecture. The plan spoke
of time; that fewer instructions are not that is for the words beside the chart to say.
"""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure

from pyrometer.report import units
from pyrometer.report.charts import canvas, plan
from pyrometer.report.charts.counted import architectures
from pyrometer.report.view import View


def releases(view: View) -> plan.Releases | None:
    """The axis of the chart, or None where fewer than two releases of CPython were counted."""
    names = plan.release_names(view)
    if len(names) < 2:
        return None
    return plan.Releases(names=names, baseline=f"cpython-{names[0]}")


def chart(view: View, suite: str, shown: plan.Releases) -> canvas.Chart:
    """One suite on every architecture."""
    title = f"Instructions of CPython on {suite}, release by release, and the plan of 2020"
    return canvas.drawn(f"instructions-plan-{suite}", title, lambda: _figure(view, suite, shown))


def _points(view: View, suite: str, arch: str) -> list[plan.Point]:
    found = view.report.counted
    rows = {row.row: row for row in view.report.rows}
    return [
        plan.Point(row=rows[one.row], ratio=one.ratio, low=one.low, high=one.high)
        for one in (found.releases if found else ())
        if (one.suite, one.arch) == (suite, arch) and units.is_figure(one.ratio)
    ]


def _figure(view: View, suite: str, shown: plan.Releases) -> Figure:
    places = architectures(view)
    panels = [_points(view, suite, place) for place in places]
    width_pt = plan.STEP_PT * len(shown.names)
    panel_pt = plan.LEFT_PT + width_pt + plan.RIGHT_PT
    height_pt = plan.FOOT_PT + plan.HEIGHT_PT + plan.HEAD_PT
    figure = canvas.new_figure(panel_pt, height_pt * len(places))
    span = plan.span(shown, [point for points in panels for point in points])
    for index, (place, points) in enumerate(zip(places, panels, strict=True)):
        bottom = height_pt * (len(places) - 1 - index) + plan.FOOT_PT
        axes = canvas.place(figure, (plan.LEFT_PT, bottom, width_pt, plan.HEIGHT_PT))
        heading = _heading(suite, place, shown, points)
        plan.draw(axes, view, shown, points, heading=heading, span=span)
    return figure


def _heading(suite: str, place: str, shown: plan.Releases, points: Sequence[plan.Point]) -> str:
    if not points:
        return f"{suite} on {place}: not counted"
    return f"{suite} on {place}: times fewer instructions than {shown.names[0]} (log scale)"
