"""What is said on stderr while builds are made and plans are run.

Owns the live lines on a terminal and the plain ones elsewhere. Knows nothing but events.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from pyrometer.campaign import Campaign
from pyrometer.cli.interrupt import Interrupt
from pyrometer.conduct import Interrupted, Listener, carry_out
from pyrometer.errors import WorldFailure
from pyrometer.execute.plan import estimated_s, job_s
from pyrometer.model import Outcome, Plan, Row, Verdict
from pyrometer.provision.work import Progress as BuildProgress
from pyrometer.records import Library

if TYPE_CHECKING:
    from pyrometer.stages import Stage

PLAIN_EVERY_S = 20.0
ORDINARY = (Verdict.PASS, Verdict.UNSUPPORTED, Verdict.NOT_RUN)
LAST_PHASES = ("ready: ", "failed: ")


def duration(seconds: float) -> str:
    """`0:07`, `12:30`, `1:02:03`."""
    minutes, second = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{second:02}" if hours else f"{minutes}:{second:02}"


class _Builds:
    """A live line per build on a terminal, a plain line per step elsewhere."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.lines: dict[str, TaskID] = {}
        self.live = Progress(
            SpinnerColumn(),
            TextColumn("{task.fields[row]}"),
            TimeElapsedColumn(),
            TextColumn("{task.description}", markup=False),
            TextColumn("{task.fields[eta]}"),
            console=console,
            transient=True,
            refresh_per_second=4,
        )

    def step(self, event: BuildProgress) -> None:
        eta = f"about {duration(event.eta_s)} left" if event.eta_s else ""
        over = event.phase.startswith(LAST_PHASES)
        if over or not self.console.is_terminal:
            told = f"{duration(event.elapsed_s)}{', ' + eta if eta and not over else ''}"
            self.console.print(f"{event.row}: {event.phase} [{told}]", markup=False)
        if not self.console.is_terminal:
            return
        self.live.start()
        if event.row not in self.lines:
            self.lines[event.row] = self.live.add_task("", total=None, row=event.row, eta="")
        line = self.lines[event.row]
        self.live.update(line, description=event.phase, eta=eta, visible=not over)

    def beside(self, what: str) -> None:
        """What is done meanwhile: a line among the builds of a terminal."""
        if not self.lines:
            return
        if "" not in self.lines:
            self.lines[""] = self.live.add_task("", total=None, row="checks", eta="")
        self.live.update(self.lines[""], description=what)

    def close(self) -> None:
        self.live.stop()


class Reporter:
    """Follows one campaign; a context manager, so that the terminal is left as it was."""

    def __init__(self, plan: Plan | None = None, rows: tuple[Row, ...] = ()) -> None:
        self.console = Console(file=sys.stderr, soft_wrap=True, highlight=False, emoji=False)
        self.builds = _Builds(self.console)
        self.interrupt = Interrupt()
        self.start_s = {row.name: row.start_s for row in rows}
        jobs = plan.jobs if plan else ()
        self.jobs = {job.id: job_s(job, self.start_s[job.row]) for job in jobs}
        self.known_done: frozenset[str] = frozenset()
        self.left_s = sum(self.jobs.values())
        self.bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[eta]}"),
            console=self.console,
            transient=True,
            auto_refresh=False,  # nothing of ours may run beside a measurement
        )
        self.task = self.bar.add_task("", total=len(self.jobs), eta="", visible=False)
        self.said_at = 0.0
        self.building = True
        self.began = 0.0
        self.spent_s = 0.0
        self.count = 0

    def __enter__(self) -> Reporter:
        self.interrupt.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.builds.close()
        self.bar.stop()
        self.interrupt.__exit__(kind, error, trace)

    def announce(self, campaign: Campaign, estimated_s: float) -> None:
        """What is about to be done, or gone on with."""
        done = campaign.resumed.done if campaign.resumed else frozenset()
        self.known_done = done
        for name in done & self.jobs.keys():
            self.left_s -= self.jobs[name]
            self.count += 1
        if campaign.resumed:
            name = campaign.resumed.run.name
            self._say(f"going on with {name}: {self.count} of {len(self.jobs)} jobs are done")
        else:
            self._say(
                f"{len(self.jobs)} processes on {len(campaign.rows)} interpreters, "
                f"about {duration(estimated_s)} once they are built"
            )

    def listener(self) -> Listener:
        """The callbacks of a campaign."""
        return Listener(
            building=self.builds.step,
            built=self.built,
            missing=self.missing,
            finished=self.finished,
            extended=self.extended,
            stopped=self.interrupt,
        )

    def missing(self, row: str, failure: WorldFailure) -> None:
        """A row that cannot be had: said now, and again at the end."""
        self._say(f"{row} cannot be had: {failure.line}")

    def built(self) -> None:
        """No build is under way any more: from here on the pace tells how long the rest takes."""
        self.builds.close()
        self.building = False
        self.began = time.monotonic()
        self.spent_s = 0.0

    def finished(self, outcome: Outcome) -> None:
        """One job is over."""
        self.count += 1
        expected_s = self.jobs.get(outcome.job.id, 0.0)
        self.left_s -= expected_s
        self.spent_s += expected_s
        if outcome.ending not in ORDINARY:
            self._say(f"{outcome.job.id}: {outcome.ending.value}: {outcome.reason}")
        self._show(outcome)

    def extended(self, stage: Stage) -> None:
        """A stage is over, and what it asks for is known."""
        more = {job.id: job_s(job, self.start_s[job.row]) for job in stage.jobs}
        done = self.known_done & more.keys()
        self.jobs |= more
        self.count += len(done)
        left_s = sum(seconds for name, seconds in more.items() if name not in done)
        self.left_s += left_s
        self.bar.update(self.task, total=len(self.jobs))
        limited = sum(bool(cell.limited) for cell in stage.planned)
        worst = max((cell.expected for cell in stage.planned), default=0.0)
        self._say(
            f"stage {stage.number}: {len(more) - len(done)} more processes,"
            f" about {duration(left_s)}; expected half-widths of at most {worst:.2%}"
            + (f", {limited} of {len(stage.planned)} cells limited" if limited else "")
        )

    def _show(self, outcome: Outcome) -> None:
        # The plan's own estimate, corrected by how it has fared so far.
        elapsed_s = time.monotonic() - self.began
        pace = elapsed_s / self.spent_s if self.began and self.spent_s > 5 else 1.0
        eta = f"{duration(max(0.0, self.left_s) * pace)} left"
        cases = outcome.job.cases
        what = f"{outcome.job.row} {cases[0] if len(cases) == 1 else outcome.job.suite}"
        if self.building and self.console.is_terminal:
            self.builds.beside(f"{self.count}/{len(self.jobs)} {what}")
        elif self.console.is_terminal:
            self.bar.start()
            self.bar.update(
                self.task, completed=self.count, description=what, eta=eta, visible=True
            )
            self.bar.refresh()
        elif time.monotonic() - self.said_at > PLAIN_EVERY_S:
            self.said_at = time.monotonic()
            self._say(f"{self.count}/{len(self.jobs)} {what}, {eta}")

    def _say(self, line: str) -> None:
        self.console.print(line, markup=False)


def followed(campaign: Campaign, library: Library, *, offline: bool) -> tuple[Path, bool]:
    """Carry a campaign out and say so: the folder of its results, and whether it was cut short."""
    with Reporter(campaign.plan, campaign.rows) as reporter:
        reporter.announce(campaign, estimated_s(campaign.plan, campaign.rows))
        try:
            return carry_out(campaign, library, reporter.listener(), offline=offline), False
        except Interrupted as interruption:
            return interruption.folder, True
