"""The verb claims: what was published, held against a result set."""

from __future__ import annotations

from pathlib import Path

import click

from pyrometer.cli import options
from pyrometer.definitions.claims import load_claims
from pyrometer.definitions.locate import definitions_root
from pyrometer.errors import WorldFailure
from pyrometer.files import write_atomically


@click.command()
@click.argument("name", default="")
@options.results
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False))
def claims(name: str, results: Path | None, output: Path | None) -> None:
    """Hold published claims (suites/claims.toml) against a result set, the newest if none is named.

    Prints a page in Markdown, or writes it to a file.
    """
    from pyrometer.analysis.claims import hold
    from pyrometer.analysis.decide import Basis
    from pyrometer.report.claims import claims_page

    published = load_claims(definitions_root() / "suites" / "claims.toml")
    found = options.library(results).open(name)
    basis = Basis.of(found.run, found.outcomes)
    rows = [row.row for row in found.run.rows if not row.missing]
    text = claims_page(
        hold(published, rows, basis.summaries),
        run=found.run.name,
        machine=found.run.machine.cpu,
        command=f"pyrometer claims {found.run.name}",
    )
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        write_atomically(output, text.encode())
    except OSError as error:
        raise WorldFailure(f"cannot write the page: {error.strerror}", where=str(output)) from error


VERBS = (claims,)
