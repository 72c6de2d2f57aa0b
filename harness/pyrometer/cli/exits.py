"""How a verb ends: what could not be had is said last, and decides over all else."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from pyrometer.errors import EXIT_INCOMPLETE, EXIT_OK


def leave(missing: Sequence[str], status: int = EXIT_OK) -> None:
    """Say what is missing, a line each, and exit: with `status` where nothing is."""
    for line in missing:
        click.echo(f"pyrometer: {line}", err=True)
    sys.exit(EXIT_INCOMPLETE if missing else status)
