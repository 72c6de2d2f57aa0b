"""Carries a campaign out: interpreters obtained, processes run, outcomes recorded.

Owns what may run beside what: interpreters are built while others are checked, and nothing is
timed before the last build has ended. Refuses to decide what is run.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pyrometer import heads
from pyrometer.campaign import Campaign
from pyrometer.controls import controls_of
from pyrometer.equipment import equipped
from pyrometer.errors import WorldFailure
from pyrometer.execute import run as execution
from pyrometer.execute.plan import is_timed
from pyrometer.model import (
    Build,
    Counter,
    Job,
    Outcome,
    Plan,
    Row,
    Target,
    Verdict,
)
from pyrometer.provision.extensions import Site
from pyrometer.provision.instruments import instrument
from pyrometer.provision.obtain import obtain_each
from pyrometer.provision.packages import obtain_packages
from pyrometer.provision.store import Store
from pyrometer.provision.targets import target
from pyrometer.provision.work import Progress
from pyrometer.records import Library, Writer, read

if TYPE_CHECKING:
    from pyrometer.stages import Stage


@dataclass(frozen=True, kw_only=True)
class Listener:
    """Who is told what happens, and who is asked whether to stop; every default is silent.

    `building` is called from other threads; `built` once, when no build is under way any more.
    """

    building: Callable[[Progress], None] = field(default=lambda _: None)
    built: Callable[[], None] = field(default=lambda: None)
    missing: Callable[[str, WorldFailure], None] = field(default=lambda _row, _why: None)
    finished: Callable[[Outcome], None] = field(default=lambda _: None)
    extended: Callable[[Stage], None] = field(default=lambda _: None)
    stopped: Callable[[], bool] = field(default=lambda: False)


class Interrupted(KeyboardInterrupt):
    """A run was stopped by a person; everything that had ended by then is in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__(folder.name)


@dataclass(frozen=True, kw_only=True)
class Supply:
    """What of the rows can be started so far, and why others cannot, by row name."""

    targets: dict[str, Target] = field(default_factory=dict)
    missing: dict[str, WorldFailure] = field(default_factory=dict)


def build_targets(
    rows: Sequence[Row], listener: Listener, *, offline: bool = False
) -> tuple[dict[str, Target], dict[str, WorldFailure]]:
    """A target for each row that can be had, and for the others the reason why not.

    Raises KeyboardInterrupt once the listener has been told to stop.
    """
    supply = Supply()
    for _ in _each_built(rows, supply, listener, offline=offline):
        pass
    if listener.stopped():
        raise KeyboardInterrupt
    names = [row.name for row in rows]
    return (
        {name: supply.targets[name] for name in names if name in supply.targets},
        {name: supply.missing[name] for name in names if name in supply.missing},
    )


def _each_built(
    rows: Sequence[Row],
    supply: Supply,
    listener: Listener,
    *,
    offline: bool,
    counted: bool = False,
    counter: Counter | None = None,
) -> Iterator[Row]:
    """Each row once it is in the supply, until the listener stops; others go on being built."""
    store = Store.default()
    each = obtain_each(
        rows,
        store,
        progress=listener.building,
        offline=offline,
        counted=counted and counter is None,
        cancelled=listener.stopped,
    )
    with contextlib.closing(each):
        for row, found in each:
            if listener.stopped():
                return
            if isinstance(found, Build):
                supply.targets[row.name] = target(
                    row, found, store, counted=counted, instrument=counter
                )
            else:
                supply.missing[row.name] = found
                listener.missing(row.name, found)
            yield row
    listener.built()


def carry_out(
    campaign: Campaign, library: Library, listener: Listener, *, offline: bool = False
) -> Path:
    """Obtain, run and record; returns the folder of the result set.

    Raises Interrupted after everything finished so far has been recorded, or KeyboardInterrupt
    if nothing had begun; WorldFailure where the wished instrument is not there.
    """
    supply = Supply()
    record = None
    counted, wished = campaign.wish.metric == "instructions", campaign.wish.instrument
    counter = instrument(wished) if counted and wished != "emulator" else None
    with contextlib.ExitStack() as leaving:
        for row in _each_built(
            campaign.rows, supply, listener, offline=offline, counted=counted, counter=counter
        ):
            if record is None:
                record = leaving.enter_context(
                    _Record(campaign, library, listener, offline=offline)
                )
            record.know(supply)
            if row.name in supply.targets:
                record.equip(supply.targets[row.name])
                jobs = tuple(job for job in campaign.plan.jobs if job.row == row.name)
                record.run(tuple(job for job in jobs if not is_timed(job)))
        if record is None:
            raise KeyboardInterrupt
        record.run(campaign.plan.jobs)
        record.refine()
        record.control()
        if listener.stopped():
            raise Interrupted(record.folder)
        record.finish()
    return record.folder


