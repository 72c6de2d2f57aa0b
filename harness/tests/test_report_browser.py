"""The report of fifteen interpreters, whole: its size, and every page of it in a real browser.

The browser is Chromium as the system has it. Without one these tests are skipped, unless
`PYROMETER_NEED_BROWSER` is set, as CI does: then they fail.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from pyrometer.analysis.decide import Basis, decide
from pyrometer.analysis.together import together
from pyrometer.report.publish import write_report, write_together
from tests.many import GONE, SORTS, many_run
from tests.test_analysis_border import border_report
from tests.test_analysis_together import HERE, THERE, counted, timed

pytestmark = pytest.mark.browser

LARGEST_BYTES = 5_000_000
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
NEED = "PYROMETER_NEED_BROWSER"
# Nothing here is from outside; without these it would look for updates and keys at home.
ARGUMENTS = ["--disable-gpu", "--disable-quic", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"]  # fmt: skip
LOADING_MS = 120_000
# Words may share a pixel where one letter hangs into the other's line, not more.
TOUCH_PX = 1.5
SMALLEST_PX = 7.5

# For each chart that is shown: pairs of words whose boxes meet, and the smallest type.
CHART_WORDS = """
touch => [...document.querySelectorAll('figure svg')].flatMap(svg => {
  if (!svg.getBoundingClientRect().width) return [];
  const words = [...svg.querySelectorAll('text')].map(text =>
    ({told: text.textContent, box: text.getBoundingClientRect()}));
  const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > touch
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > touch * 2;
  const found = [];
  words.forEach((one, at) => words.slice(at + 1).forEach(other => {
    if (meet(one.box, other.box))
      found.push(`${svg.getAttribute('aria-label')}: "${one.told}" on "${other.told}"`);
  }));
  return found;
})
"""
SMALLEST_TYPE = """
() => Math.min(...[...document.querySelectorAll('figure svg')].flatMap(svg => {
  const wide = svg.getBoundingClientRect().width;
  if (!wide) return [];
  const scale = wide / svg.viewBox.baseVal.width;
  return [...svg.querySelectorAll('text')].map(text =>
    parseFloat(getComputedStyle(text).fontSize) * scale);
}))
"""


@dataclass(kw_only=True)
class Ear:
    """Everything that a page complains about, and every address that it asks for."""

    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("requestfailed", lambda request: self.complaints.append(f"failed: {request.url}"))
        page.on("request", lambda request: self.asked.append(request.url))

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text}")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report as `pyrometer report` writes it."""
    run, outcomes = many_run()
    basis = Basis.of(run, outcomes)
    report = basis.report()
    out = tmp_path_factory.mktemp("many")
    (out / "raw.jsonl").write_text("{}\n")
    others = [row.row for row in run.rows if not row.missing and row.row != report.baseline]
    write_report(
        report,
        out,
        command="pyrometer report many",
        raw_links={"raw.jsonl": "raw.jsonl"},
        alternatives={row: basis.summaries(row) for row in others},
    )
    return out


