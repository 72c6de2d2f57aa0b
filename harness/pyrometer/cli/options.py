"""Options that mean the same on every verb."""

from __future__ import annotations

import functools
import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from pyrometer.campaign import Selection
from pyrometer.definitions.locate import checkout_root
from pyrometer.records import Library

interpreters = click.option(
    "-i",
    "--interpreter",
    "interpreters",
    multiple=True,
    metavar="GLOB",
    help="Interpreters by name, glob or path of a program; repeat it or separate by commas.",
)
_suites = click.option(
    "-s", "--suite", "suites", multiple=True, metavar="GLOB", help="Suites by name or glob."
)
_cases = click.option(
    "-c", "--case", "cases", multiple=True, metavar="GLOB", help="Cases, `suite/name` or `name`."
)
_folder = click.option(
    "--suites",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Take the suites from a folder of your own.",
)
results = click.option(
    "--results",
    "results",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Where results are kept (results/ of the checkout, else ./results).",
)
offline = click.option("--offline", is_flag=True, help="Use what is there and fetch nothing.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")

junit = click.option(
    "--junit",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the verdicts as JUnit XML.",
)
summary = click.option(
    "--summary",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Add a short Markdown summary to this file (in GitHub Actions $GITHUB_STEP_SUMMARY).",
)


def selection(function: Callable[..., Any]) -> Any:
    """Add -i, -s, -c and --suites, which the verb gets as one `selection`."""

    @functools.wraps(function)
    def verb(
        *,
        interpreters: tuple[str, ...],
        suites: tuple[str, ...],
        cases: tuple[str, ...],
        folder: Path | None,
        **others: Any,
    ) -> Any:
        chosen = Selection(interpreters=interpreters, suites=suites, cases=cases, folder=folder)
        return function(selection=chosen, **others)

    return added(verb, (interpreters, _suites, _cases, _folder))


def added(verb: Callable[..., Any], several: Sequence[Callable[..., Any]]) -> Any:
    """A verb with several options, which its help lists in this order."""
    for option in reversed(several):
        verb = option(verb)
    return verb


class Share(click.ParamType[float]):
    """A percentage such as `1%` or `0.5`, as a share of one; over 0 and below 100."""

    name = "percent"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """0.01 for `1%`; fails with a line that says what is wanted."""
        try:
            found = float(str(value).strip().removesuffix("%")) / 100
        except ValueError:
            found = 0.0
        if not 0 < found < 1:
            self.fail(f"{value!r} is no percentage over 0 and below 100, such as 1%", param, ctx)
        return found


def library(results: Path | None) -> Library:
    """The results folder that is meant."""
    root = checkout_root()
    return Library(results or (root / "results" if root else Path("results")))


def command_line() -> str:
    """What was typed, without what belongs to this machine."""
    words = [Path(word).name if "/" in word else word for word in sys.argv[1:]]
    return shlex.join(["pyrometer", *words])
