"""The verdict of every check and probe on every row.

Owns what counts as right: a differential value is the reference row's. Everything seen on one
row is asked of every row, so that nothing goes missing in silence; a difference on an emulated row
is told with what its control showed. Refuses what is timed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pyrometer.analysis.findings import Item
from pyrometer.analysis.gather import CHECKED, Gathered
from pyrometer.analysis.known import Finding, judge_all
from pyrometer.model import CheckResult, MeasuredCase, Outcome, Verdict

STATUS = {
    "pass": Verdict.PASS,
    "fail": Verdict.DIFFERS,
    "skip": Verdict.UNSUPPORTED,
    "crashed": Verdict.CRASHED,
    "timed_out": Verdict.TIMED_OUT,
    "garbled": Verdict.GARBLED,
}
WRONG = (Verdict.DIFFERS, Verdict.CRASHED, Verdict.TIMED_OUT, Verdict.GARBLED)
SHOWN_CHARACTERS = 120
WHOLE = "*"

Results = dict[tuple[str, str, str], CheckResult]


def judge_checks(gathered: Gathered) -> tuple[tuple[Item, ...], tuple[str, ...]]:
    """An item for every row × case × check seen anywhere, and what could not be compared."""
    results = _results(gathered)
    names = {case: _names(case, results) for case in gathered.cases_of(*CHECKED)}
    findings = {
        (row, case.id, name): _check_finding(gathered, results, row, case, name)
        for row in gathered.rows
        for case, own in names.items()
        for name in own
    }
    findings |= _endings(gathered, findings)
    summaries = {
        (case, check): one.summary for (_, case, check), one in results.items() if one.summary
    }
    judged = judge_all(findings, gathered.run.known, gathered.emulated)
    items = tuple(
        Item(
            row=row,
            suite=gathered.cases[case].suite,
            case=case,
            check=check,
            verdict=found.verdict,
            expected=found.expected,
            reason=found.reason,
            summary=summaries.get((case, check), gathered.cases[case].summary),
            known=found.known,
        )
        for (row, case, check), found in judged.items()
    )
    return items, _uncompared(findings.values(), gathered.run.reference)


def _results(gathered: Gathered) -> Results:
    """(row, case, check) → the last thing said of it."""
    return {
        (row, result.case, result.check): result
        for (row, _), outcomes in gathered.checked.items()
        for outcome in outcomes
        for result in outcome.checks
    }


def _names(case: MeasuredCase, results: Results) -> list[str]:
    """The checks of a case seen on any row; `*` where it never got as far as having any."""
    seen = {check for _, name, check in results if name == case.id}
    return sorted(seen - {WHOLE}) or [WHOLE]


def _check_finding(
    gathered: Gathered, results: Results, row: str, case: MeasuredCase, check: str
) -> Finding:
    found = results.get((row, case.id, check)) or results.get((row, case.id, WHOLE))
    if found is None:
        reason, excused = _why_no_check(gathered, row, case)
        return Finding(
            row=row,
            case=case.id,
            check=check,
            verdict=Verdict.NOT_RUN,
            reason=reason,
            excused=excused,
        )
    verdict, reason, compared = _judged(gathered, results, found, case)
    if (row, case.id, check) in gathered.controls and verdict in WRONG:
        shown, *_ = _judged(gathered, results, gathered.controls[row, case.id, check], case)
        reason = f"{reason}; {_attributed(verdict, shown, gathered, row)}"
    return Finding(
        row=row, case=case.id, check=check, verdict=verdict, reason=reason, compared=compared
    )


def _judged(
    gathered: Gathered, results: Results, found: CheckResult, case: MeasuredCase
) -> tuple[Verdict, str, bool]:
    """Verdict, reason, and whether there was a value to compare with."""
    if case.kind == "check" and found.status == "pass":
        reference = results.get((gathered.run.reference, case.id, found.check))
        return _compare(found, reference)
    return STATUS[found.status], found.detail, True


def _attributed(verdict: Verdict, shown: Verdict, gathered: Gathered, row: str) -> str:
    """Whose a difference is, by what the host's own build showed under the same emulator."""
    facts, host = gathered.rows[row].facts, gathered.run.machine.arch
    own = f"the {host} build, emulated too,"
    if shown is verdict:
        return f"{own} shows it as well: the emulator's"
    if shown is Verdict.PASS:
        return f"{own} does not: {facts.arch if facts else 'the other architecture'}'s own"
    return f"{own} is {shown.value.replace('_', ' ')}"


def _compare(found: CheckResult, reference: CheckResult | None) -> tuple[Verdict, str, bool]:
    """Verdict, reason, and whether there was a value to compare with."""
    if reference is None or reference.status != "pass":
        if found.value is None:
            return Verdict.PASS, found.detail, True
        return Verdict.PASS, "not compared: the reference has no value", False
    if found.value == reference.value:
        return Verdict.PASS, found.detail, True
    return (
        Verdict.DIFFERS,
        f"{_shown(found.value)} instead of {_shown(reference.value)}",
        True,
    )


def _shown(value: str | None) -> str:
    text = "no value" if value is None else value
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"


def _why_no_check(gathered: Gathered, row: str, case: MeasuredCase) -> tuple[str, bool]:
    """Reason and whether it is excused."""
    outcomes = gathered.checked.get((row, case.suite), ())
    covering = [outcome for outcome in outcomes if case.id in outcome.job.cases]
    if not covering or covering[-1].ending is Verdict.NOT_RUN:
        return gathered.why_not_run(row, covering)
    last = covering[-1]
    if last.ending is Verdict.PASS:
        return "the case does not have this check here", False
    return f"its process {_told(last)}", False


def _endings(
    gathered: Gathered, findings: Mapping[tuple[str, str, str], Finding]
) -> dict[tuple[str, str, str], Finding]:
    """Processes that died although every check had its result: shown at their last case."""
    shown = {(finding.row, finding.case, finding.verdict) for finding in findings.values()}
    return {
        (row, outcome.job.cases[-1], WHOLE): Finding(
            row=row, case=outcome.job.cases[-1], verdict=outcome.ending, reason=outcome.reason
        )
        for (row, _), outcomes in gathered.checked.items()
        for outcome in outcomes
        if outcome.ending not in (Verdict.PASS, Verdict.NOT_RUN)
        and not any(
            (row, case, verdict) in shown
            for case in outcome.job.cases
            for verdict in (outcome.ending, Verdict.NOT_RUN)
        )
    }


def _uncompared(findings: Iterable[Finding], reference: str) -> tuple[str, ...]:
    cases = sorted({finding.case for finding in findings if not finding.compared})
    return tuple(
        f"{case}: values were not compared: the reference {reference} has none" for case in cases
    )


def _told(outcome: Outcome) -> str:
    words = {Verdict.CRASHED: "crashed", Verdict.TIMED_OUT: "timed out"}
    ending = words.get(outcome.ending, f"ended {outcome.ending.value}")
    return f"{ending} before: {outcome.reason}"
