"""Sees differences again that only an emulated row showed: with the host's own build, emulated too.

Owns which builds that takes; one that the campaign has not is obtained. Refuses to say what a
control means: that is for analysis.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from pyrometer.analysis.controls import native_of, open_questions
from pyrometer.campaign import select_rows
from pyrometer.errors import WorldFailure
from pyrometer.model import Build, Job, Outcome, Row, Run, Target
from pyrometer.provision.control import control_of
from pyrometer.provision.obtain import obtain
from pyrometer.provision.store import Store
from pyrometer.provision.targets import target


@dataclass(frozen=True, kw_only=True)
class Controls:
    """Jobs of rows, and by row the target that runs them in its place, or why there is none."""

    jobs: tuple[Job, ...]
    targets: Mapping[str, Target]
    missing: Mapping[str, WorldFailure]


def controls_of(
    run: Run,
    outcomes: Sequence[Outcome],
    there: Mapping[str, Target],
    *,
    offline: bool = False,
    cancelled: Callable[[], bool] = lambda: False,
) -> Controls:
    """What is to be seen again, after everything else of the run; `there` are its targets."""
    store = Store.default()
    open_cases = open_questions(run, outcomes)
    targets: dict[str, Target] = {}
    missing: dict[str, WorldFailure] = {}
    for name in open_cases:
        try:
            native = there.get(native_of(run, name)) or _obtained(
                there[name].row, store, offline=offline, cancelled=cancelled
            )
            targets[name] = control_of(native, store)
        except WorldFailure as failure:
            missing[name] = failure
    planned = {(one.job.row, case): one.job for one in outcomes for case in one.job.cases}
    jobs = tuple(
        replace(planned[name, case], cases=(case,), control=True)
        for name, cases in open_cases.items()
        for case in cases
    )
    return Controls(jobs=jobs, targets=targets, missing=missing)


def _obtained(row: Row, store: Store, *, offline: bool, cancelled: Callable[[], bool]) -> Target:
    """The host's own build of an emulated row's release; raises WorldFailure."""
    (native,) = select_rows((row.name.removesuffix(f"-{row.machine}"),))
    found = obtain((native,), store, offline=offline, cancelled=cancelled)[native.name]
    if not isinstance(found, Build):
        raise found
    return target(native, found, store)
