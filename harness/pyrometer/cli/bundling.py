"""The verb bundle: what a volunteer with another machine needs, in one file."""

from __future__ import annotations

from pathlib import Path

import click

from pyrometer import campaign as campaigns
from pyrometer.bundle import COMMAND, MEASURED, pack
from pyrometer.cli import options
from pyrometer.errors import Mistake
from pyrometer.execute.plan import TIERS, Wish
from pyrometer.model import Tier


@click.command()
@click.argument("output", type=click.Path(path_type=Path, dir_okay=False))
@options.selection
@click.option("--tier", type=click.Choice(TIERS), default="quick")
@click.option("--check", "check_only", is_flag=True, help="Correctness only, one call per case.")
def bundle(
    output: Path,
    selection: campaigns.Selection,
    tier: Tier,
    *,
    check_only: bool,
) -> None:
    """Pack this checkout with one command that measures on another machine.

    \b
    pyrometer bundle board.tar.gz                        the default set, quick tier
    pyrometer bundle board.tar.gz -i cpython-3.11,pypy-8.0 -s programs

    On the other machine: unpack it, ./RUN, and send back the one file that it leaves. Here:
    pyrometer report SET FOLDER/raw/NAME shows both, by architecture.
    """
    own = [word for word in selection.interpreters if "/" in word]
    if selection.folder is not None or own:
        raise Mistake(
            f"{own[0] if own else selection.folder} is on this machine alone",
            next_step="name interpreters and suites of `pyrometer list`",
        )
    campaigns.select_rows(selection.interpreters)
    campaigns.select_suites(selection, Wish(tier=tier))
    words = [f"--tier={tier}", *(["--check"] if check_only else [])]
    for option, globs in (
        ("-i", selection.interpreters),
        ("-s", selection.suites),
        ("-c", selection.cases),
    ):
        words += [word for glob in globs for word in (option, glob)]
    made = pack(output, words, options.command_line())
    click.echo(f"{made.path}: {made.files} files, {made.size_bytes / 1e6:.1f} MB")
    click.echo(f"there: tar -xzf {made.path.name}, ./{COMMAND}; it leaves {MEASURED}.tar.gz")


VERBS = (bundle,)