@pytest.fixture(scope="module")
def pages(folder: Path) -> list[Path]:
    return [folder / "index.html", *sorted((folder / "interpreters").glob("*.html"))]


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Pages of other runs: calls into native code, several result sets by architecture."""
    border, several = (tmp_path_factory.mktemp(name) for name in ("border", "several"))
    report = border_report(("cpython-3.11", "cpython-3.14", "rustpython-0.6"))
    write_report(report, border, command="pyrometer report border", raw_links={})
    sets = (timed("here", HERE, speed=1), timed("there", THERE, speed=2), counted())
    reports = [decide(run, found, baseline="cpython-3.11") for run, found in sets]
    write_together(together(reports), several, command="pyrometer report a b", links={})
    return [border / "index.html", border / "extension.html", several / "index.html"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        told = f"no browser: none of {', '.join(NAMES)} (Debian: apt-get install chromium)"
        if os.environ.get(NEED):
            pytest.fail(told)
        pytest.skip(told)
    # Chromium refuses its sandbox to root; the pages are our own.
    arguments = [*ARGUMENTS, "--no-sandbox"] if os.geteuid() == 0 else ARGUMENTS
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=found, args=arguments, timeout=LOADING_MS
        )
        yield opened
        opened.close()


def context_of(browser: Browser, width: int, scheme: Any) -> BrowserContext:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    context.set_default_timeout(LOADING_MS)
    return context


def test_a_folder_of_fifteen_interpreters_is_small(folder: Path) -> None:
    sizes = {path: path.stat().st_size for path in folder.rglob("*") if path.is_file()}
    assert sum(sizes.values()) <= LARGEST_BYTES
    assert len(list((folder / "interpreters").iterdir())) == len(SORTS)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_complains_or_is_too_wide(
    browser: Browser, pages: list[Path], others: list[Path], width: int, scheme: str
) -> None:
    found: list[str] = []
    with context_of(browser, width, scheme) as context:
        for path in [*pages, *others]:
            ear, page = Ear(), context.new_page()
            ear.listen(page)
            page.goto(path.as_uri())
            found += [f"{path.name}: {told}" for told in ear.complaints]
            found += [f"{path.name} asks for {one}" for one in ear.asked if one != path.as_uri()]
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                found.append(f"{path.name} is {wide} px wide in a window of {width}")
            found += [f"{path.name}: {told}" for told in page.evaluate(CHART_WORDS, TOUCH_PX)]
            if page.locator("figure svg").count():
                smallest = page.evaluate(SMALLEST_TYPE)
                if smallest < SMALLEST_PX:
                    found.append(f"{path.name}: type of {smallest:.1f} px in a chart")
            page.close()
    assert found == []


def test_the_paper_is_dark_where_that_is_wanted(browser: Browser, pages: list[Path]) -> None:
    papers = []
    for scheme in ("light", "dark"):
        with context_of(browser, 1280, scheme) as context:
            page = context.new_page()
            page.goto(pages[0].as_uri())
            papers.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    light, dark = (sum(map(int, paper[4:-1].split(", "))) for paper in papers)
    assert light > 3 * 200
    assert dark < 3 * 60


def test_every_link_leads_somewhere(browser: Browser, pages: list[Path]) -> None:
    links: dict[Path, list[str]] = {}
    names: dict[Path, set[str]] = {}
    with context_of(browser, 1280, "light") as context:
        page = context.new_page()
        for path in pages:
            page.goto(path.as_uri())
            links[path] = page.evaluate("[...document.querySelectorAll('a')].map(a => a.href)")
            names[path] = set(
                page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
            )
    dead = []
    for path, found in links.items():
        for link in found:
            parts = urlsplit(link)
            if parts.scheme in ("http", "https"):
                continue
            target = Path(unquote(parts.path))
            anchored = not parts.fragment or unquote(parts.fragment) in names.get(target, set())
            if parts.scheme != "file" or not target.is_file() or not anchored:
                dead.append(f"{path.name}: {link}")
    assert dead == []
    reached = {Path(unquote(urlsplit(link).path)) for link in links[pages[0]]}
    assert set(pages[1:]) <= reached
    assert all(any(link.endswith("/index.html") for link in links[path]) for path in pages[1:])


def test_the_page_shows_one_baseline_at_a_time(browser: Browser, pages: list[Path]) -> None:
    with context_of(browser, 1280, "light") as context:
        page = context.new_page()
        page.goto(pages[0].as_uri())
        assert [page.locator(f".choice.b{at}").is_visible() for at in (0, 1)] == [True, False]
        page.locator("label[for=b1]").click()
        assert [page.locator(f".choice.b{at}").is_visible() for at in (0, 1)] == [False, True]


def test_a_missing_interpreter_has_a_page_that_says_why(
    browser: Browser, pages: list[Path]
) -> None:
    with context_of(browser, 390, "light") as context:
        page = context.new_page()
        page.goto(next(path for path in pages if path.stem == GONE).as_uri())
        assert "no package root has node" in page.locator("main").inner_text()


def test_a_page_that_is_wrong_would_be_heard(browser: Browser, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.html"
    wrong.write_text(
        "<img src='gone.png'><script>console.warn('so'); nothing()</script>"
        "<div style='width:4000px'>wide</div>"
        "<figure><svg viewBox='0 0 90 20' aria-label='drawing'><text y='15' font-size='5'>one"
        "</text><text y='15' x='1' font-size='5'>other</text></svg></figure>"
    )
    with context_of(browser, 390, "light") as context:
        ear, page = Ear(), context.new_page()
        ear.listen(page)
        page.goto(wrong.as_uri())
        told = " ".join(ear.complaints)
        assert "gone.png" in told
        assert "warning: so" in told
        assert "nothing is not defined" in told
        assert page.evaluate("document.documentElement.scrollWidth") > 390
        assert page.evaluate(CHART_WORDS, TOUCH_PX) == ['drawing: "one" on "other"']
        assert page.evaluate(SMALLEST_TYPE) > 5
