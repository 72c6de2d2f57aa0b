"""The page of published claims, as Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from pyrometer.analysis.claims import Held, HeldClaim
from pyrometer.report import units
from pyrometer.report.templating import table_cell

MEANING = (
    "Ours are geometric means over a suite, once warm; brackets are the 95 % interval for programs"
    " like these, since our programs are not those of the claim. *Holds* says that the factor is"
    " within that interval, and of a factor that was to be reached at least, that all of the"
    " interval is above. Where the interval spans more than a factor of four it is *undecided*. A"
    " claim that does not hold here may hold elsewhere."
)


def claims_page(found: Sequence[HeldClaim], *, run: str, machine: str, command: str) -> str:
    """A table of all claims and what was found of each; its first line made it."""
    lines = [
        f"<!-- made by: {command} -->",
        "# What was claimed",
        "",
        f"Published claims beside our figures of {run} ({machine}). {MEANING}",
        "",
        "| claim | source | here | processes | verdict |",
        "| --- | --- | --- | ---: | --- |",
        *(_row(one) for one in found),
    ]
    return "\n".join(lines) + "\n"


def _row(one: HeldClaim) -> str:
    claim, summary = one.claim, one.summary
    here = one.why
    processes = units.NOTHING
    if summary is not None:
        ratio = units.ratio(summary.ratio.ratio)
        bounds = units.interval(summary.like_low, summary.like_high)
        cases = units.plural(summary.cases, "case")
        here = f"{claim.row} against {claim.against}, {claim.suite}: {ratio} {bounds}, {cases}"
        here = ". ".join(part for part in (here, one.why, claim.note) if part)
        processes = f"{summary.ratio.processes} / {summary.ratio.baseline_processes}"
    verdict = one.held.value if one.held is Held.NOT_HERE else f"**{one.held.value}**"
    cells = (claim.says, claim.source, here, processes, verdict)
    return f"| {' | '.join(table_cell(cell) for cell in cells[:3])} | {processes} | {verdict} |"
