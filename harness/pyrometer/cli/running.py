"""The verb run: what is wished for, then measured, judged and shown."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from pyrometer import campaign as campaigns
from pyrometer.cli import exits, options, tables
from pyrometer.cli.progress import followed
from pyrometer.errors import EXIT_INTERRUPTED, EXIT_OK, EXIT_UNEXPECTED
from pyrometer.execute.plan import TIERS, Wish

_WISHES = (
    click.option("--tier", type=click.Choice(TIERS), default="quick"),
    click.option("--budget", "budget_s", type=click.FloatRange(min=1), metavar="SECONDS"),
    click.option(
        "--processes",
        type=click.IntRange(min=1),
        help="Processes per case and interpreter.",
    ),
    click.option(
        "--duet", is_flag=True, help="Time two interpreters at once, on a processor each."
    ),
    click.option(
        "--precision",
        type=options.Share(),
        metavar="PERCENT",
        help="Measure each cell until its interval is ± that:"
        " a first stage, then what it asks for.",
    ),
    click.option(
        "--memory",
        "memory_mib",
        type=click.IntRange(min=0),
        metavar="MIB",
        help="Most that a process and its children may hold (half of what there is; 0: all).",
    ),
    click.option("--reference", default="", metavar="NAME", help="Whose values are right."),
    click.option(
        "--metric",
        type=click.Choice(["time", "instructions"]),
        default="time",
        help="Measure time, or count instructions under an emulator, which repeats exactly.",
    ),
    click.option(
        "--instrument",
        type=click.Choice(["emulator", "perf", "callgrind"]),
        default="emulator",
        help="What counts; perf and callgrind count whole processes of this machine's own.",
    ),
    click.option(
        "--check", "check_only", is_flag=True, help="Correctness only, one call per case."
    ),
)
_WORDS = (
    "tier", "budget_s", "processes", "duet", "precision", "reference", "metric", "instrument",
    "check_only",
)  # fmt: skip


def _wished(function: Callable[..., None]) -> Any:
    """Add the options that say how much is measured, and how; the verb gets them as one `wish`."""

    @functools.wraps(function)
    def verb(*, memory_mib: int | None, **given: Any) -> None:
        words = {name: given.pop(name) for name in _WORDS}
        memory_bytes = None if memory_mib is None else memory_mib * 2**20
        function(wish=Wish(memory_bytes=memory_bytes, **words), **given)

    return options.added(verb, _WISHES)


@click.command()
@options.selection
@options.results
@options.offline
@_wished
@click.option("--dry-run", is_flag=True, help="Print the plan and start nothing.")
@click.option("--fresh", is_flag=True, help="Begin anew instead of going on with an earlier run.")
@click.option("--report", "and_report", is_flag=True, help="Make the report at the end.")
@options.junit
@options.summary
def run(
    selection: campaigns.Selection,
    wish: Wish,
    results: Path | None,
    junit: Path | None,
    summary: Path | None,
    *,
    offline: bool,
    dry_run: bool,
    fresh: bool,
    and_report: bool,
) -> None:
    """Run suites on interpreters; an interrupted run goes on where it was.

    \b
    pyrometer run                                     the default set, quick tier
    pyrometer run -i pypy-8.0,cpython-3.11 -s micro   two interpreters, one suite
    pyrometer run -i /path/to/python --check          is this one right?
    pyrometer run --suites DIR                        cases of your own
    """
    library = options.library(results)
    command = options.command_line()
    campaign = campaigns.prepare(selection, wish, command, library, fresh=fresh)
    if dry_run:
        click.echo(tables.plan(campaign).text())
        return
    # Before anything is measured: after a Ctrl-C the end must come soon.
    from pyrometer.cli import reporting
    from pyrometer.report.terminal import overview

    found, interrupted = followed(campaign, library, offline=offline)
    if interrupted:
        click.echo(f"pyrometer: interrupted: {reporting.what_is_kept(found)}", err=True)
    results_of_run = reporting.Results.read(found)
    report = results_of_run.report()
    tables.show(overview(report))
    if and_report:
        click.echo(f"report: {reporting.write(report, results_of_run, library)}")
    reporting.write_verdicts(report, {"junit": junit, "summary": summary})
    if interrupted:
        sys.exit(EXIT_INTERRUPTED)
    missing = [f"{row.row} was not run: {row.missing}" for row in report.rows if row.missing]
    exits.leave(missing, EXIT_UNEXPECTED if report.unexpected else EXIT_OK)


VERBS = (run,)
