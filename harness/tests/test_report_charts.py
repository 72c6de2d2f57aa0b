from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations, pairwise
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from pyrometer.report import palette
from pyrometer.report.charts import canvas, heatmap, lead, plan, speedup, tidy, warmup
from pyrometer.report.view import View
from tests.report_samples import BASELINE, GONE, measured_row, sample_report, withheld_only

ROWS = ("cpython-3.9", "cpython-3.11", "cpython-3.15+jit", "pypy-8.0", GONE)


@pytest.fixture(scope="module")
def view() -> View:
    return View(report=sample_report(ROWS), command="pyrometer report")


def words(svg: str) -> list[str]:
    root = ET.fromstring(svg)
    return ["".join(node.itertext()) for node in root.iter("{http://www.w3.org/2000/svg}text")]


def test_bars_print_value_interval_baseline_and_absence(view: View) -> None:
    told = words(speedup.panel(view, "programs", BASELINE).svg)
    assert "3.10× [2.92, 3.29]" in told
    assert "0.80× [0.75, 0.85]" in told
    assert "1× (baseline)" in told
    assert "could not be had" in told
    assert "times as fast as CPython 3.11 (log scale)" in told


def test_bars_without_any_figure(view: View) -> None:
    held = View(report=withheld_only(view.report), command="c")
    told = words(speedup.panel(held, "micro", BASELINE).svg)
    assert told.count("no figure: no steady state") == 3


def test_heatmap_says_why_a_cell_is_empty() -> None:
    view = View(report=sample_report((*ROWS, "rustpython-0.6", "micropython-1.26")), command="c")
    told = words(heatmap.chart(view, "micro").svg)
    assert {"0.25", "differs", "unsupported", "–"} <= set(told)


def test_a_lead_tells_where_each_line_ends(view: View) -> None:
    told = words(lead.chart(view, "programs").svg)
    assert "programs: cases ahead of CPython 3.11" in told
    assert {"PyPy 8.0: 3 of 3", "CPython 3.15 +jit: 3 of 3", "100 %"} <= set(told)


def test_a_row_alone_shows_a_process_and_its_changepoints(view: View) -> None:
    line = view.lines("micro")[0]
    alone, together = warmup.panel(view, line, "pypy-8.0"), warmup.panel(view, line)
    broken = re.compile(r"stroke-dasharray: ?1\.4")
    assert len(broken.findall(alone.svg)) == 2  # between its three segments
    assert not broken.findall(together.svg)


def test_plan_is_anchored_at_its_baseline(view: View) -> None:
    shown = plan.releases(view)
    assert shown is not None
    assert shown.names[0] == "3.9"
    assert shown.names[-1] == "3.15"
    assert shown.promised["3.11"] == 1.0
    earliest = sample_report(ROWS, baseline="cpython-3.9")
    other = plan.releases(
        View(report=view.report, command="c", alternatives={"cpython-3.9": earliest.summaries})
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
    chart = speedup.panel(view, "micro", BASELINE)
    inline = chart.inline()
    assert not re.search("#[0-9a-f]{6}", inline)
    assert "<style" not in inline
    ids = set(re.findall(r'\sid="([^"]+)"', inline))
    referred = set(re.findall(r'(?:url\(#|href="#)([^")]+)', inline))
    assert referred == ids
    assert all(name.startswith(chart.name) for name in ids)


def test_dark_form_differs_in_colours_only(view: View) -> None:
    chart = speedup.panel(view, "micro", BASELINE)
    colour = re.compile("#[0-9a-f]{6}")
    assert chart.dark() != chart.light()
    assert colour.sub("", chart.dark()) == colour.sub("", chart.light())
    assert palette.PAPER.dark in chart.dark()


def test_words_of_foreign_origin_are_escaped() -> None:
    svg = canvas.drawn("x", "<b>&\"'", lambda: canvas.new_figure(20, 20)).svg
    assert ET.fromstring(svg).attrib["aria-label"] == "<b>&\"'"


def test_a_family_has_one_colour_and_shape_and_its_variants_their_own_line() -> None:
    names = ("cpython-3.15", "cpython-3.15+jit", "cpython-3.13+ft", "cpython-3.9", "pypy-8.0")
    found = palette.looks([measured_row(name) for name in names])
    family = [found[name] for name in names[:4]]
    assert {(look.colour, look.marker) for look in family} == {(family[0].colour, "o")}
    assert [look.hollow for look in family] == [False, True, True, False]
    assert len({look.dashes for look in family}) == 3
    assert found["pypy-8.0"].marker != "o"


def test_without_a_plain_row_the_one_that_compiles_is_the_plain_one() -> None:
    names = ("graalpy-25.0+interp", "graalpy-25.0+jit")
    found = palette.looks([measured_row(name) for name in names])
    assert [found[name].hollow for name in names] == [True, False]


def test_strangers_have_looks_of_their_own() -> None:
    found = palette.looks([measured_row("brandnew-1.0"), measured_row("other-2.0")])
    assert found["brandnew-1.0"].marker != found["other-2.0"].marker


def channels(colour: str) -> np.ndarray:
    coded = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)


