"""From a person's wish to a finished result set: the one place that sees both sides of results.

Owns the order: select, plan, obtain, run, record. Refuses to format anything for a reader.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from pyrometer import __version__
from pyrometer.definitions import choose, load_rows, load_suites
from pyrometer.definitions.locate import checkout_root, definitions_root
from pyrometer.definitions.selection import split, unknown
from pyrometer.errors import Mistake, WorldFailure
from pyrometer.execute import hygiene
from pyrometer.execute import run as execution
from pyrometer.execute.machine import describe_machine
from pyrometer.execute.memory import share_bytes
from pyrometer.execute.plan import TIERS, Wish, make_plan, plan_sha256
from pyrometer.launch import Command, launch
from pyrometer.model import (
    Build,
    Job,
    KnownGap,
    Limits,
    MeasuredCase,
    MeasuredRow,
    Outcome,
    Plan,
    Row,
    Run,
    Suite,
    Target,
    Verdict,
)
from pyrometer.provision.obtain import Progress, obtain, target
from pyrometer.provision.recipes import host
from pyrometer.provision.store import Store
from pyrometer.records import Library, ResultSet, Writer
from pyrometer.records.form import SCHEMA

BASELINE = "cpython-3.11"


@dataclass(frozen=True, kw_only=True)
class Selection:
    """The globs of a command line; empty means the defaults."""

    interpreters: tuple[str, ...] = ()
    suites: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    folder: Path | None = None


@dataclass(frozen=True, kw_only=True)
class Campaign:
    """What is to be run, decided and not yet started.

    With `give_up`, a row is not started again once a process of it has failed.
    """

    rows: tuple[Row, ...]
    suites: tuple[Suite, ...]
    known: tuple[KnownGap, ...]
    wish: Wish
    plan: Plan
    sha256: str
    command: str
    resumed: ResultSet | None = None
    give_up: bool = False


@dataclass(frozen=True, kw_only=True)
class Listener:
    """Who is told what happens, and who is asked whether to stop; every default is silent."""

    building: Callable[[Progress], None] = field(default=lambda _: None)
    missing: Callable[[str, WorldFailure], None] = field(default=lambda _row, _why: None)
    finished: Callable[[Outcome], None] = field(default=lambda _: None)
    stopped: Callable[[], bool] = field(default=lambda: False)


class Interrupted(KeyboardInterrupt):
    """A run was stopped by a person; everything that had ended by then is in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__(folder.name)


# --- selection ----------------------------------------------------------------------------


def all_rows() -> tuple[tuple[Row, ...], tuple[KnownGap, ...]]:
    """Rows and known gaps of the definitions that this installation has."""
    return load_rows(definitions_root() / "interpreters")


def select_rows(patterns: Sequence[str]) -> tuple[Row, ...]:
    """Rows by name, glob, or path of a program; the default set if there is no pattern.

    Raises Mistake for a word that matches nothing.
    """
    defined, _ = all_rows()
    words = split(patterns)
    if not words:
        return tuple(row for row in defined if row.default)
    words = [_program(word) for word in words]
    named = [word for word in words if "/" not in word]
    if any(word.startswith("host") for word in named):
        defined += host_rows()
    rows = choose(named, defined, lambda row: (row.name,), "interpreter")
    rows += [host.row_for(Path(word)) for word in words if "/" in word]
    return tuple({row.name: row for row in rows}.values())


def _program(word: str) -> str:
    """`host:python3` as the path of what PATH starts by that name, everything else as it is."""
    found = host.first_on_path(word.removeprefix("host:")) if word.startswith("host:") else None
    return str(found) if found else word


def host_rows() -> tuple[Row, ...]:
    """Rows for the interpreters that this machine has already."""
    return tuple(host.row_for(path) for path in host.discover())


