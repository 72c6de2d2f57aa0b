"""`pyrometer compare` on a terminal, as JSON, and as Markdown that fits a pull request.

Owns the order of columns and keys. Refuses arithmetic: a comparison comes decided.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import msgspec
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from pyrometer.analysis.compare import Comparison, Pair
from pyrometer.analysis.findings import Claim, Ratio
from pyrometer.analysis.ratio import LEVEL
from pyrometer.report import templating, units, wording

CLAIM_STYLES = {Claim.FASTER: "green", Claim.SLOWER: "yellow"}
SETTLED = (Claim.FASTER, Claim.SLOWER)  # what a reader of a pull request wants to see first


def comparisons(found: Sequence[Comparison]) -> Group:
    """All comparisons, one under the other."""
    return Group(*(part for one in found for part in _one(one)))


def comparisons_markdown(found: Sequence[Comparison], *, share: float | None = None) -> str:
    """The same as Markdown: suites first, then what differs, all cases folded away.

    `share` is the slowdown beyond which the command fails, if it does.
    """
    template = templating.environment(autoescape=False).get_template("comparison.md.j2")
    return template.render(found=found, share=share, level=LEVEL, settled=SETTLED)


def slowdown_lines(found: Sequence[Comparison], share: float) -> list[str]:
    """A line for everything on which B is slower than A by more than that share."""
    return [
        f"slower by more than {units.percent(share)}: {name}: {one.b} is "
        f"{units.ratio(ratio.ratio)} {units.interval(ratio.low, ratio.high)} as fast as {one.a}"
        for one in found
        for name, ratio in one.slowdowns(share)
    ]


def as_json(found: Any) -> str:
    """Decided figures as indented JSON; one that is not there (NaN, infinite) is null."""
    plain = _without_nan(msgspec.to_builtins(found))
    return msgspec.json.format(msgspec.json.encode(plain), indent=1).decode()


def _one(found: Comparison) -> list[RenderableType]:
    title = f"{found.b}: times as fast as {found.a}"
    table = Table(title=escape(title), title_justify="left", box=None, padding=(0, 2, 0, 0))
    interval = f"{units.level(found.level)} interval"
    for heading in ("case", "ratio", interval, "verdict", "by CPU time", "equal work", "processes"):
        table.add_column(heading)
    for pair in found.pairs:
        table.add_row(Text(pair.case), *_pair(pair))
    for summary in found.summaries:
        name = f"{summary.suite}, geometric mean of {units.plural(summary.cases, 'case')}"
        beside = (_bare(summary.cpu), _bare(summary.total))
        table.add_row(Text(name, "bold"), *_ratio(summary.ratio), *beside, "")
        like = units.interval(summary.like_low, summary.like_high)
        table.add_row(Text("  for programs like these", "dim"), "", like)
    changes = [
        Text(f"{c.case}::{c.check}: {c.a_verdict.value} → {c.b_verdict.value} {c.b_reason}")
        for c in found.changes
    ]
    doubts = [Text(f"doubt: {warning}", "yellow") for warning in found.warnings]
    return [table, Text(_levels(found), "dim"), *changes, *doubts]


def _levels(found: Comparison) -> str:
    own = f"each at {units.level(found.level)}, so that they hold together"
    return f"Intervals of cases: {own}; of suites: {units.level(LEVEL)}."


def _pair(pair: Pair) -> tuple[Text | str, ...]:
    if pair.speed is None:
        return Text(pair.withheld, "dim"), "", "", "", _bare(pair.total), ""
    counts = f"{pair.speed.baseline_processes}/{pair.speed.processes}"
    return *_ratio(pair.speed), _bare(pair.cpu), _bare(pair.total), counts


def _bare(ratio: Ratio | None) -> str:
    return units.ratio(ratio.ratio) if ratio else units.NOTHING


def _ratio(ratio: Ratio) -> tuple[Text | str, ...]:
    words = wording.claim(ratio.claim, ratio.needed_processes)
    interval = units.interval(ratio.low, ratio.high)
    return units.ratio(ratio.ratio), interval, Text(words, CLAIM_STYLES.get(ratio.claim, ""))


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nan(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_nan(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
