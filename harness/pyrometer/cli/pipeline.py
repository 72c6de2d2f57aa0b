"""The verbs before and after a run: list, build, doctor; report, export; and matrix, for CI."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import msgspec

from pyrometer import campaign as campaigns
from pyrometer import conduct
from pyrometer.cli import builds, exits, options, tables
from pyrometer.cli.progress import Reporter
from pyrometer.errors import (
    EXIT_INCOMPLETE,
    EXIT_OK,
    Mistake,
)
from pyrometer.execute.machine import describe_machine
from pyrometer.execute.plan import Wish
from pyrometer.provision import doctor as doctoring
from pyrometer.provision.keys import key_of, keys_of
from pyrometer.provision.store import Store

EXPORTS = ("csv", "parquet", "pyperf", "junit", "summary")
ARCHITECTURES = {"x86_64": "ubuntu-24.04", "aarch64": "ubuntu-24.04-arm"}


@click.command("list")
@click.argument(
    "what",
    type=click.Choice(["interpreters", "suites", "cases", "results"]),
    default="interpreters",
)
@options.selection
@options.results
@options.as_json
def list_(
    what: str, selection: campaigns.Selection, results: Path | None, *, as_json: bool
) -> None:
    """List what there is: interpreters, suites, cases or results."""
    if what == "interpreters":
        defined = campaigns.select_rows(selection.interpreters or ("*", "host:*"))
        found = tables.interpreters(defined, Store.default())
    elif what == "results":
        found = tables.results(options.library(results))
    else:
        chosen, _ = campaigns.select_suites(selection, Wish(tier="wild"))
        found = tables.suites(chosen) if what == "suites" else tables.cases(chosen)
    click.echo(found.json() if as_json else found.text())


@click.command()
@options.interpreters
@options.offline
@click.option("--list", "list_builds", is_flag=True, help="List the builds in the store.")
@click.option("--markdown", is_flag=True, help="With --list: a page on every interpreter's build.")
@click.option("--remove", is_flag=True, help="Remove the builds of the named interpreters.")
@click.option("--rebuild", is_flag=True, help="Build the named interpreters anew.")
@click.option("--prune", is_flag=True, help="Remove what no definition uses any more.")
@click.option("--key", "show_key", is_flag=True, help="Print the cache keys of the builds.")
def build(
    interpreters: tuple[str, ...],
    *,
    offline: bool,
    list_builds: bool,
    markdown: bool,
    remove: bool,
    rebuild: bool,
    prune: bool,
    show_key: bool,
) -> None:
    """Obtain or build interpreters (the default set if none is named)."""
    store = Store.default()
    if markdown and not list_builds:
        raise Mistake("--markdown needs --list")
    if list_builds:
        page = builds.page(campaigns.all_rows()[0], store, describe_machine()) if markdown else ""
        click.echo(page or tables.builds(store).text(), nl=not page)
        return
    if prune:
        gone = store.prune(keys_of(campaigns.all_rows()[0]))
        click.echo(f"freed {gone.freed_bytes / 1e6:.0f} MB: {' '.join(gone.builds) or 'no build'}")
        return
    if (remove or rebuild) and not interpreters:
        raise Mistake(f"--{'remove' if remove else 'rebuild'} needs -i: which builds?")
    rows = campaigns.select_rows(interpreters)
    for key in sorted({key_of(row) for row in rows}):
        if remove or rebuild:
            store.remove(key)
        if remove or show_key:
            click.echo(key)
    if remove or show_key:
        return
    with Reporter() as reporter:
        targets, missing = conduct.build_targets(rows, reporter.listener(), offline=offline)
    click.echo(tables.targets(targets.values()).text())
    exits.leave(tables.missing_lines(missing))


@click.command()
@options.interpreters
@click.option("--verify", is_flag=True, help="Read every file of the builds and name the damaged.")
@options.as_json
def doctor(interpreters: tuple[str, ...], *, verify: bool, as_json: bool) -> None:
    """Say what each interpreter's recipe needs, whether it is there, and what mends it."""
    rows = campaigns.select_rows(interpreters)
    diagnoses = doctoring.examine(rows, Store.default(), verify=verify)
    found = tables.diagnoses(diagnoses)
    click.echo(found.json() if as_json else found.text())
    sys.exit(EXIT_OK if all(diagnosis.healthy for diagnosis in diagnoses) else EXIT_INCOMPLETE)


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@options.results
@click.option("--baseline", default="", metavar="NAME", help="What the ratios are against.")
@click.option(
    "--times",
    default="",
    metavar="NAME",
    help="For counted instructions: a result set of the same interpreters in time.",
)
@click.option("--readme", type=click.Path(path_type=Path, dir_okay=False, exists=True),
              help="Splice the headline into this file, between its markers.")  # fmt: skip
def report(
    names: tuple[str, ...],
    results: Path | None,
    baseline: str,
    times: str,
    readme: Path | None,
) -> None:
    """Make the report of a result set (the newest if none is named) from the results alone.

    Of several, of one machine or of many, one page: grouped by architecture, each ratio within one.
    """
    from pyrometer.cli import reporting

    library = options.library(results)
    if len(names) > 1:
        if times or readme:
            raise Mistake("--times and --readme are for the report of one result set")
        click.echo(f"report: {reporting.write_several(names, library, baseline=baseline)}")
        return
    found = reporting.Results.of(library.open(*names))
    decided = found.report(baseline=baseline)
    if times:
        decided = reporting.with_times(decided, times, library)
    click.echo(f"report: {reporting.write(decided, found, library)}")
    if readme is not None:
        reporting.splice(decided, library, readme)


@click.command()
@click.argument("name", default="")
@options.results
@click.option("--format", "form", type=click.Choice(EXPORTS), required=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True)
def export(name: str, results: Path | None, form: str, output: Path) -> None:
    """Write a result set for other tools.

    Samples as pyperf JSON (one file a row), CSV or Parquet; verdicts as JUnit XML, or as a short
    Markdown summary that is added to the file.
    """
    from pyrometer.cli import reporting

    for path in reporting.export(options.library(results).open(name), form, output):
        click.echo(path)


@click.command()
@options.interpreters
@click.option("--arch", "architectures", multiple=True, type=click.Choice(sorted(ARCHITECTURES)))
@click.option("--reference", default="", metavar="NAME", help="Whose values are right.")
def matrix(interpreters: tuple[str, ...], architectures: tuple[str, ...], reference: str) -> None:
    """Print the job matrix of a CI system as JSON: interpreters × architectures.

    Each job is to run its interpreter together with the reference, which it is held against.
    docs/CI.md explains the keys.
    """
    chosen = campaigns.choose_reference(reference, campaigns.all_rows()[0])
    jobs = [
        {
            "interpreter": row.name,
            "reference": chosen,
            "arch": arch,
            "runner": ARCHITECTURES[arch],
            "key": key_of(row, arch),
        }
        for row in campaigns.select_rows(interpreters)
        for arch in architectures or sorted(ARCHITECTURES)
    ]
    click.echo(msgspec.json.encode({"include": jobs}).decode())


VERBS = (list_, build, doctor, report, export, matrix)