def select_suites(
    selection: Selection, wish: Wish
) -> tuple[tuple[Suite, ...], tuple[KnownGap, ...]]:
    """Suites of the wished tier (named ones of any tier), with their cases cut to the globs."""
    suites, gaps = load_suites(selection.folder or definitions_root() / "suites")
    if selection.suites:
        chosen = choose(selection.suites, suites, lambda suite: (suite.name,), "suite")
    else:
        most = TIERS.index(wish.tier)
        chosen = [suite for suite in suites if TIERS.index(suite.tier) <= most]
    if selection.cases:
        cases = [case for suite in chosen for case in suite.cases]
        kept = choose(selection.cases, cases, lambda case: (case.id, case.name), "case")
        ids = {case.id for case in kept}
        chosen = [
            replace(suite, cases=tuple(case for case in suite.cases if case.id in ids))
            for suite in chosen
        ]
    chosen = [suite for suite in chosen if suite.cases]
    if not chosen:
        raise unknown("suite with cases", "*", [suite.name for suite in suites])
    return tuple(chosen), gaps


# --- a campaign ----------------------------------------------------------------------------


def prepare(
    selection: Selection, wish: Wish, command: str, library: Library, *, fresh: bool = False
) -> Campaign:
    """Decide what to run, going on with an unfinished run of the same work unless `fresh`."""
    rows = select_rows(selection.interpreters)
    suites, suite_gaps = select_suites(selection, wish)
    _, row_gaps = all_rows()
    campaign = planned(rows, suites, (*row_gaps, *suite_gaps), wish, command)
    resumed = None if fresh else library.unfinished(campaign.sha256)
    if resumed is None:
        return campaign
    plan = make_plan(rows, suites, campaign.wish, resumed.run.seed)
    return replace(campaign, plan=plan, resumed=resumed)


def planned(
    rows: tuple[Row, ...],
    suites: tuple[Suite, ...],
    known: tuple[KnownGap, ...],
    wish: Wish,
    command: str,
) -> Campaign:
    """A campaign that begins anew; raises Mistake for a reference that is not among the rows."""
    memory_bytes = share_bytes() if wish.memory_bytes is None else wish.memory_bytes
    reference = choose_reference(wish.reference, rows)
    wish = replace(wish, reference=reference, memory_bytes=memory_bytes)
    plan = make_plan(rows, suites, wish, secrets.randbits(32))
    sources = [f"{case.id} {case.sha256}" for suite in suites for case in suite.cases]
    return Campaign(
        rows=rows,
        suites=suites,
        known=known,
        wish=wish,
        plan=plan,
        sha256=plan_sha256(plan, sources),
        command=command,
    )


def choose_reference(wanted: str, rows: Sequence[Row]) -> str:
    """Whose values are right: as wanted, else the usual baseline, else the first; or Mistake."""
    names = [row.name for row in rows]
    if not wanted:
        return BASELINE if BASELINE in names else names[0]
    if wanted not in names:
        raise unknown("selected interpreter", wanted, names)
    return wanted


def build_targets(
    rows: Sequence[Row], listener: Listener, *, offline: bool = False
) -> tuple[dict[str, Target], dict[str, WorldFailure]]:
    """A target for each row that can be had, and for the others the reason why not.

    Raises KeyboardInterrupt once the listener has been told to stop.
    """
    outcomes = obtain(
        rows,
        Store.default(),
        progress=listener.building,
        offline=offline,
        cancelled=listener.stopped,
    )
    if listener.stopped():
        raise KeyboardInterrupt
    targets: dict[str, Target] = {}
    missing: dict[str, WorldFailure] = {}
    for row in rows:
        found = outcomes[row.name]
        if isinstance(found, Build):
            targets[row.name] = target(row, found)
        else:
            missing[row.name] = found
            listener.missing(row.name, found)
    return targets, missing


