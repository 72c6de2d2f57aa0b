"""The template environment: how templates write figures, verdicts and foreign text.

Owns the filters. Foreign text (reasons, snippets, links) is never trusted: it is escaped, bounded
in length, and a link must be plain web or relative.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from itertools import chain

import jinja2
from markupsafe import Markup, escape

from pyrometer.analysis.findings import Item, Ratio, Summary
from pyrometer.model import Verdict
from pyrometer.report import palette, units, wording
from pyrometer.report.differences import Difference

LONGEST_TEXT = 600
_LINK = re.compile(r"https?://[^\s\"'<>]+|(?!//)[\w.%+@~-][\w./%+@~=#-]*")


def environment(*, autoescape: bool) -> jinja2.Environment:
    """Templates of this folder; anything undefined is an error."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("pyrometer.report", "templates"),
        autoescape=autoescape,  # noqa: S701 - Markdown has an escape of its own, `cell`
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {
        "figure": units.figure,
        "exp": math.exp,
        "is_figure": units.is_figure,
        "ratio": units.ratio,
        "interval": lambda pair: units.interval(*pair),
        "time": units.time,
        "time_bounds": lambda found: units.time_bounds(found.value, found.low, found.high),
        "time_interval": lambda pair: units.time_interval(*pair),
        "seconds": units.seconds,
        "size": units.size,
        "size_interval": lambda pair: units.size_interval(*pair),
        "percent": units.percent,
        "level": units.level,
        "count": units.count,
        "plural": units.plural,
        "shade": palette.shade,
        "verdict": lambda verdict: wording.VERDICTS[verdict],
        "claim": claim,
        "compiler": wording.compiler_name,
        "crossover": wording.crossover,
        "paid_back": wording.paid_back,
        "course": wording.course,
        "equal_work": wording.equal_work,
        "settled": wording.settled,
        "speed": wording.speed,
        "total": wording.total,
        "shorten": shorten,
        "link": link,
        "case_name": case_name,
        "of": of,
        "by_reason": by_reason,
        "counts": counts,
        "feature": feature,
        "feature_class": feature_class,
        "difference_class": difference_class,
        "snippets": snippets,
        "stacked": stacked,
        "cell": table_cell,
        "code": code,
    }
    return made


def shorten(text: str) -> str:
    """At most `LONGEST_TEXT` characters; report.json has the rest."""
    if len(text) <= LONGEST_TEXT:
        return text
    return f"{text[:LONGEST_TEXT]}… ({units.plural(len(text), 'character')}, whole in report.json)"


def link(address: str) -> str:
    """The address where it is plain web or relative to the page, else nothing."""
    return address if _LINK.fullmatch(address) else ""


def case_name(case: str) -> str:
    """A case's id without its suite."""
    return case.partition("/")[2] or case


def claim(ratio: Ratio) -> str:
    """What the interval says, in words."""
    return wording.claim(ratio.claim, ratio.needed_processes)


def of(summaries: Iterable[Summary], row: str, suite: str) -> list[Summary]:
    """The summary of a row over a suite, where there is a figure."""
    mine = (found for found in summaries if (found.row, found.suite) == (row, suite))
    return [found for found in mine if units.is_figure(found.ratio.ratio)]


def by_reason(missing: Mapping[str, str]) -> list[tuple[str, list[str]]]:
    """Cases left out, gathered by the reason why.

    What is one kind of reason (`unsupported: …`) in several wordings is one entry, without them.
    """
    kinds: dict[str, dict[str, list[str]]] = {}
    for case, reason in sorted(missing.items()):
        wordings = kinds.setdefault(reason.partition(": ")[0], {})
        wordings.setdefault(reason, []).append(case_name(case))
    gathered = []
    for kind, wordings in sorted(kinds.items()):
        if len(wordings) > 1:
            gathered.append((kind, sorted(chain.from_iterable(wordings.values()))))
        else:
            gathered += wordings.items()
    return gathered


def counts(found: Mapping[Verdict, int]) -> str:
    """`118 pass, 2 differs`: every verdict that occurred."""
    told = [f"{found[v]:,} {wording.VERDICTS[v]}" for v in Verdict if found.get(v)]
    return ", ".join(told) or "nothing checked"


def feature(verdict: Verdict) -> str:
    """The answer of a probe."""
    return {Verdict.PASS: "yes", Verdict.UNSUPPORTED: "no"}.get(verdict, wording.VERDICTS[verdict])


def feature_class(item: Item) -> str:
    """The class of a probe's cell."""
    known = {Verdict.PASS: "h6", Verdict.UNSUPPORTED: "h4"}.get(item.verdict, "held")
    return known if item.expected else f"{known} bad"


def difference_class(item: Item) -> str:
    """The class of a cell in the table of checks: weaker where the difference is expected."""
    known = "h4" if item.verdict is Verdict.UNSUPPORTED else "h3"
    return known if item.expected else f"{known} bad"


def snippets(items: Iterable[Difference]) -> list[str]:
    """The snippets of the gaps that these items fall under, each once."""
    return list(dict.fromkeys(i.known.snippet for i in items if i.known and i.known.snippet))


def stacked(label: str) -> Markup:
    """A name over several lines, for the head of a narrow column."""
    return Markup("<br>").join(escape(word) for word in label.split(" "))


def table_cell(text: str) -> str:
    """Foreign text within a cell of a Markdown table: one line, no markup of its own."""
    flat = re.sub(r"\s+", " ", shorten(str(text))).strip()
    return re.sub(r"([\\|`*_<>\[\]])", r"\\\1", flat).replace("\\<", "&lt;").replace("\\>", "&gt;")


def code(text: str) -> str:
    """Foreign text between backticks of Markdown: one line, none of its own."""
    return re.sub(r"\s+", " ", shorten(str(text))).strip().replace("`", "'")
