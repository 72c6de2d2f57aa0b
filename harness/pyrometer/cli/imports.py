"""The verb import: files that another tool wrote become a result set."""

from __future__ import annotations

from pathlib import Path

import click

from pyrometer.cli import options


@click.command("import")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
)
@options.results
def import_(files: tuple[Path, ...], results: Path | None) -> None:
    """Make a result set of files of pyperf (or pyperformance): one interpreter a file.

    Their runs were not interleaved, so ratios have intervals of independent processes. There are no
    checksums in them: nobody knows whether the answers were right.

    \b
    pyrometer import py311.json py314.json
    pyrometer compare py311 py314
    pyrometer report
    """
    from pyrometer.records.pyperf_files import import_pyperf

    click.echo(import_pyperf(files, options.library(results)))


VERBS = (import_,)
