"""The verb compare: two sides of one metric, or two interpreters in each of several result sets."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pyrometer.cli import options, tables
from pyrometer.errors import EXIT_UNEXPECTED, Mistake

if TYPE_CHECKING:
    from pyrometer.cli.sides import Held


@click.command()
@click.argument("a")
@click.argument("b")
@options.results
@options.as_json
@click.option("--in", "within", multiple=True, metavar="SET",
              help="Two interpreters in each of these result sets, by architecture.")  # fmt: skip
@click.option("--markdown", is_flag=True, help="As Markdown, for a pull request.")
@click.option("--fail-slower", type=click.FloatRange(min=0), metavar="PERCENT",
              help="Exit with 1 where B is slower by more, in a case or a suite.")  # fmt: skip
@click.option("--fail-above", type=click.FloatRange(min=0), metavar="PERCENT",
              help="Of instructions: exit with 1 where a case takes that much more.")  # fmt: skip
def compare(
    a: str,
    b: str,
    results: Path | None,
    within: tuple[str, ...],
    *,
    as_json: bool,
    markdown: bool,
    fail_slower: float | None,
    fail_above: float | None,
) -> None:
    """How fast is B against A? Each is an interpreter, a result set, or SET:INTERPRETER.

    \b
    pyrometer compare cpython-3.11 pypy-8.0              two interpreters of the newest results
    pyrometer compare 2026-01-02-a 2026-02-03-a          two result sets, row by row
    pyrometer compare cpython-3.11 pypy-8.0 --in x86 --in arm    of several machines

    Results in instructions are compared in instructions. No ratio is between two architectures.
    """
    from pyrometer.cli import sides
    from pyrometer.report import comparison

    places = sides.places(a, b, within, options.library(results))
    metrics = {place.metric for place in places}
    if "instructions" in metrics and (fail_slower is not None or markdown):
        raise Mistake("instructions have no times", next_step="--fail-above, --json")
    if metrics == {"time"} and fail_above is not None:
        raise Mistake(
            "--fail-above is for results in instructions",
            next_step="--fail-slower, or pyrometer run --metric instructions",
        )
    found = sides.held(places)
    share = None if fail_slower is None else fail_slower / 100
    if as_json:
        plain = found if within else [*found[0].times, *found[0].counts]
        click.echo(comparison.as_json(plain))
    else:
        for one in found:
            _show(one, share, markdown=markdown)
    lines = [] if share is None else [
        line for one in found for line in comparison.slowdown_lines(one.times, share)
    ]  # fmt: skip
    lines += [] if fail_above is None else _grown(found, fail_above / 100)
    for line in lines:
        click.echo(line, err=True)
    if lines:
        sys.exit(EXIT_UNEXPECTED)


def _show(one: Held, share: float | None, *, markdown: bool) -> None:
    """The comparisons of a place, under its name where there are several."""
    from pyrometer.report import comparison
    from pyrometer.report.count_comparison import count_comparison

    if one.arch:
        click.echo(f"{'## ' if markdown else ''}{one.arch}, {one.run}\n")
    if markdown:
        click.echo(comparison.comparisons_markdown(one.times, share=share), nl=False)
        return
    if one.times:
        tables.show(comparison.comparisons(one.times))
    for counts in one.counts:
        tables.show(count_comparison(counts))


def _grown(found: list[Held], limit: float) -> list[str]:
    return [
        f"pyrometer: {case.case} executes {100 * case.change:.3f} % more"
        + (f" on {one.arch}" if one.arch else "")
        for one in found
        for comparison in one.counts
        for case in comparison.above(limit)
    ]


VERBS = (compare,)
