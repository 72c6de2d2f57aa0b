"""The page of published claims, as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pyrometer.analysis.claims import Held, HeldClaim
from pyrometer.report import units
from pyrometer.report.templating import table_cell

MEANING = (
    "Ours are geometric means over a suite once warm, or over functions; brackets are the 95 %"
    " interval for programs or functions like these, since ours are not those of the claim."
    " *Holds* says that the factor is within that interval, and of a factor that was to be"
    " reached at least, that all of the interval is above. Where the interval spans more than a"
    " factor of four it is *undecided*. A claim that does not hold here may hold elsewhere."
)


def claims_page(found: Sequence[HeldClaim], *, machines: Mapping[str, str], command: str) -> str:
    """A table of all claims and what was found of each; its first line made it.

    `machines` are the runs that were asked, with the processor of each.
    """
    runs = ", ".join(f"{run} ({cpu})" for run, cpu in machines.items())
    lines = [
        f"<!-- made by: {command} -->",
        "# What was claimed",
        "",
        f"Published claims beside our figures of {runs}. {MEANING}",
        "",
        "| claim | source | here | processes | verdict |",
        "| --- | --- | --- | ---: | --- |",
        *(_row(one) for one in found),
    ]
    return "\n".join(lines) + "\n"


def _row(one: HeldClaim) -> str:
    claim, figure = one.claim, one.figure
    here = one.why
    processes = units.NOTHING
    if figure is not None:
        ratio = units.ratio(figure.ratio)
        bounds = units.interval(figure.like_low, figure.like_high)
        if claim.mechanism:
            about = f"{claim.mechanism} against {claim.against} on {claim.row}"
            count = units.plural(figure.of, "function")
        else:
            about = f"{claim.row} against {claim.against}, {claim.suite}"
            count = units.plural(figure.of, "case")
        here = f"{about}: {ratio} {bounds}, {count} ({one.run})"
        here = ". ".join(part for part in (here, one.why, claim.note) if part)
        processes = f"{figure.processes} / {figure.baseline_processes}"
    verdict = one.held.value if one.held is Held.NOT_HERE else f"**{one.held.value}**"
    cells = (claim.says, claim.source, here, processes, verdict)
    return f"| {' | '.join(table_cell(cell) for cell in cells[:3])} | {processes} | {verdict} |"
