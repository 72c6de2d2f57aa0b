"""Writes a report folder: the pages, Markdown, JSON and the chart files.

Owns file names. What was in the folder under those names is replaced, charts and pages of an
earlier report are removed, and the same report gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

from pyrometer.analysis.findings import Report, Summary
from pyrometer.analysis.findings.together import Together
from pyrometer.errors import WorldFailure
from pyrometer.report.border import BORDER_PAGE, border_page
from pyrometer.report.charts import border, heatmap, lead, plan, speedup, warmup
from pyrometer.report.charts.canvas import Chart
from pyrometer.report.counted import counted_charts, counted_markdown, counted_page
from pyrometer.report.document import document
from pyrometer.report.interpreter import interpreter_pages
from pyrometer.report.markdown import markdown
from pyrometer.report.page import page
from pyrometer.report.ray import RAY_PAGE, ray_page
from pyrometer.report.together import together_charts, together_texts
from pyrometer.report.view import PAGES, View


def write_report(
    report: Report,
    out_dir: Path,
    *,
    command: str,
    raw_links: Mapping[str, str],
    alternatives: Mapping[str, tuple[Summary, ...]] | None = None,
) -> Path:
    """Write everything below `out_dir`; gives the page.

    `command` made the report and heads every text. `raw_links` name the raw rows: words → a path
    relative to the page. `alternatives` are the summaries of the same run against other rows: with
    them the page has a choice of baseline, and each row's page shows the others as seen from it.
    WorldFailure where the folder cannot be written.
    """
    view = View(
        report=report, command=command, raw_links=raw_links, alternatives=alternatives or {}
    )
    if report.counted:
        texts = {
            "index.html": counted_page(view),
            "report.md": counted_markdown(view),
            "report.json": document(view),
        }
        drawings = counted_charts(view)
    else:
        texts, drawings = _pages(view), list(charts(view))
    return _written(out_dir, texts, drawings)


def write_together(
    found: Together, out_dir: Path, *, command: str, links: Mapping[str, str]
) -> Path:
    """The same for several result sets; `links`: result set → its own page, relative to this."""
    texts = together_texts(found, command, links)
    return _written(out_dir, texts, together_charts(found))


def _written(out_dir: Path, texts: Mapping[str, str], drawings: Sequence[Chart]) -> Path:
    try:
        _write(out_dir, texts, drawings)
    except OSError as error:
        raise WorldFailure(
            f"cannot write the report: {error.strerror}", where=out_dir.name
        ) from error
    return out_dir / "index.html"


def _pages(view: View) -> dict[str, str]:
    """File name → text of every page of a run that measured time."""
    texts = {"index.html": page(view), "report.md": markdown(view), "report.json": document(view)}
    names = (f"{PAGES}/{view.pages[row.row]}" for row in view.report.rows)
    texts |= zip(names, interpreter_pages(view), strict=True)
    if view.report.versus_ray:
        texts[RAY_PAGE] = ray_page(view)
    if view.report.border:
        texts[BORDER_PAGE] = border_page(view)
    return texts


def charts(view: View) -> Iterator[Chart]:
    """Every chart that is a file."""
    suites, releases = view.suites("bench"), plan.releases(view)
    if view.report.border:
        yield border.chart(view)
    if suites:
        yield speedup.all_panels(view)
    for suite in suites:
        yield heatmap.chart(view, suite)
        if releases is not None and suite in plan.suites(view):
            yield plan.chart(view, suite, releases)
        if view.telling(suite, 1):
            yield warmup.chart(view, suite)
        if view.leads(suite):
            yield lead.chart(view, suite)


def _write(out_dir: Path, texts: Mapping[str, str], drawings: Sequence[Chart]) -> None:
    folder = out_dir / "charts"
    for made, patterns in ((folder, ("*.svg", "*.png")), (out_dir / PAGES, ("*.html",))):
        made.mkdir(parents=True, exist_ok=True)
        for old in chain.from_iterable(made.glob(pattern) for pattern in patterns):
            old.unlink()
    for name in (RAY_PAGE, BORDER_PAGE, "report.md"):
        (out_dir / name).unlink(missing_ok=True)
    for name, text in texts.items():
        (out_dir / name).write_text(text, encoding="utf-8")
    for chart in drawings:
        (folder / f"{chart.name}.svg").write_text(chart.light(), encoding="utf-8")
        if chart.png:  # the one for READMEs, whose readers have themes and old mail programs
            (folder / f"{chart.name}-dark.svg").write_text(chart.dark(), encoding="utf-8")
            (folder / f"{chart.name}.png").write_bytes(chart.png)
