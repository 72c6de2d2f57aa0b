"""One report, indexed for the renderers: who is who, what is where, in the order of the run.

Owns lookups and selections. Refuses arithmetic and formatting.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pyrometer.analysis.findings import (
    Cell,
    Claim,
    Conformance,
    Cost,
    Course,
    Item,
    Lead,
    Report,
    Summary,
)
from pyrometer.analysis.findings.counts import CountedSuite
from pyrometer.model import MeasuredCase, MeasuredRow, SuiteKind, Verdict
from pyrometer.report import palette, units, wording

MAIN_SUITE = "programs"
PAGES = "interpreters"
NUMBERED = re.compile(r"test_\d{3}_")


@dataclass(frozen=True, kw_only=True)
class Line:
    """A case at one size: a line of the heat map; `name` has the size where there are several."""

    case: MeasuredCase
    size: str
    name: str


@dataclass(frozen=True, kw_only=True)
class View:
    """A report with the words to find its parts.

    `alternatives`: baseline → the summaries of the same run against it. `depth` is how many
    folders below the report's own the page lies that is being made: links of a page lead up first.
    """

    report: Report
    command: str
    raw_links: Mapping[str, str] = field(default_factory=dict)
    alternatives: Mapping[str, tuple[Summary, ...]] = field(default_factory=dict)
    depth: int = 0

    @cached_property
    def labels(self) -> dict[str, str]:
        """Row name → what it is called; a name that two rows would share stays the row's own."""
        named = {row.row: wording.row_label(row) for row in self.report.rows}
        taken = list(named.values())
        return {row: row if taken.count(label) > 1 else label for row, label in named.items()}

    @cached_property
    def looks(self) -> dict[str, palette.Look]:
        """Row name → how it is drawn in every chart."""
        return palette.looks(self.report.rows)

    @cached_property
    def summaries(self) -> dict[str, tuple[Summary, ...]]:
        """Baseline → summaries: the report's own first, then the alternatives by row."""
        order = [row.row for row in self.report.rows]
        known = {name: self.alternatives[name] for name in order if name in self.alternatives}
        return {self.report.baseline: self.report.summaries} | known

    @property
    def choices(self) -> list[str]:
        """The baselines that the first page offers: any other is on its row's own page.

        The report's own, and the oldest and the newest release of the same implementation.
        """
        own = self.row(self.report.baseline)
        kin = [row for row in self.report.rows if own and row.row in self.summaries
               and row.implementation == own.implementation and not row.variant]  # fmt: skip
        kin.sort(key=lambda row: palette.version_key(row.series))
        names = [self.report.baseline, *(row.row for row in (*kin[:1], *kin[-1:]))]
        return list(dict.fromkeys(names))

    @cached_property
    def pages(self) -> dict[str, str]:
        """Row name → the file of its page below `PAGES`."""
        found: dict[str, str] = {}
        for row in self.report.rows:
            plain = re.sub(r"[^\w.+-]+", "-", row.row).strip("-.") or "interpreter"
            again = f"-{len(found)}" if f"{plain}.html" in found.values() else ""
            found[row.row] = f"{plain}{again}.html"
        return found

    def href(self, row: str) -> str:
        """From the page that is being made to a row's page; empty for what is no row."""
        return f"{'../' * self.depth}{PAGES}/{self.pages[row]}" if row in self.pages else ""

    @property
    def home(self) -> str:
        """From the page that is being made to the folder of the report."""
        return "../" * self.depth

    def suites(self, *kinds: SuiteKind) -> list[str]:
        """Suites of these kinds that the run knows, in its order."""
        return list(dict.fromkeys(case.suite for case in self.report.cases if case.kind in kinds))

    @cached_property
    def _lines(self) -> dict[str, list[Line]]:
        sizes: dict[str, list[str]] = {}
        for cell in self.report.cells:
            sizes.setdefault(cell.case, []).append(cell.size)
        found: dict[str, list[Line]] = {}
        for case in self.report.cases:
            several = list(dict.fromkeys(sizes.get(case.id, [""])))
            name = case.id.partition("/")[2]
            found.setdefault(case.suite, []).extend(
                Line(case=case, size=size, name=f"{name}@{size}" if len(several) > 1 else name)
                for size in several
            )
        return found

    def lines(self, suite: str) -> list[Line]:
        """The cases of a suite, one line for each size that was measured."""
        return self._lines.get(suite, [])

    def telling(self, suite: str, most: int) -> list[Line]:
        """The cases of a suite that show warm-up best, at most so many, in the run's order."""
        first = self.report.telling.get(suite, ())[:most]
        return [line for line in self.lines(suite) if (line.case.id, line.size) in first]

    def leads(self, suite: str) -> list[Lead]:
        """In how many cases of a suite which row was ahead, by the time."""
        return [lead for lead in self.report.leads if lead.suite == suite]

    def courses(self, row: str, suite: str) -> Counter[Course]:
        """How many timed cells of a row took which course over a suite."""
        cells = (cell for cell in self.cells(suite) if cell.row == row and cell.timing)
        return Counter(cell.timing.settling.course for cell in cells if cell.timing)

    @property
    def every_course(self) -> list[Course]:
        """Those that any timed bench cell of the report took, in their order."""
        suites = self.suites("bench")
        found = [self.courses(row.row, suite) for row in self.report.rows for suite in suites]
        return [course for course in Course if any(counts[course] for counts in found)]

    def withheld(self, row: str, suite: str) -> int:
        """In how many timed cells of a row there is no time once warm."""
        cells = (cell for cell in self.cells(suite) if cell.row == row and cell.timing)
        return sum(not units.is_figure(cell.timing.value_ns) for cell in cells if cell.timing)

    @cached_property
    def compiling(self) -> list[MeasuredRow]:
        """The rows that compile while they run."""
        rows = (row for row in self.report.rows if not row.missing)
        return [row for row in rows if row.facts is not None and row.facts.jit]

    @property
    def main_suite(self) -> str:
        """The suite of the headline: whole programs where there are any."""
        suites = self.suites("bench")
        return MAIN_SUITE if MAIN_SUITE in suites or not suites else suites[-1]

    def label(self, row: str) -> str:
        """What a row is called."""
        return self.labels.get(row, row)

    def row(self, name: str) -> MeasuredRow | None:
        """The row of that name."""
        return next((row for row in self.report.rows if row.row == name), None)

    @cached_property
    def _cells(self) -> dict[tuple[str, str, str], Cell]:
        return {(cell.row, cell.case, cell.size): cell for cell in self.report.cells}

    def cell(self, row: str, line: Line) -> Cell | None:
        """One case on one row."""
        return self._cells.get((row, line.case.id, line.size))

    def cells(self, suite: str) -> list[Cell]:
        """The cells of a suite, case by case, in the order of the rows."""
        pairs = ((row.row, line) for line in self.lines(suite) for row in self.report.rows)
        return [cell for row, line in pairs if (cell := self.cell(row, line)) is not None]

    def summary(self, row: str, suite: str, baseline: str = "") -> Summary | None:
        """A row over a suite against a baseline (the report's own), where there is a figure."""
        source = self.summaries.get(baseline or self.report.baseline, ())
        found = (s for s in source if (s.row, s.suite) == (row, suite))
        return next((s for s in found if units.is_figure(s.ratio.ratio)), None)

    def entry(self, row: str, suite: str) -> Summary | None:
        """A row over a suite, with a figure or without."""
        found = (s for s in self.report.summaries if (s.row, s.suite) == (row, suite))
        return next(found, None)

    def has_figures(self, suite: str) -> bool:
        """Whether any row has a figure over a suite."""
        return any(self.summary(row.row, suite) for row in self.report.rows)

    @cached_property
    def cells_level(self) -> float | None:
        """The level of the intervals of all ratios of cells, where there are any."""
        others = (cell for cell in self.report.cells if cell.row != self.report.baseline)
        return max((cell.speed.level for cell in others if cell.speed), default=None)

    def has_totals(self, suite: str) -> bool:
        """Whether equal work was measured over a suite on any row but the baseline."""
        rows = (row.row for row in self.report.rows if row.row != self.report.baseline)
        return any((found := self.entry(row, suite)) and found.total for row in rows)

    def why_nothing(self, row: MeasuredRow, suite: str) -> str:
        """Why a row has no figure over a suite, in a few words."""
        if row.missing:
            return f"could not be had: {row.missing}"
        reasons = [
            cell.withheld or cell.reason for cell in self.cells(suite) if cell.row == row.row
        ]
        told = list(dict.fromkeys(reason for reason in reasons if reason))
        return "no figure: " + ", ".join(told[:3]) if told else "not run"

    def conformance(self, row: str, suite: str) -> Conformance | None:
        """The counts of a suite on a row."""
        found = (c for c in self.report.conformance if (c.row, c.suite) == (row, suite))
        return next(found, None)

    def checked(self, row: str) -> Counter[Verdict]:
        """How many checks of a row got which verdict, over all suites of checks."""
        suites = self.suites("check")
        return Counter(i.verdict for i in self.report.items if i.row == row and i.suite in suites)

    def judged(self, row: str) -> list[Cell | Item]:
        """All that was judged on a row: checks, probes and timed cases."""
        everything: tuple[Cell | Item, ...] = (*self.report.items, *self.report.cells)
        return [one for one in everything if one.row == row]

    def cost(self, row: str) -> Cost | None:
        """What a row costs."""
        return next((cost for cost in self.report.costs if cost.row == row), None)

    def counted(self, suite: str, summary: Summary) -> str:
        """How many cases of a suite a summary is about: `8 of the 14 programs`."""
        noun = "programs" if suite == MAIN_SUITE else f"{suite} cases"
        whole = len(self.lines(suite))
        return f"the {whole} {noun}" if summary.cases == whole else \
               f"{summary.cases} of the {whole} {noun}"  # fmt: skip

    def differences(self, suite: str) -> dict[tuple[str, str], dict[str, Item]]:
        """(case, check) → row → its item that is no pass, or a pass that nobody expected.

        What did not run because a row could not be had is told once, with the row.
        """
        found: dict[tuple[str, str], dict[str, Item]] = {}
        for item in self.report.items:
            if item.suite == suite and self.is_news(item):
                found.setdefault((item.case, item.check), {})[item.row] = item
        return found

    def numbered(self, suite: str) -> list[tuple[str, str]]:
        """(case, check) of a suite whose checks are items of a numbered list, by number."""
        found = self.probes(suite)
        if not all(NUMBERED.match(check) for _case, check in found):
            return []
        return sorted(found, key=lambda pair: pair[1])

    def failures(self) -> list[Cell]:
        """Timed cells that are no pass, or a pass that nobody expected."""
        suites = self.suites("bench", "startup")
        return [cell for suite in suites for cell in self.cells(suite) if self.is_news(cell)]

    def is_news(self, judged: Cell | Item) -> bool:
        """No pass, or one that nobody expected; what a missing row did not run is told once."""
        row = self.row(judged.row)
        if judged.verdict is Verdict.NOT_RUN and row is not None and row.missing:
            return False
        return judged.verdict is not Verdict.PASS or not judged.expected

    def probes(self, suite: str) -> list[tuple[str, str]]:
        """(case, check) of a feature suite, in the order of the run."""
        found = ((item.case, item.check) for item in self.report.items if item.suite == suite)
        return list(dict.fromkeys(found))

    def probe_words(self, case: str, check: str) -> str:
        """What a probe asks, in its own words, else its name."""
        told = (i.summary for i in self.report.items if (i.case, i.check) == (case, check))
        return next(filter(None, told), check)

    def item(self, row: str, case: str, check: str) -> Item | None:
        """One check or probe on one row."""
        return self._items.get((row, case, check))

    @cached_property
    def _items(self) -> dict[tuple[str, str, str], Item]:
        return {(item.row, item.case, item.check): item for item in self.report.items}

    @property
    def headline(self) -> str:
        """The claim of the whole report in one sentence with figures."""
        suite = self.main_suite
        if self.report.counted:
            return wording.count_sentence(self._most_saved(suite), self.labels, suite)
        if not self.report.cells:
            return wording.NOT_TIMED
        chosen = self._headline_summaries(suite)
        count = self.counted(suite, chosen[0]) if chosen else ""
        return wording.sentence(chosen, self.labels, count)

    def _most_saved(self, suite: str) -> list[CountedSuite]:
        """On each architecture, the row that takes fewest instructions for a suite."""
        found = self.report.counted
        if found is None:
            return []
        usable = [
            one
            for one in found.suites
            if one.suite == suite and units.is_figure(one.ratio) and one.row not in found.baselines
        ]
        places = dict.fromkeys(one.arch for one in usable)
        usable = [one for one in usable if 2 * one.cases >= len(self.lines(suite))] or usable
        each = ([one for one in usable if one.arch == place] for place in places)
        return [max(group, key=lambda one: one.ratio) for group in each]

    def _headline_summaries(self, suite: str) -> list[Summary]:
        """The fastest, the fastest of the baseline's own family, and the slowest.

        A few cases are no headline: of those that have half of the suite, if there are any.
        """
        some = [
            summary
            for row in self.report.rows
            if row.row != self.report.baseline
            and (summary := self.summary(row.row, suite)) is not None
        ]
        if not some:
            return []
        others = [one for one in some if 2 * one.cases >= len(self.lines(suite))] or some
        baseline = self.row(self.report.baseline)
        family = baseline.implementation if baseline else ""
        kin = [s for s in others if (row := self.row(s.row)) and row.implementation == family]
        slow = [s for s in others if s.ratio.claim is Claim.SLOWER]
        picked = [_fastest(others), *(_fastest(group) for group in (kin,) if group)]
        picked += [min(slow, key=lambda s: s.ratio.ratio)] if slow else []
        return list({summary.row: summary for summary in picked}.values())


def _fastest(summaries: Iterable[Summary]) -> Summary:
    return max(summaries, key=lambda summary: summary.ratio.ratio)
