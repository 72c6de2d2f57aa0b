"""What an interpreter costs before it computes anything.

Owns the figures from receipts and start-up processes. Refuses comparison.
"""

from __future__ import annotations

from collections.abc import Sequence

from pyrometer.analysis.against import figure
from pyrometer.analysis.findings import Cost, Figure
from pyrometer.analysis.gather import Gathered
from pyrometer.model import MeasuredRow, Outcome, Verdict

EMPTY = "empty"


def costs_of(gathered: Gathered) -> tuple[Cost, ...]:
    """A cost per row of the run, in its order; missing rows have nothing but their name."""
    return tuple(_cost(row, _startups(gathered, row.row)) for row in gathered.run.rows)


def _startups(gathered: Gathered, row: str) -> dict[str, list[Outcome]]:
    """Case → its start-up processes that ran to their end, verifying ones left out."""
    found: dict[str, list[Outcome]] = {}
    for key, outcomes in gathered.timed.items():
        if key.row == row and gathered.cases[key.case].kind == "startup":
            found[key.case] = [
                outcome
                for outcome in outcomes
                if outcome.ending is Verdict.PASS and outcome.job.round >= 0
            ]
    return found


def _cost(row: MeasuredRow, startups: dict[str, list[Outcome]]) -> Cost:
    receipt = row.receipt
    everything = [outcome for outcomes in startups.values() for outcome in outcomes]
    idle = [one for case, some in startups.items() if _does_nothing(case) for one in some]
    imports = {case: _fact(outcomes, "import_ns") for case, outcomes in startups.items()}
    shares = {case: _bytecode(outcomes) for case, outcomes in startups.items()}
    return Cost(
        row=row.row,
        fetch_s=receipt.fetch_s if receipt else None,
        build_s=receipt.build_s if receipt else None,
        size_bytes=receipt.size_bytes if receipt else None,
        # Whatever the case: nothing of it has been read when the first line appears.
        start_ns=figure([one.usage.first_line_ns or 0 for one in everything if one.usage]),
        peak_bytes=figure([one.usage.peak_bytes for one in idle if one.usage]),
        imports={case: found for case, found in imports.items() if found is not None},
        bytecode={case: share for case, share in shares.items() if share is not None},
    )


def _does_nothing(case: str) -> bool:
    return case.rpartition("/")[2] == EMPTY


def _fact(outcomes: Sequence[Outcome], name: str) -> Figure | None:
    return figure(_numbers(outcomes, name))


def _numbers(outcomes: Sequence[Outcome], name: str) -> list[int]:
    texts = [outcome.facts.get(name, "") for outcome in outcomes]
    return [int(text) for text in texts if text.isdecimal()]


def _bytecode(outcomes: Sequence[Outcome]) -> float | None:
    """Modules that came from bytecode over modules imported; None where none was imported."""
    modules = sum(_numbers(outcomes, "modules"))
    return sum(_numbers(outcomes, "bytecode")) / modules if modules else None
