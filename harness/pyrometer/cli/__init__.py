"""The command line: verbs over the rooms, the only place that prints.

Owns exit codes as a person meets them: 0 all as expected, 1 something unexpected, 2 a mistake,
3 finished but an interpreter could not be had, 130 interrupted.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

import click

from pyrometer import __version__
from pyrometer.cli import (
    bundling,
    calibrate,
    claims,
    comparing,
    everyday,
    imports,
    pipeline,
    running,
    timeit,
)
from pyrometer.errors import EXIT_INTERRUPTED, PyrometerError


class _Group(click.Group):
    """Turns our failures into one line and their exit code; our own bugs crash loudly."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().main(*args, **{**kwargs, "standalone_mode": False})
        except PyrometerError as failure:
            click.echo(f"pyrometer: {failure.line}", err=True)
            sys.exit(failure.exit_code)
        except click.ClickException as failure:
            failure.show()
            sys.exit(failure.exit_code)
        except (click.Abort, KeyboardInterrupt):
            click.echo("pyrometer: interrupted", err=True)
            sys.exit(EXIT_INTERRUPTED)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
@click.option("-v", "--verbose", is_flag=True, help="Log every process that is started.")
def main(*, verbose: bool) -> None:
    """Run the same Python programs on many interpreters: do they mean the same, how fast are they?

    \b
    pyrometer list                       interpreters, suites, cases, results
    pyrometer run                        measure the default set here and now
    pyrometer report                     make the page of the newest results again
    """
    if verbose:
        logging.basicConfig(level=logging.DEBUG, format="%(name)s: %(message)s")


MODULES = (
    pipeline,
    running,
    comparing,
    everyday,
    timeit,
    calibrate,
    imports,
    claims,
    bundling,
)
for verb in (verb for module in MODULES for verb in module.VERBS):
    main.add_command(verb)
