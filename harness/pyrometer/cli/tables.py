"""What `list`, `doctor`, `build` and `--dry-run` print: rows under headings, or JSON.

Owns columns and their order. Arithmetic is somebody else's.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from shutil import get_terminal_size

import msgspec
from rich.console import Console, RenderableType
from rich.table import Table as RichTable

from pyrometer.campaign import Campaign
from pyrometer.errors import Mistake, WorldFailure
from pyrometer.execute.plan import estimated_s
from pyrometer.model import Row, Suite, Target
from pyrometer.provision.doctor import Diagnosis
from pyrometer.provision.keys import key_of
from pyrometer.provision.store import Store
from pyrometer.provision.work import known_version
from pyrometer.records import Library

PLAIN_WIDTH = 160
JOBS_SHOWN = 40
DAMAGE_SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows under headings; a heading is also the JSON key."""

    headings: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    footer: str = ""

    def text(self) -> str:
        """As aligned columns."""
        table = RichTable(*self.headings, box=None, pad_edge=False, header_style="bold")
        for row in self.rows:
            table.add_row(*(_cell(value) for value in row))
        width = max(PLAIN_WIDTH, get_terminal_size().columns)
        console = Console(
            file=io.StringIO(), width=width, highlight=False, markup=False, emoji=False
        )
        console.print(table)
        assert isinstance(console.file, io.StringIO)  # noqa: S101 - set two lines above
        lines = [line.rstrip() for line in console.file.getvalue().splitlines()]
        return "\n".join([*lines, *([self.footer] if self.footer else [])])

    def json(self) -> str:
        """As a list of objects."""
        named = [dict(zip(self.headings, row, strict=True)) for row in self.rows]
        return msgspec.json.format(msgspec.json.encode(named), indent=1).decode()


def show(shown: RenderableType) -> None:
    """On a terminal as wide as it is, elsewhere without wrapping."""
    console = Console(highlight=False, emoji=False)
    if not console.is_terminal:
        console.width = max(PLAIN_WIDTH, console.width)
    console.print(shown)


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "–"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    return "–" if value in (None, "") else str(value)


def interpreters(rows: Sequence[Row], store: Store) -> Table:
    """Every row, whether it is in the default set, and what is built of it."""
    found = []
    for row in rows:
        build = store.find(key_of(row)) if row.recipe.kind != "host" else None
        version = known_version(build) if build else ""
        found.append(
            (row.name, row.title, row.recipe.kind, row.default, build is not None, version)
        )
    headings = ("name", "title", "recipe", "default", "built", "version")
    return Table(headings=headings, rows=tuple(found))


def suites(found: Sequence[Suite]) -> Table:
    """Every suite with its purpose."""
    rows = [(s.name, s.kind, s.tier, len(s.cases), s.purpose) for s in found]
    return Table(headings=("name", "kind", "tier", "cases", "purpose"), rows=tuple(rows))


def cases(found: Sequence[Suite]) -> Table:
    """Every case with its one sentence."""
    rows = [(c.id, s.kind, list(c.sizes), c.summary) for s in found for c in s.cases]
    return Table(headings=("id", "kind", "sizes", "summary"), rows=tuple(rows))


def results(library: Library) -> Table:
    """Every result set; one that cannot be read says why."""
    rows: list[tuple[object, ...]] = []
    for name in library.names():
        try:
            found = library.open(name)
        except Mistake as mistake:
            rows.append((name, "", "", "", "", mistake.line))
            continue
        run = found.run
        state = "complete" if run.finished else f"{len(found.done)} of {len(run.job_ids)} jobs"
        rows.append((name, run.started, run.tier, len(run.rows), run.machine.cpu, state))
    headings = ("name", "started", "tier", "interpreters", "cpu", "state")
    return Table(headings=headings, rows=tuple(rows))


def builds(store: Store) -> Table:
    """Every build in the store with what it cost."""
    rows = [
        (
            build.receipt.key,
            build.receipt.recipe,
            len(build.receipt.sources),
            f"{build.receipt.fetch_s:.1f}",
            f"{build.receipt.build_s:.1f}",
            f"{build.receipt.size_bytes / 1e6:.0f}",
            build.receipt.made,
        )
        for build in store.list()
    ]
    headings = ("key", "recipe", "sources", "fetch s", "build s", "MB", "made")
    return Table(headings=headings, rows=tuple(rows))


def targets(found: Iterable[Target]) -> Table:
    """What a build verb has made ready."""
    rows = [
        (t.row.name, t.interpreter.key, t.facts.jit, t.facts.gil, t.facts.compiler) for t in found
    ]
    return Table(headings=("name", "interpreter", "jit", "gil", "compiler"), rows=tuple(rows))


def missing_lines(missing: Mapping[str, WorldFailure]) -> list[str]:
    """One line per interpreter that cannot be had."""
    return [f"{row} cannot be had: {failure.line}" for row, failure in missing.items()]


def diagnoses(found: Sequence[Diagnosis]) -> Table:
    """One line per need, and one per complaint."""
    rows: list[tuple[object, ...]] = []
    for diagnosis in found:
        for need in diagnosis.needs:
            rows.append((diagnosis.row, need.name, need.found, "" if need.found else need.mend))
        rebuild = f"pyrometer build --rebuild -i {diagnosis.row}"
        rows += [(diagnosis.row, library, False, rebuild) for library in diagnosis.strays]
        shown = diagnosis.damage[:DAMAGE_SHOWN]
        rows += [(diagnosis.row, line, False, rebuild) for line in shown]
        if more := len(diagnosis.damage) - len(shown):
            rows.append((diagnosis.row, f"{more} more files", False, rebuild))
        if diagnosis.complaint:
            rows.append((diagnosis.row, "definition", False, diagnosis.complaint))
        rows.append(
            (
                diagnosis.row,
                "build",
                diagnosis.built,
                "" if diagnosis.built else f"pyrometer build -i {diagnosis.row}",
            )
        )
    return Table(headings=("interpreter", "needs", "found", "mend"), rows=tuple(rows))


def plan(campaign: Campaign) -> Table:
    """The jobs of a plan in order, and what they should cost."""
    jobs = campaign.plan.jobs
    rows = [
        (number, job.row, job.kind, job.cases[0] if len(job.cases) == 1 else f"{job.suite}/*",
         job.round if job.round >= 0 else "once", f"{job.budget_s:g}" if job.budget_s else "")
        for number, job in enumerate(jobs[:JOBS_SHOWN], 1)
    ]  # fmt: skip
    kinds = Counter(job.kind for job in jobs)
    parts = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    minutes = estimated_s(campaign.plan, campaign.rows) / 60
    more = f"… and {len(jobs) - JOBS_SHOWN} more\n" if len(jobs) > JOBS_SHOWN else ""
    footer = (
        f"{more}{len(jobs)} processes ({parts}), about {minutes:.1f} min, seed {campaign.plan.seed}"
    )
    headings = ("#", "interpreter", "kind", "cases", "round", "budget s")
    return Table(headings=headings, rows=tuple(rows), footer=footer)
