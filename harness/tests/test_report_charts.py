from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from pyrometer.report import palette
from pyrometer.report.charts import canvas, heatmap, plan, speedup
from pyrometer.report.view import View
from tests.report_samples import GONE, measured_row, sample_report, withheld_only

ROWS = ("cpython-3.9", "cpython-3.11", "cpython-3.15+jit", "pypy-8.0", GONE)


@pytest.fixture(scope="module")
def view() -> View:
    return View(report=sample_report(ROWS), command="pyrometer report")


def words(svg: str) -> list[str]:
    root = ET.fromstring(svg)
    return ["".join(node.itertext()) for node in root.iter("{http://www.w3.org/2000/svg}text")]


def test_bars_print_value_interval_baseline_and_absence(view: View) -> None:
    told = words(speedup.panel(view, "programs", view.report).svg)
    assert "3.10× [2.92, 3.29]" in told
    assert "0.80× [0.75, 0.85]" in told
    assert "1× (baseline)" in told
    assert "could not be had" in told
    assert "times as fast as CPython 3.11 (log scale)" in told


def test_bars_without_any_figure(view: View) -> None:
    held = View(report=withheld_only(view.report), command="c")
    told = words(speedup.panel(held, "micro", held.report).svg)
    assert told.count("no figure: still warming") == 3


def test_heatmap_says_why_a_cell_is_empty() -> None:
    view = View(report=sample_report((*ROWS, "rustpython-0.6", "micropython-1.26")), command="c")
    told = words(heatmap.chart(view, "micro").svg)
    assert {"0.25", "differs", "unsupported", "–"} <= set(told)


def test_plan_is_anchored_at_its_baseline(view: View) -> None:
    shown = plan.releases(view)
    assert shown is not None
    assert shown.names[0] == "3.9"
    assert shown.names[-1] == "3.15"
    assert shown.promised["3.11"] == 1.0
    earliest = sample_report(ROWS, baseline="cpython-3.9")
    other = plan.releases(
        View(report=view.report, command="c", alternatives={"cpython-3.9": earliest})
    )
    assert other is not None
    assert other.promised == dict(plan.PROMISED)
    told = words(plan.chart(view, "programs", shown).svg)
    assert {"promised", "measured"} <= set(told)


def test_no_plan_without_two_releases() -> None:
    assert (
        plan.releases(View(report=sample_report(("cpython-3.11", "pypy-8.0")), command="c")) is None
    )


def test_inline_form_follows_the_page(view: View) -> None:
    chart = speedup.panel(view, "micro", view.report)
    inline = chart.inline()
    assert not re.search("#[0-9a-f]{6}", inline)
    assert "<style" not in inline
    ids = set(re.findall(r'\sid="([^"]+)"', inline))
    referred = set(re.findall(r'(?:url\(#|href="#)([^")]+)', inline))
    assert referred == ids
    assert all(name.startswith(chart.name) for name in ids)


def test_dark_form_differs_in_colours_only(view: View) -> None:
    chart = speedup.panel(view, "micro", view.report)
    colour = re.compile("#[0-9a-f]{6}")
    assert chart.dark() != chart.light()
    assert colour.sub("", chart.dark()) == colour.sub("", chart.light())
    assert palette.PAPER.dark in chart.dark()


def test_words_of_foreign_origin_are_escaped() -> None:
    svg = canvas.drawn("x", "<b>&\"'", lambda: canvas.new_figure(20, 20)).svg
    assert ET.fromstring(svg).attrib["aria-label"] == "<b>&\"'"


def test_colours_tell_variants_apart() -> None:
    rows = [measured_row(name) for name in ("cpython-3.15", "cpython-3.15+jit", "cpython-3.9")]
    found = palette.colours(rows)
    assert found["cpython-3.15"].light == found["cpython-3.15+jit"].light
    assert found["cpython-3.15+jit"].hollow
    assert not found["cpython-3.15"].hollow
    assert found["cpython-3.9"].light != found["cpython-3.15"].light
    stranger = palette.colours([measured_row("brandnew-1.0")])
    assert stranger["brandnew-1.0"].light.startswith("#")


@pytest.mark.parametrize(("low", "high"), [(0.9, 1.1), (0.04, 3.5), (0.001, 1000), (1e-9, 1e9)])
def test_ticks_are_few_and_within(low: float, high: float) -> None:
    ticks = canvas.log_ticks(low, high)
    assert 1 <= len(ticks) <= 5
    assert all(low <= tick <= high for tick in ticks)
