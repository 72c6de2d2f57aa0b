"""The price of the border: nanoseconds a call into native code, by mechanism and interpreter.

Owns what the processes of the suite `extension` tell as facts, and from which size on a mechanism
beats Python itself. Refuses to choose what is shown.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from pyrometer.analysis.against import figure
from pyrometer.analysis.checksums import lacked
from pyrometer.analysis.findings import Figure
from pyrometer.analysis.findings.border import Crossover, Mechanism, Overhead
from pyrometer.analysis.gather import Gathered
from pyrometer.analysis.ratio import LEVEL, t_quantile
from pyrometer.model import Outcome, Verdict

SUITE = "extension"
PURE = "pure"
CALL = "call_ns:"
# Beside which each is held: what it is an alternative to, or a mode of.
OVER = {"hpy_debug": "hpy_universal", "hpy_trace": "hpy_universal"}
USUAL = "capi"
LOOP = "loop"  # the same on every mechanism: no call in it
NOT_TIMED = "it works, and the budget of this run had no time for it"
# Why there is no time: it fails, or the mechanism has no way to do it.
UNTIMED = re.compile(r"(failed|lacks):(?P<function>.+)")
SIZED = re.compile(r"(?P<function>[a-z_]+)_(?P<size>\d+)")


def border(gathered: Gathered) -> tuple[Mechanism, ...]:
    """An entry for each row and mechanism, Python itself first; nothing without the suite."""
    found, rounds = [], {}
    for key, outcomes in gathered.timed.items():
        case = gathered.cases[key.case]
        if case.suite == SUITE and not gathered.rows[key.row].missing:
            one = _mechanism(key.row, key.case, case.summary, outcomes)
            found.append(one)
            rounds[one.row, one.name] = _by_round(outcomes)
    order = {row: at for at, row in enumerate(gathered.rows)}
    found.sort(key=lambda one: (order[one.row], one.name != PURE))
    pure = {one.row: one for one in found if one.name == PURE}
    return tuple(
        replace(_crossed(one, pure.get(one.row)), overhead=_overhead(one, rounds)) for one in found
    )


def _mechanism(row: str, case: str, title: str, outcomes: Sequence[Outcome]) -> Mechanism:
    told = [one.facts for one in outcomes if any(name.startswith(CALL) for name in one.facts)]
    names = dict.fromkeys(name for facts in told for name in facts if name.startswith(CALL))
    calls = {name.removeprefix(CALL): _figure(told, name) for name in names}
    return Mechanism(
        row=row,
        name=case.partition("/")[2].removeprefix("by_"),
        title=title.removeprefix("Calls by ").rstrip("."),
        call_ns={name: one for name, one in calls.items() if one is not None},
        crossovers=(),
        import_ns=_figure(told, "import_ns"),
        object_bytes=_first(told, "object_bytes"),
        build_s=_first(told, "build_s"),
        binary_bytes=_first(told, "binary_bytes"),
        failures={
            untimed["function"]: text
            for facts in told
            for name, text in facts.items()
            if (untimed := UNTIMED.fullmatch(name))
        },
        reason="" if told else _why(outcomes),
    )


Rounds = Mapping[int, Mapping[str, float]]


def _by_round(outcomes: Sequence[Outcome]) -> Rounds:
    """Function → ns a call, of each round that told any."""
    found = {
        one.job.round: {
            name.removeprefix(CALL): float(ns)
            for name, ns in one.facts.items()
            if name.startswith(CALL)
        }
        for one in outcomes
    }
    return {number: calls for number, calls in found.items() if calls}


def _overhead(one: Mechanism, rounds: Mapping[tuple[str, str], Rounds]) -> Overhead | None:
    over = OVER.get(one.name, USUAL)
    its, theirs = rounds[one.row, one.name], rounds.get((one.row, over), {})
    both = sorted(its.keys() & theirs.keys())
    if one.name in (over, PURE) or len(both) < 2:
        return None
    shared = set.intersection(*({*its[number]} & {*theirs[number]} - {LOOP} for number in both))
    if len(shared) < 2:
        return None
    logs = np.log(
        [[its[number][name] / theirs[number][name] for name in sorted(shared)] for number in both]
    )
    centre = float(logs.mean())
    width, like = _half_width(logs.mean(axis=1)), _half_width(logs.mean(axis=0))
    return Overhead(
        over=over,
        ratio=math.exp(centre),
        low=math.exp(centre - width),
        high=math.exp(centre + width),
        like_low=math.exp(centre - like),
        like_high=math.exp(centre + like),
        functions=len(shared),
        processes=len(both),
    )


def _half_width(logs: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    return float(t_quantile(LEVEL, logs.size - 1) * logs.std(ddof=1) / math.sqrt(logs.size))


def _figure(told: Sequence[Mapping[str, str]], name: str) -> Figure | None:
    return figure([float(facts[name]) for facts in told if name in facts])


def _first(told: Sequence[Mapping[str, str]], name: str) -> float | None:
    return next((float(facts[name]) for facts in told if name in facts), None)


def _why(outcomes: Sequence[Outcome]) -> str:
    reasons = [check.detail for one in outcomes for check in one.checks if check.status == "skip"]
    reasons += [lacked(one.reason) for one in outcomes]
    reasons += [NOT_TIMED for one in outcomes if one.ending is Verdict.PASS]
    return next(filter(None, reasons), "no process has told anything")


def _crossed(one: Mechanism, pure: Mechanism | None) -> Mechanism:
    """With the smallest size from which on it is the faster one at all sizes tried."""
    if pure is None or one is pure:
        return one
    sizes: dict[str, dict[int, bool]] = {}
    for name, its in one.call_ns.items():
        sized = SIZED.fullmatch(name)
        if sized is not None and name in pure.call_ns:
            faster = its.value < pure.call_ns[name].value
            sizes.setdefault(sized["function"], {})[int(sized["size"])] = faster
    crossovers = tuple(
        Crossover(function=function, size=_from(faster)) for function, faster in sizes.items()
    )
    return replace(one, crossovers=crossovers)


def _from(faster: Mapping[int, bool]) -> int | None:
    start: int | None = None
    for size in sorted(faster, reverse=True):
        if not faster[size]:
            break
        start = size
    return start
