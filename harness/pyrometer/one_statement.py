"""One statement as a suite of one case: written for one campaign, thrown away after it.

Owns the case file, and who decides whether a statement is Python at all: this interpreter, or
one that knows a newer language. Refuses to time or to compare: that is done as for any suite.
"""

from __future__ import annotations

import hashlib
import re
import sys
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pyrometer.campaign import Campaign, planned
from pyrometer.conduct import Listener, carry_out
from pyrometer.errors import Mistake
from pyrometer.execute.allowance import INTENSITY
from pyrometer.execute.plan import Wish
from pyrometer.model import Case, Outcome, Row, Suite, Verdict
from pyrometer.records import Library, read

SUITE = "timeit"
CASE = "statement"
QUICK_MOST_S = 0.5
SYNTAX = re.compile(r"\b(?:SyntaxError|IndentationError|TabError)\b")
# `statement` is pyrometer/target/statement.py: it is beside the program that loads this.
SOURCE = """
import sys
import statement

SIZES = {sizes!r}
run = statement.compiled({setup!a}, {text!a})
bench_sample, bench_facts = statement.sample, statement.facts


def setup(_size):
    sys.path.append({folder!a})  # last: what lies there takes the place of nothing else
"""


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What is timed, what runs untimed before each sample, and a folder to import from."""

    text: str
    setup: str = ""
    folder: Path

    @property
    def sha256(self) -> str:
        """Names the statement wherever it was typed."""
        return hashlib.sha256(f"{self.setup}\0{self.text}".encode("utf-8", "replace")).hexdigest()


def prepare(
    statement: Statement, rows: tuple[Row, ...], wanted: Wish, command: str, work: Path
) -> Campaign:
    """The campaign of a statement, its case file written below the folder `work`.

    A process samples for a shorter time than that of a suite, or for all that a budget gives it.
    """
    short_s = QUICK_MOST_S if wanted.tier == "quick" else None
    bounded = replace(wanted, most_s=wanted.budget_s or short_s)
    campaign = planned(rows, (_written(statement, work),), (), bounded, command)
    return replace(campaign, give_up=True)


def _written(statement: Statement, work: Path) -> Suite:
    path = work / SUITE / f"{CASE}.py"
    path.parent.mkdir(exist_ok=True)
    sizes = dict.fromkeys(sorted({intensity.size for intensity in INTENSITY.values()}))
    path.write_text(
        SOURCE.format(
            sizes=sizes, setup=statement.setup, text=statement.text, folder=str(statement.folder)
        )
    )
    case = Case(
        suite=SUITE,
        name=CASE,
        path=path,
        sizes=tuple(sizes),
        summary=statement.text,
        sha256=statement.sha256,
    )
    return Suite(
        name=SUITE,
        kind="bench",
        purpose="one statement from the command line",
        tier="quick",
        origin="command line",
        licence="",
        cases=(case,),
    )


# --- is it Python? ------------------------------------------------------------------------


def refuse_if_nobody_parses(
    statement: Statement, rows: Sequence[Row], listener: Listener, work: Path, *, offline: bool
) -> None:
    """Raise Mistake for what neither this interpreter nor any that may know more can parse.

    Only where this one cannot are others asked, each once.
    """
    complaint = complaint_about(statement)
    if not complaint:
        return
    newer = tuple(row for row in rows if _may_know_more(row))
    asked = _called_once(statement, newer, listener, work, offline=offline) if newer else ()
    if all(_is_no_python(outcome) for outcome in asked if outcome.ending is not Verdict.NOT_RUN):
        raise Mistake(complaint)


def _called_once(
    statement: Statement, rows: tuple[Row, ...], listener: Listener, work: Path, *, offline: bool
) -> tuple[Outcome, ...]:
    campaign = prepare(statement, rows, Wish(check_only=True), "", work)
    silent = replace(listener, missing=lambda _row, _why: None, finished=lambda _: None)
    return read(carry_out(campaign, Library(work / "asked"), silent, offline=offline)).outcomes


def complaint_about(statement: Statement) -> str:
    """What is wrong with it in this interpreter's eyes, in one line; empty where it parses."""
    for name, before, text in (
        ("setup", "", statement.setup),
        ("statement", statement.setup + "\n", statement.text),
    ):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                compile(before + text, "<statement>", "exec", dont_inherit=True)
        except SyntaxError as error:
            return _where(error, name, before.count("\n"))
        except (ValueError, MemoryError, RecursionError, OverflowError) as error:
            return f"{name}: not Python source: {str(error) or type(error).__name__}"
    return ""


def _where(error: SyntaxError, name: str, before: int) -> str:
    line = (error.lineno or 1) - before
    shown = f": {error.text.strip()!r}" if error.text and error.text.strip() else ""
    return f"{name}, line {line}: {error.msg}{shown}"


def _may_know_more(row: Row) -> bool:
    """Only of a CPython do we know its language by its name."""
    series = re.fullmatch(r"(\d+)\.(\d+)t?", row.expect.series)
    if row.expect.implementation != "cpython" or series is None:
        return True
    return (int(series[1]), int(series[2])) > sys.version_info[:2]


def _is_no_python(outcome: Outcome) -> bool:
    return outcome.ending is Verdict.CRASHED and bool(SYNTAX.search(outcome.reason))
