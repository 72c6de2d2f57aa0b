"""JUnit XML of what was judged, for CI systems: one suite of tests per interpreter and suite.

Owns what a verdict is called there. Whatever was expected and no pass is skipped, with its reason;
what was not expected is a failure where there was an answer (it differs, or a known gap passes),
and an error where there was none. Refuses to judge, and text that XML cannot carry.
"""

from __future__ import annotations

import io
import re
import shlex
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from pyrometer.analysis.findings import Cell, Effort, Item
from pyrometer.model import MeasuredRow, Verdict
from pyrometer.report import wording
from pyrometer.report.view import View

ANSWERED = (Verdict.PASS, Verdict.DIFFERS)
LONGEST_MESSAGE = 200
# What XML 1.0 has no way to write: a target may print anything.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(view: View) -> str:
    """The text of a JUnit XML file; the same report gives the same bytes."""
    root = ET.Element("testsuites", name=_plain(view.report.run.name))
    for row in view.report.rows:
        root.extend([_missing(view, row)] if row.missing else _suites(view, row))
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.attrib[name]) for suite in root)))
    root.set("time", _seconds(view.report.duration_s))
    ET.indent(root)
    written = io.BytesIO()
    ET.ElementTree(root).write(written, encoding="utf-8", xml_declaration=True)
    return written.getvalue().decode() + "\n"


def _missing(view: View, row: MeasuredRow) -> ET.Element:
    """A row that could not be had is one error, not as many as there are checks."""
    case = ET.Element("testcase", name="obtain", classname=_plain(row.row))
    case.append(_mark("error", "not_run", f"could not be had: {row.missing}"))
    return _suite(view, row, "obtain", [case], None)


def _suites(view: View, row: MeasuredRow) -> Iterator[ET.Element]:
    efforts = {one.suite: one for one in view.report.efforts if one.row == row.row}
    for suite in view.suites("check", "feature", "bench", "startup"):
        judged = [one for one in view.judged(row.row) if one.suite == suite]
        if judged:
            effort = efforts.get(suite)
            cases = [_case(one, effort) for one in judged]
            yield _suite(view, row, suite, cases, effort)


def _suite(
    view: View, row: MeasuredRow, suite: str, cases: list[ET.Element], effort: Effort | None
) -> ET.Element:
    run = view.report.run
    found = ET.Element("testsuite", name=_plain(f"{row.row} {suite}"))
    found.set("tests", str(len(cases)))
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        found.set(name, str(sum(case.find(tag) is not None for case in cases)))
    found.set("time", _seconds(effort.wall_s if effort else 0.0))
    # Older schemas know no zone: times of a run are UTC.
    found.set("timestamp", run.started[:19])
    found.set("hostname", _plain(run.machine.name))
    found.append(_properties(view, row))
    found.extend(cases)
    if effort and effort.last_words:
        words = (f"--- {job}\n{text}" for job, text in effort.last_words.items())
        ET.SubElement(found, "system-err").text = _plain("\n".join(words))
    return found


def _properties(view: View, row: MeasuredRow) -> ET.Element:
    """Who was judged, what proves it, and by whom it was judged."""
    run, receipt = view.report.run, row.receipt
    facts = {
        "row": row.row,
        "interpreter": row.interpreter,
        "receipt": receipt.sha256 if receipt else "",
        "build": receipt.key if receipt else "",
        "reference": run.reference,
        "revision": run.revision,
        "command": run.command,
        "machine": run.machine.cpu,
        "distribution": run.machine.distribution,
        "complete": "yes" if view.report.complete else "no",
    }
    found = ET.Element("properties")
    for name, value in facts.items():
        ET.SubElement(found, "property", name=name, value=_plain(value))
    return found


def _case(one: Item | Cell, effort: Effort | None) -> ET.Element:
    """A check or probe, or a timed case; the latter has processes, and so a time, of its own."""
    path = f"{one.row}.{one.case.replace('/', '.')}"
    if isinstance(one, Item):
        found = ET.Element("testcase", name=_plain(one.check), classname=_plain(path))
    else:
        found = ET.Element("testcase", name=_plain(one.size or "run"), classname=_plain(path))
        spent_s = effort.cell_s.get((one.case, one.size)) if effort else None
        if spent_s is not None:
            found.set("time", _seconds(spent_s))
    if one.verdict is not Verdict.PASS or not one.expected:
        found.append(_told(one))
    return found


def _told(one: Item | Cell) -> ET.Element:
    verdict = wording.VERDICTS[one.verdict]
    why = one.reason or (one.summary if isinstance(one, Item) else "")
    said = f"{verdict}: {why}" if why else verdict
    if one.expected and one.known:
        return _mark("skipped", one.verdict.value, f"known gap: {one.known.reason}", said)
    if one.expected:
        return _mark("skipped", one.verdict.value, said)
    tag = "failure" if one.verdict in ANSWERED else "error"
    by_hand = f"by hand: pyrometer show-request {one.case} {shlex.quote(one.row)}"
    return _mark(tag, one.verdict.value, said, by_hand)


def _mark(tag: str, kind: str, message: str, *more: str) -> ET.Element:
    """The message in short as its attribute, all of it and the rest as its text."""
    short = message if len(message) <= LONGEST_MESSAGE else f"{message[: LONGEST_MESSAGE - 1]}…"
    found = ET.Element(tag, type=kind, message=_plain(short))
    found.text = _plain("\n".join((message, *more)))
    return found


def _seconds(value_s: float) -> str:
    return f"{value_s:.3f}"


def _plain(text: str) -> str:
    """Text that XML can carry; what it cannot is shown as Python would."""
    return _UNWRITABLE.sub(lambda match: repr(match[0])[1:-1], text)
