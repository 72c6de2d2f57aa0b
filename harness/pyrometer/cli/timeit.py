"""The verb timeit: one statement on any interpreters, as a table or JSON."""

from __future__ import annotations

import shlex
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from pyrometer import campaign as campaigns
from pyrometer import conduct, one_statement
from pyrometer.campaign import Campaign
from pyrometer.cli import options, tables
from pyrometer.cli.progress import Reporter
from pyrometer.errors import (
    EXIT_INCOMPLETE,
    EXIT_INTERRUPTED,
    EXIT_OK,
    EXIT_UNEXPECTED,
    Mistake,
    WorldFailure,
)
from pyrometer.execute.plan import Wish, estimated_s
from pyrometer.model import Row, Tier
from pyrometer.one_statement import Statement
from pyrometer.records import Library, ResultSet


@click.command()
@click.argument("statement", nargs=-1)
@click.option("-s", "--setup", "setups", multiple=True, metavar="SETUP",
              help="What runs untimed before each sample; repeat it for more lines.")  # fmt: skip
@options.interpreters
@options.offline
@options.as_json
@click.option("--tier", type=click.Choice(["quick", "full", "wild"]), default="quick")
@click.option("--budget", "budget_s", type=click.FloatRange(min=1), metavar="SECONDS",
              help="For all interpreters together, starts and warm-up included.")  # fmt: skip
@click.option("--processes", type=click.IntRange(min=1), help="Processes per interpreter.")
@click.option("--reference", default="", metavar="NAME", help="What the ratios are against.")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR",
              help="Keep the result set as this folder, for report and export.")  # fmt: skip
def timeit(
    statement: tuple[str, ...],
    setups: tuple[str, ...],
    interpreters: tuple[str, ...],
    tier: Tier,
    budget_s: float | None,
    processes: int | None,
    reference: str,
    out: Path | None,
    *,
    offline: bool,
    as_json: bool,
) -> None:
    """Time a statement on interpreters, interleaved and compared as suites are.

    As with `python -m timeit`, several words are lines, `pass` is the default, setup and
    statement share their local names, and the loop itself is in the time: it is shown, not
    subtracted. Unlike there, processes are the unit, and the garbage collector stays on. Values
    are not compared.

    \b
    pyrometer timeit 'sum(range(100))'                            the default set
    pyrometer timeit -s 'x = [3, 1, 2]' 'sorted(x)' -i pypy-8.0,cpython-3.15+jit
    pyrometer timeit 'try: int("x")' 'except ValueError: pass' -i host:python3
    """
    if out is not None and out.exists():
        raise Mistake("it is there already", where=str(out), next_step="name a new folder")
    timed = Statement(
        text="\n".join(statement) or "pass", setup="\n".join(setups), folder=Path.cwd()
    )
    rows = campaigns.select_rows(interpreters)
    wish = Wish(tier=tier, reference=reference, budget_s=budget_s, processes=processes)
    with tempfile.TemporaryDirectory(prefix="pyrometer-timeit-") as folder:
        work = Path(folder)
        campaign = one_statement.prepare(timed, rows, wish, _command_line(timed, rows), work)
        found = _measured(timed, campaign, work, offline=offline)
        status = _tell(found, reference, as_json=as_json)
        if out is not None:
            _keep(found.results, out)
    sys.exit(status)


@dataclass(frozen=True, kw_only=True)
class _Found:
    """What was measured, and whether a person cut it short."""

    results: ResultSet
    interrupted: bool = False


def _measured(statement: Statement, campaign: Campaign, work: Path, *, offline: bool) -> _Found:
    library = Library(work / "results")
    with Reporter(campaign.plan, campaign.rows) as reporter:
        listener = reporter.listener()
        one_statement.refuse_if_nobody_parses(
            statement, campaign.rows, listener, work, offline=offline
        )
        reporter.announce(campaign, estimated_s(campaign.plan, campaign.rows))
        try:
            conduct.carry_out(campaign, library, listener, offline=offline)
        except KeyboardInterrupt:
            if not library.names():
                raise
            return _Found(results=library.open(), interrupted=True)
    return _Found(results=library.open())


def _tell(found: _Found, reference: str, *, as_json: bool) -> int:
    """Print it; returns the exit status."""
    from pyrometer.analysis.statement import decide_statement
    from pyrometer.report.statement import statement_json, statement_tables

    results = found.results
    report = decide_statement(
        results.run, results.outcomes, baseline=reference, warnings=results.warnings
    )
    if as_json:
        click.echo(statement_json(report))
    else:
        tables.show(statement_tables(report))
    missing = [row for row in results.run.rows if row.missing]
    for row in missing:
        click.echo(f"pyrometer: {row.row} was not run: {row.missing}", err=True)
    if found.interrupted:
        click.echo("pyrometer: interrupted", err=True)
        return EXIT_INTERRUPTED
    if missing:
        return EXIT_INCOMPLETE
    return EXIT_UNEXPECTED if report.failed else EXIT_OK


def _keep(results: ResultSet, out: Path) -> None:
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(results.folder, out)
    except OSError as error:
        raise WorldFailure(f"cannot keep the results: {error.strerror}", where=str(out)) from error


def _command_line(statement: Statement, rows: Sequence[Row]) -> str:
    """What makes this again; interpreters by name, since a path belongs to this machine."""
    setup = ["-s", statement.setup] if statement.setup else []
    names = ",".join(row.name for row in rows)
    return shlex.join(["pyrometer", "timeit", *setup, "-i", names, "--", statement.text])


VERBS = (timeit,)
