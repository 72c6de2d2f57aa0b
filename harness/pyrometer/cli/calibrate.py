"""The verb calibrate: how often is this program wrong on this machine?"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from pyrometer import calibration
from pyrometer import campaign as campaigns
from pyrometer.cli import options, tables
from pyrometer.cli.progress import followed
from pyrometer.errors import EXIT_INCOMPLETE, EXIT_INTERRUPTED, EXIT_OK
from pyrometer.records import Library, read


@click.command()
@options.interpreters
@options.results
@options.offline
@options.as_json
@click.option(
    "--budget",
    "budget_s",
    type=click.FloatRange(min=1),
    metavar="SECONDS",
    default=calibration.BUDGET_S,
    show_default=True,
    help="For the whole run.",
)
@click.option(
    "--builds",
    type=int,
    metavar="N",
    default=1,
    show_default=True,
    help="Compile the source that often, and compare these builds.",
)
@click.option("--again", metavar="NAME", help="Count the rates of a calibration run once more.")
def calibrate(
    interpreters: tuple[str, ...],
    results: Path | None,
    budget_s: float,
    builds: int,
    again: str | None,
    *,
    offline: bool,
    as_json: bool,
) -> None:
    """Measure this program's own error rates on this machine, for the reports made here.

    One build (of cpython-3.11 if none is named) is run under many labels, as if they were
    interpreters of their own, interleaved. Six do the same work: whatever is claimed between them
    is false. Five do 1 to 10 % more: is it found, how often, and does the interval contain it?

    With --builds the labels are of several builds of one source (cpython-3.13+source if nothing
    is named), and none does more work: what is claimed between them is what compiling it once
    more changes.

    \b
    pyrometer calibrate                              nine minutes
    pyrometer calibrate --budget 1800 -i cpython-3.14
    pyrometer calibrate --builds 3                   and a quarter of an hour to compile them
    """
    from pyrometer.cli import calibrations
    from pyrometer.report.error_rates import error_rate_tables

    library = Library(options.library(results).root, calibration.KIND)
    interrupted = False
    if again is None:
        folder, interrupted = _measured(interpreters, budget_s, builds, library, offline=offline)
        found = read(folder)
    else:
        found = library.open(again)
    rates = calibrations.counted(found)
    written = calibrations.encoded(rates)
    if rates.rates:
        calibrations.keep(rates, found.folder)
    if as_json:
        click.echo(written, nl=False)
    else:
        tables.show(error_rate_tables(rates))
    missing = [row for row in found.run.rows if row.missing]
    for row in missing:
        click.echo(f"pyrometer: {row.row} was not run: {row.missing}", err=True)
    if interrupted:
        click.echo("pyrometer: interrupted: these are the rates of what was run", err=True)
        sys.exit(EXIT_INTERRUPTED)
    sys.exit(EXIT_INCOMPLETE if missing else EXIT_OK)


def _measured(
    interpreters: tuple[str, ...],
    budget_s: float,
    builds: int,
    library: Library,
    *,
    offline: bool,
) -> tuple[Path, bool]:
    """The folder of the result set, and whether a person cut it short."""
    usual = campaigns.BASELINE if builds == 1 else calibration.COMPILED
    rows = campaigns.select_rows(interpreters or (usual,))
    campaign = calibration.prepare(rows, budget_s, options.command_line(), builds)
    return followed(campaign, library, offline=offline)


VERBS = (calibrate,)
