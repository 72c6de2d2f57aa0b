"""From a person's wish to what is to be run: selected, planned, and not yet started.

Owns what a glob or an empty wish means, and whether an unfinished run is gone on with.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pyrometer.definitions import choose, load_rows, load_suites
from pyrometer.definitions.locate import definitions_root
from pyrometer.definitions.selection import split, unknown
from pyrometer.errors import Mistake
from pyrometer.execute.duet import processors
from pyrometer.execute.memory import share_bytes
from pyrometer.execute.plan import TIERS, Wish, make_plan, plan_sha256
from pyrometer.model import KnownGap, Plan, Row, Suite
from pyrometer.provision.emulator import is_foreign
from pyrometer.provision.recipes import host
from pyrometer.records import Library, ResultSet

BASELINE = "cpython-3.11"
# Implementations whose compiler works in threads of its own.
COMPILES_BESIDE = frozenset({"graalpy"})


@dataclass(frozen=True, kw_only=True)
class Selection:
    """The globs of a command line; empty means the defaults."""

    interpreters: tuple[str, ...] = ()
    suites: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    folder: Path | None = None


@dataclass(frozen=True, kw_only=True)
class Campaign:
    """What is to be run, decided and not yet started.

    With `give_up`, a row is not started again once a process of it has failed.
    """

    rows: tuple[Row, ...]
    suites: tuple[Suite, ...]
    known: tuple[KnownGap, ...]
    wish: Wish
    plan: Plan
    sha256: str
    command: str
    resumed: ResultSet | None = None
    give_up: bool = False


# --- selection ----------------------------------------------------------------------------


def all_rows() -> tuple[tuple[Row, ...], tuple[KnownGap, ...]]:
    """Rows and known gaps of the definitions that this installation has."""
    return load_rows(definitions_root() / "interpreters")


def select_rows(patterns: Sequence[str]) -> tuple[Row, ...]:
    """Rows by name, glob, or path of a program; the default set if there is no pattern.

    Raises Mistake for a word that matches nothing.
    """
    defined, _ = all_rows()
    words = split(patterns)
    if not words:
        return tuple(row for row in defined if row.default)
    words = [_program(word) for word in words]
    named = [word for word in words if "/" not in word]
    if any(word.startswith("host") for word in named):
        defined += host_rows()
    rows = choose(named, defined, lambda row: (row.name,), "interpreter")
    rows += [host.row_for(Path(word)) for word in words if "/" in word]
    return tuple({row.name: row for row in rows}.values())


def _program(word: str) -> str:
    """`host:python3` as the path of what PATH starts by that name, everything else as it is."""
    found = host.first_on_path(word.removeprefix("host:")) if word.startswith("host:") else None
    return str(found) if found else word


def host_rows() -> tuple[Row, ...]:
    """Rows for the interpreters that this machine has already."""
    return tuple(host.row_for(path) for path in host.discover())


def select_suites(
    selection: Selection, wish: Wish
) -> tuple[tuple[Suite, ...], tuple[KnownGap, ...]]:
    """Suites of the wished tier (named ones of any tier), with their cases cut to the globs."""
    folder = selection.folder or definitions_root() / "suites"
    suites, gaps = load_suites(folder.absolute())  # targets run in folders of their own
    if selection.suites:
        chosen = choose(selection.suites, suites, lambda suite: (suite.name,), "suite")
    else:
        most = TIERS.index(wish.tier)
        chosen = [suite for suite in suites if TIERS.index(suite.tier) <= most]
    if selection.cases:
        cases = [case for suite in chosen for case in suite.cases]
        kept = choose(selection.cases, cases, lambda case: (case.id, case.name), "case")
        ids = {case.id for case in kept}
        chosen = [
            replace(suite, cases=tuple(case for case in suite.cases if case.id in ids))
            for suite in chosen
        ]
    chosen = [suite for suite in chosen if suite.cases]
    if not chosen:
        raise unknown("suite with cases", "*", [suite.name for suite in suites])
    return tuple(chosen), gaps


# --- a campaign ----------------------------------------------------------------------------


def prepare(
    selection: Selection, wish: Wish, command: str, library: Library, *, fresh: bool = False
) -> Campaign:
    """Decide what to run, going on with an unfinished run of the same work unless `fresh`."""
    rows = select_rows(selection.interpreters)
    suites, suite_gaps = select_suites(selection, wish)
    _, row_gaps = all_rows()
    campaign = planned(rows, suites, (*row_gaps, *suite_gaps), wish, command)
    resumed = None if fresh else library.unfinished(campaign.sha256)
    if resumed is None:
        return campaign
    plan = make_plan(rows, suites, campaign.wish, resumed.run.seed)
    return replace(campaign, plan=plan, resumed=resumed)


def planned(
    rows: tuple[Row, ...],
    suites: tuple[Suite, ...],
    known: tuple[KnownGap, ...],
    wish: Wish,
    command: str,
) -> Campaign:
    """A campaign that begins anew; raises Mistake for a reference that is not among the rows."""
    _refuse_contradictions(wish)
    memory_bytes = share_bytes() if wish.memory_bytes is None else wish.memory_bytes
    reference = choose_reference(wish.reference, rows)
    untimed = frozenset(row.name for row in rows if is_foreign(row.machine))
    wish = replace(wish, reference=reference, memory_bytes=memory_bytes, untimed=untimed)
    if wish.duet:
        _refuse_duet(rows, suites, wish)
    plan = make_plan(rows, suites, wish, secrets.randbits(32))
    sources = [f"{case.id} {case.sha256}" for suite in suites for case in suite.cases]
    return Campaign(
        rows=rows,
        suites=suites,
        known=known,
        wish=wish,
        plan=plan,
        sha256=plan_sha256(plan, sources, wish.precision),
        command=command,
    )


def _refuse_contradictions(wish: Wish) -> None:
    """Mistake for a wish whose parts do not go together."""
    if wish.instrument != "emulator" and wish.metric == "time":
        raise Mistake("--instrument is for counts", next_step="add --metric instructions")
    for option, wanted in (("--precision", wish.precision), ("--duet", wish.duet)):
        if wanted and (wish.metric != "time" or wish.check_only):
            raise Mistake(f"{option} is for times", next_step="leave out --metric and --check")
    if wish.precision is not None and wish.processes == 1:
        raise Mistake("--precision needs a first stage of two processes", where="--processes")


def _refuse_duet(rows: Sequence[Row], suites: Sequence[Suite], wish: Wish) -> None:
    """Mistake where two processes at the same time would disturb each other, or mean nothing."""
    if len(rows) != 2 or wish.untimed:
        raise Mistake(
            f"--duet holds two interpreters of this machine against each other, not {len(rows)}",
            next_step="name them with -i",
        )
    if len(processors()) < 2:
        raise Mistake("--duet needs two processors that this process may use")
    parallel = [suite.name for suite in suites if suite.parallel]
    if parallel:
        raise Mistake(
            f"--duet is for cases of one thread; {', '.join(parallel)} has those of several",
            next_step="name other suites with -s",
        )
    beside = [row.name for row in rows if row.expect.implementation in COMPILES_BESIDE]
    if beside:
        raise Mistake(
            f"--duet is for programs of one thread: {', '.join(beside)} compiles in others",
            next_step="leave out --duet",
        )


def choose_reference(wanted: str, rows: Sequence[Row]) -> str:
    """Whose values are right: as wanted, else the usual baseline, else the first; or Mistake."""
    names = [row.name for row in rows]
    if not wanted:
        return BASELINE if BASELINE in names else names[0]
    if wanted not in names:
        raise unknown("selected interpreter", wanted, names)
    return wanted
