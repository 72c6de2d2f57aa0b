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
@click.argument("names", nargs=-1)
@options.results
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False))
def claims(names: tuple[str, ...], results: Path | None, output: Path | None) -> None:
    """Hold published claims (suites/claims.toml) against result sets, the newest if none is named.

    Each against the first that can tell. Prints a page in Markdown, or writes it to a file.
    """
    from pyrometer.analysis.claims import hold
    from pyrometer.analysis.decide import Basis
    from pyrometer.report.claims import claims_page

    published = load_claims(definitions_root() / "suites" / "claims.toml")
    library = options.library(results)
    sets = [library.open(name) for name in names or ("",)]
    runs = [one.run for one in sets]
    text = claims_page(
        hold(published, [Basis.of(one.run, one.outcomes) for one in sets]),
        machines={run.name: run.machine.cpu for run in runs},
        command=" ".join(["pyrometer claims", *(run.name for run in runs)]),
    )
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        write_atomically(output, text.encode())
    except OSError as error:
        raise WorldFailure(f"cannot write the page: {error.strerror}", where=str(output)) from error


VERBS = (claims,)
