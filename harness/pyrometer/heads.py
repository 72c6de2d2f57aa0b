"""The head of a record: what is run, where and on what, as it becomes known.

Owns what of it is published. Refuses to start a target.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pyrometer import __version__
from pyrometer.campaign import Campaign
from pyrometer.definitions.locate import checkout_root
from pyrometer.errors import Mistake, WorldFailure
from pyrometer.execute import hygiene
from pyrometer.execute.machine import describe_machine
from pyrometer.launch import Command, launch
from pyrometer.model import Limits, MeasuredCase, MeasuredRow, Row, Run, Target
from pyrometer.records import Library
from pyrometer.records.form import SCHEMA

REVISION = ".revision"
NOT_YET = "the run ended before it was ready"


def described(row: Row) -> MeasuredRow:
    """What is known of a row before it is there."""
    return MeasuredRow(
        row=row.name,
        variant=row.variant,
        series=row.expect.series,
        implementation=row.expect.implementation,
        title=row.title,
        released=row.released,
        default=row.default,
        warmup_s=row.warmup_s,
        missing=NOT_YET,
    )


def measured(
    row: Row, found: Target | None, missing: WorldFailure | None, before: MeasuredRow
) -> MeasuredRow:
    """What is known once it is there, or why it is not; `before` while neither is known."""
    if missing is not None:
        return replace(described(row), missing=publishable(missing))
    if found is None:
        return before
    return replace(
        described(row),
        interpreter=found.interpreter.key,
        implementation=found.facts.implementation,
        receipt=found.build.receipt,
        facts=found.facts,
        missing="",
    )


def publishable(failure: WorldFailure) -> str:
    """The reason without what belongs to this machine."""
    return hygiene.clean(failure.what, {str(Path.home()): "~"})


def head(campaign: Campaign, library: Library) -> Run:
    """What is known of a run before its first process; a resumed one keeps what it has."""
    started = now()
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
    before = {row.row: row for row in resumed.run.rows} if resumed else {}
    return Run(
        schema=SCHEMA,
        name=name,
        started=resumed.run.started if resumed else started,
        revision=revision(),
        plan_sha256=campaign.sha256,
        seed=campaign.plan.seed,
        tier=campaign.wish.tier,
        metric=campaign.wish.metric,
        precision=campaign.wish.precision or 0.0,
        duet=campaign.wish.duet,
        reference=campaign.wish.reference,
        command=campaign.command,
        machine=machine,
        rows=tuple(before.get(row.name) or described(row) for row in campaign.rows),
        cases=cases,
        known=campaign.known,
        job_ids=tuple(job.id for job in campaign.plan.jobs),
    )


def refuse_other_builds(known: Run, rows: Sequence[MeasuredRow]) -> None:
    """One run never mixes two binaries under one name; raises Mistake."""
    before = {row.row: row.receipt.sources for row in known.rows if row.receipt}
    for row in rows:
        if row.receipt and before.get(row.row, row.receipt.sources) != row.receipt.sources:
            raise Mistake(
                f"{row.row} has been rebuilt since {known.name} was begun",
                next_step="--fresh begins a new run",
            )


def revision() -> str:
    """The commit of the checkout that runs, marked when it was changed; or the version.

    A checkout that was packed for another machine has its commit in a file.
    """
    root = checkout_root()
    if root is None:
        return __version__
    with contextlib.suppress(OSError):
        return (root / REVISION).read_text(encoding="utf-8").strip()
    git = shutil.which("git")
    if git is None:
        return __version__
    words = (git, "-C", str(root), "describe", "--always", "--dirty", "--exclude=*")
    left = launch(Command(argv=words, environment=dict(os.environ), limits=Limits(timeout_s=20)))
    return left.stdout.decode().strip() if left.ok else __version__


def now() -> str:
    """This moment in UTC, to the second, as records have it."""
    return datetime.now(UTC).isoformat(timespec="seconds")