def lab(linear: np.ndarray) -> np.ndarray:
    """CIE Lab of linear sRGB under D65."""
    matrix = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
                       [0.0193339, 0.1191920, 0.9503041]])  # fmt: skip
    xyz = matrix @ np.clip(linear, 0, 1) / np.array([0.95047, 1.0, 1.08883])
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


# Machado, Oliveira & Fernandes, IEEE TVCG 15(6), 2009: severity 1.0.
EYES = {
    "usual": np.eye(3),
    "without red cones": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                                   [-0.003882, -0.048116, 1.051998]]),
    "without green cones": np.array([[0.367322, 0.860646, -0.227968],
                                     [0.280085, 0.672501, 0.047413],
                                     [-0.011820, 0.042940, 0.968881]]),
    "without blue cones": np.array([[1.255528, -0.076749, -0.178779],
                                    [-0.078411, 0.930809, 0.147602],
                                    [0.004733, 0.691367, 0.303900]]),
}  # fmt: skip


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("eye", list(EYES))
def test_families_are_told_apart_by_every_eye(theme: str, eye: str) -> None:
    seen = {name: lab(EYES[eye] @ channels(getattr(colour, theme)))
            for name, (colour, _) in palette.FAMILIES.items()}  # fmt: skip
    for one, other in combinations(seen, 2):
        assert np.linalg.norm(seen[one] - seen[other]) >= 18, (one, other)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_families_stand_out_from_the_paper_and_no_shape_is_used_twice(theme: str) -> None:
    weights = np.array([0.2126, 0.7152, 0.0722])
    paper = float(weights @ channels(getattr(palette.PAPER, theme)))
    for name, (colour, _) in palette.FAMILIES.items():
        own = float(weights @ channels(getattr(colour, theme)))
        assert (max(own, paper) + 0.05) / (min(own, paper) + 0.05) >= 3, name
    shapes = [marker for _, marker in palette.FAMILIES.values()]
    assert len(set(shapes)) == len(shapes)


def test_the_close_panel_is_there_only_where_somebody_is_far_away(view: View) -> None:
    assert speedup.close(view, "programs") is None
    near = ("cpython-3.9", "cpython-3.11", "cpython-3.13", "cpython-3.14")
    rows = (*near, "graalpy-25.0+interp")
    far = View(report=sample_report(rows), command="c")
    chart = speedup.close(far, "programs")
    assert chart is not None
    told = words(chart.svg)
    assert "CPython 3.9" in told
    assert "GraalPy 25.0 +interp" not in told


def test_cases_of_one_interpreter_print_ratio_or_reason() -> None:
    view = View(report=sample_report((*ROWS, "rustpython-0.6")), command="c")
    told = words(speedup.cases(view, "micro", "rustpython-0.6").svg)
    assert {"regex_matching", "differs", "0.25× [0.24, 0.26]"} <= set(told)


def test_warm_up_marks_both_crossings_or_none() -> None:
    view = View(report=sample_report(("cpython-3.11", "pypy-8.0", "rustpython-0.6")), command="c")
    [line, *_] = view.telling("programs", 1)
    plain = warmup.panel(view, line, "pypy-8.0")
    assert {"PyPy 8.0", "CPython 3.11, warm", line.name} <= set(words(plain.svg))
    cells = tuple(replace(cell, faster_from=None, paid_back=None) for cell in view.report.cells)
    bare = View(report=replace(view.report, cells=cells), command="c")
    assert plain.svg.count("<use") == warmup.panel(bare, line, "pypy-8.0").svg.count("<use") + 2


def test_small_svg_keeps_lines_where_they_were() -> None:
    told = tidy._path("M 10 20 L 12.5 20 L 12.5 19.9 L 12 19.5 z")
    assert told == "M10 20h2.5v-.1l-.5-.4z"
    told = tidy._path("M 0 1 C 0.5 1 0.9 0.5 0.9 0 L 2 0")
    assert told == "M0 1C.5 1 .9 .5 .9 0h1.1"


@pytest.mark.parametrize(("low", "high"), [(0.9, 1.1), (0.04, 3.5), (0.001, 1000), (1e-9, 1e9)])
def test_ticks_are_few_and_within(low: float, high: float) -> None:
    ticks = canvas.log_ticks(low, high)
    assert 1 <= len(ticks) <= 5
    assert all(low <= tick <= high for tick in ticks)
    assert all(right / left >= (high / low) ** 0.15 for left, right in pairwise(ticks))