class _Record:
    """The result set of one campaign while it grows; a context manager."""

    def __init__(
        self, campaign: Campaign, library: Library, listener: Listener, *, offline: bool
    ) -> None:
        self.campaign, self.listener, self.offline = campaign, listener, offline
        self.supply = Supply()
        self.paths, self.lacking = _module_paths(campaign, offline=offline)
        self.head = heads.head(campaign, library)
        resumed = campaign.resumed
        self.folder = resumed.folder if resumed else library.raw / self.head.name
        self.writer = Writer(self.folder, self.head)
        self.done = set(resumed.done) if resumed else set()
        self.given_up: set[str] = set()
        self.extensions: dict[tuple[str, str], Path] = {}

    def __enter__(self) -> _Record:
        self.writer.__enter__()
        return self

    def __exit__(self, *problem: object) -> None:
        self.writer.__exit__(*problem)

    def know(self, supply: Supply) -> None:
        """Take over what can be started, and write down what it is.

        Raises Mistake for a build that is not the one with which the run was begun.
        """
        before = {row.row: row for row in self.head.rows}
        there, missing = supply.targets, supply.missing
        rows = tuple(
            heads.measured(row, there.get(row.name), missing.get(row.name), before[row.name])
            for row in self.campaign.rows
        )
        heads.refuse_other_builds(self.head, rows)
        self.supply = supply
        self.head = replace(self.head, rows=rows)
        self.writer.write_head(self.head)

    def equip(self, there: Target) -> None:
        """Have built what the cases load into a target."""

        def say(phase: str) -> None:
            name = there.row.name
            self.listener.building(Progress(row=name, phase=phase, elapsed_s=0.0))

        stopped = self.listener.stopped
        site = Site(store=Store.default(), offline=self.offline, cancelled=stopped, say=say)
        self.extensions |= equipped(there, self.campaign.suites, self.supply.targets, site)

    def run(self, jobs: tuple[Job, ...]) -> None:
        """Run and record what of these jobs is not done yet, until the listener stops."""
        self._run(jobs, self.supply.targets, self.supply.missing)

    def refine(self) -> None:
        """Run so much more of each cell as the wished precision asks for."""
        if self.campaign.wish.precision is None:
            return
        from pyrometer.stages import LATER, next_stage

        stages: list[Stage] = []
        while len(stages) < LATER and not self.listener.stopped():
            stage = next_stage(self.campaign, self.head, read(self.folder).outcomes, stages)
            stages.append(stage)
            known = (*self.head.job_ids, *(job.id for job in stage.jobs))
            self.head = replace(self.head, planned=stage.planned, job_ids=known)
            self.writer.write_head(self.head)
            if stage.jobs or len(stages) == 1:
                self.listener.extended(stage)
            self.run(stage.jobs)

    def control(self) -> None:
        """See again what only an emulated processor showed, to learn whose difference it is."""
        stopped = self.listener.stopped
        if stopped() or not any(one.emulated for one in self.supply.targets.values()):
            return
        outcomes = read(self.folder).outcomes
        found = controls_of(
            self.head, outcomes, self.supply.targets, offline=self.offline, cancelled=stopped
        )
        self._run(found.jobs, found.targets, found.missing)

    def _run(
        self,
        jobs: tuple[Job, ...],
        targets: Mapping[str, Target],
        missing: Mapping[str, WorldFailure],
    ) -> None:
        plan = replace(self.campaign.plan, jobs=jobs)
        setting = execution.Setting(
            targets=targets,
            missing={name: heads.publishable(why) for name, why in missing.items()},
            roots={suite.name: suite.cases[0].path.parent for suite in self.campaign.suites},
            needs={suite.name: suite.needs for suite in self.campaign.suites},
            paths=self.paths,
            lacking=self.lacking,
            extensions=self.extensions,
            parallel=frozenset(suite.name for suite in self.campaign.suites if suite.parallel),
        )
        stopped = self.listener.stopped
        for outcome in execution.run(plan, setting, done=self.done, cancelled=stopped):
            self.writer.append(outcome)
            self.done.add(outcome.job.id)
            self.listener.finished(outcome)
            if self.campaign.give_up and outcome.ending is not Verdict.PASS:
                later = _later_of_its_row(self.campaign.plan, outcome.job)
                self.given_up |= later
                self.done |= later

    def finish(self) -> None:
        """Say that everything that was asked for is there."""
        asked = tuple(name for name in self.head.job_ids if name not in self.given_up)
        self.writer.write_head(replace(self.head, finished=heads.now(), job_ids=asked))


def _module_paths(
    campaign: Campaign, *, offline: bool
) -> tuple[dict[str, tuple[Path, ...]], dict[str, str]]:
    """What the targets of each suite can import beside their own, or why that cannot be had."""
    paths: dict[str, tuple[Path, ...]] = {}
    lacking: dict[str, str] = {}
    for suite in campaign.suites:
        try:
            packages = obtain_packages(suite.packages, Store.default(), offline=offline)
        except WorldFailure as failure:
            lacking[suite.name] = heads.publishable(failure)
        else:
            paths[suite.name] = (*suite.libraries, *packages)
    return paths, lacking


def _later_of_its_row(plan: Plan, job: Job) -> set[str]:
    later = plan.jobs[plan.jobs.index(job) + 1 :]
    return {other.id for other in later if other.row == job.row}
