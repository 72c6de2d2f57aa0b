"""Verbs for every day: which, exec; and for the curious: show-request."""

from __future__ import annotations

import os
import shlex
import sys

import click
import msgspec

from pyrometer import campaign as campaigns
from pyrometer import conduct
from pyrometer.cli import options
from pyrometer.cli.progress import Reporter
from pyrometer.equipment import equipped
from pyrometer.errors import Mistake
from pyrometer.execute.plan import Wish, make_plan
from pyrometer.execute.protocol import request_words
from pyrometer.execute.run import command_for
from pyrometer.model import Job, Row, Target
from pyrometer.provision.environment import target_environment
from pyrometer.provision.extensions import Site
from pyrometer.provision.packages import obtain_packages
from pyrometer.provision.store import Store


@click.command()
@click.argument("names", nargs=-1, required=True)
@options.offline
@options.as_json
def which(names: tuple[str, ...], *, offline: bool, as_json: bool) -> None:
    """Print the executable of an interpreter, obtaining it first if need be.

    With --json those of any number of interpreters, as one object: name to path.
    """
    if as_json:
        targets = _targets(campaigns.select_rows(names), offline=offline)
        paths = {name: str(target.build.executable) for name, target in targets.items()}
        click.echo(msgspec.json.encode(paths).decode())
    else:
        click.echo(_one_target(",".join(names), offline=offline).build.executable)


@click.command("exec", context_settings={"ignore_unknown_options": True})
@click.argument("name")
@click.argument("args", nargs=-1, type=click.UNPROCESSED)
@options.offline
def exec_(name: str, args: tuple[str, ...], *, offline: bool) -> None:
    """Become an interpreter, with the environment that its suites run in.

    \b
    pyrometer exec pypy-8.0 -- -c 'import sys; print(sys.version)'
    """
    target = _one_target(name, offline=offline)
    sys.stdout.flush()
    os.execve(  # noqa: S606 - the verb is to become that process
        target.argv[0], [*target.argv, *args], target_environment(target.environment)
    )


@click.command("show-request")
@click.argument("case")
@click.argument("interpreter")
def show_request(case: str, interpreter: str) -> None:
    """Print the line that a person can paste into a shell to run a case as the harness does."""
    selection = campaigns.Selection(interpreters=(interpreter,), cases=(case,))
    suites, _ = campaigns.select_suites(selection, Wish(tier="wild"))
    target = _one_target(interpreter, offline=False)
    job = _last_job(make_plan((target.row,), suites, Wish(), seed=0).jobs)
    root = suites[0].cases[0].path.parent
    packages = obtain_packages(suites[0].packages, Store.default())
    built = equipped(target, suites, {}, Site(store=Store.default()))
    paths = (*suites[0].libraries, *packages, *built.values())
    command = command_for(job, target, request_words(job, root, "token"), paths=paths)
    variables = [f"{key}={value}" for key, value in sorted(command.environment.items())]
    shown = [word for word in variables if not word.startswith("PYROMETER_PADDING")]
    click.echo(shlex.join(["env", "-i", *shown, *command.argv]))


def _last_job(jobs: tuple[Job, ...]) -> Job:
    """The one that times, where there is one: verification comes before."""
    return jobs[-1]


def _one_target(name: str, *, offline: bool) -> Target:
    rows = campaigns.select_rows((name,))
    if len(rows) != 1:
        raise Mistake(
            f"{name!r} means {len(rows)} interpreters", next_step="name one: pyrometer list"
        )
    return _targets(rows, offline=offline)[rows[0].name]


def _targets(rows: tuple[Row, ...], *, offline: bool) -> dict[str, Target]:
    with Reporter() as reporter:
        targets, missing = conduct.build_targets(rows, reporter.listener(), offline=offline)
    for failure in missing.values():
        raise failure
    return targets


VERBS = (which, exec_, show_request)