def carry_out(
    campaign: Campaign, library: Library, listener: Listener, *, offline: bool = False
) -> Path:
    """Obtain, run and record; returns the folder of the result set.

    Raises Interrupted after everything finished so far has been recorded, or KeyboardInterrupt
    if nothing had begun.
    """
    targets, missing = build_targets(campaign.rows, listener, offline=offline)
    measured = tuple(_measured(row, targets, missing) for row in campaign.rows)
    head = _head(campaign, measured, library)
    resumed = campaign.resumed
    if resumed is not None:
        _refuse_other_builds(resumed, measured)
    folder = resumed.folder if resumed else library.raw / head.name
    setting = execution.Setting(
        targets=targets,
        missing={name: _publishable(failure) for name, failure in missing.items()},
        roots={suite.name: suite.cases[0].path.parent for suite in campaign.suites},
        needs={suite.name: suite.needs for suite in campaign.suites},
    )
    done = set(resumed.done) if resumed else set()
    given_up: set[str] = set()
    with Writer(folder, head) as writer:
        for outcome in execution.run(campaign.plan, setting, done=done, cancelled=listener.stopped):
            writer.append(outcome)
            listener.finished(outcome)
            if campaign.give_up and outcome.ending is not Verdict.PASS:
                given_up |= _later_of_its_row(campaign.plan, outcome.job)
                done |= given_up
        if listener.stopped():
            raise Interrupted(folder)
        asked = tuple(name for name in head.job_ids if name not in given_up)
        writer.write_head(replace(head, finished=_now(), job_ids=asked))
    return folder


def _later_of_its_row(plan: Plan, job: Job) -> set[str]:
    later = plan.jobs[plan.jobs.index(job) + 1 :]
    return {other.id for other in later if other.row == job.row}


def _measured(
    row: Row, targets: dict[str, Target], missing: dict[str, WorldFailure]
) -> MeasuredRow:
    common = MeasuredRow(
        row=row.name,
        variant=row.variant,
        series=row.expect.series,
        implementation=row.expect.implementation,
        title=row.title,
        released=row.released,
        default=row.default,
        warmup_s=row.warmup_s,
    )
    found = targets.get(row.name)
    if found is None:
        return replace(common, missing=_publishable(missing[row.name]))
    return replace(
        common,
        interpreter=found.interpreter.key,
        implementation=found.facts.implementation,
        receipt=found.build.receipt,
        facts=found.facts,
    )


def _publishable(failure: WorldFailure) -> str:
    """The reason without what belongs to this machine."""
    return hygiene.clean(failure.what, {str(Path.home()): "~"})


def _head(campaign: Campaign, measured: tuple[MeasuredRow, ...], library: Library) -> Run:
    started = _now()
    machine = describe_machine()
    cases = tuple(
        MeasuredCase(
            id=case.id,
            suite=suite.name,
            kind=suite.kind,
            summary=case.summary,
            sha256=case.sha256,
        )
        for suite in campaign.suites
        for case in suite.cases
    )
    resumed = campaign.resumed
    name = resumed.run.name if resumed else library.new_folder(started[:10], machine.name).name
    return Run(
        schema=SCHEMA,
        name=name,
        started=resumed.run.started if resumed else started,
        revision=revision(),
        plan_sha256=campaign.sha256,
        seed=campaign.plan.seed,
        tier=campaign.wish.tier,
        reference=campaign.wish.reference,
        command=campaign.command,
        machine=machine,
        rows=measured,
        cases=cases,
        known=campaign.known,
        job_ids=tuple(job.id for job in campaign.plan.jobs),
    )


def _refuse_other_builds(resumed: ResultSet, measured: Sequence[MeasuredRow]) -> None:
    """One run never mixes two binaries under one name."""
    before = {row.row: row.receipt.sources for row in resumed.run.rows if row.receipt}
    for row in measured:
        if row.receipt and before.get(row.row, row.receipt.sources) != row.receipt.sources:
            raise Mistake(
                f"{row.row} has been rebuilt since {resumed.run.name} was begun",
                next_step="--fresh begins a new run",
            )


def revision() -> str:
    """The commit of the checkout that runs, marked when it was changed; or the version."""
    root = checkout_root()
    if root is None:
        return __version__
    git = shutil.which("git")
    if git is None:
        return __version__
    words = (git, "-C", str(root), "describe", "--always", "--dirty", "--exclude=*")
    left = launch(Command(argv=words, environment=dict(os.environ), limits=Limits(timeout_s=20)))
    return left.stdout.decode().strip() if left.ok else __version__


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
