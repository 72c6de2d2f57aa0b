"""The protocol seen from the host: request words out, printed bytes in. Pure.

docs/PROTOCOL.md describes it; `pyrometer/target/wire.py` is the other end.
Owns the wire form. Refuses to judge values: it only says whether the frame is whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

from pyrometer.model import CheckResult, Job, Sample, Verdict

PROTOCOL = 1
SAMPLE_NS = 10_000_000
MIN_SAMPLES = 5
MAX_SAMPLES = 500
SAFE = "-._/:,+*@#()[]"
NOISE_SHOWN = 200
RECORDS = ("hello", "fact", "start", "sample", "check", "skip", "end")
MAX_FACTS = 100
TEXT_CHARACTERS = 8000  # twice what our own target sends as a value


def request_words(
    job: Job, root: Path, token: str, *, after: str = "", only: str = ""
) -> tuple[str, ...]:
    """The words of a request; `root` is the folder of the suite's cases.

    `after`: `case::function` behind which a check job goes on; `only`: the one to run.
    """
    words: list[tuple[str, str | int]] = [("token", token), ("mode", job.kind), ("root", str(root))]
    words += [("case", case) for case in job.cases]
    if job.kind == "bench":
        most = job.max_samples or MAX_SAMPLES
        budget_ns = int(job.budget_s * 1e9)
        timed = job.metric == "time"
        words += [
            ("size", job.size),
            ("budget_ns", budget_ns),
            # Long enough for the whole budget: a slow warm-up must not be cut off at its samples.
            ("sample_ns", max(SAMPLE_NS, budget_ns // most) if most > 1 and timed else 0),
            ("max_samples", most),
            ("min_samples", min(MIN_SAMPLES, most) if timed else most),
        ]
    if job.metric == "instructions":
        words += [("metric", job.metric)]
    words += [(key, value) for key, value in (("after", after), ("only", only)) if value]
    return tuple(f"{key}={quote(str(value), safe=SAFE)}" for key, value in words)


_DECIMAL = re.compile(r"-?[0-9]{1,19}")


@dataclass(frozen=True, kw_only=True)
class Response:
    """What a process said, as far as it could be read.

    `problem` is empty when the frame is whole: hello, records, and an end that counts them.
    """

    samples: tuple[Sample, ...] = ()
    checks: tuple[CheckResult, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    skipped: str = ""
    running: str = ""
    ended: bool = False
    problem: str = ""
    noise: str = ""

    @property
    def ending(self) -> Verdict:
        """PASS, UNSUPPORTED or GARBLED, by the frame alone."""
        if self.problem:
            return Verdict.GARBLED
        return Verdict.UNSUPPORTED if self.skipped else Verdict.PASS


class _Reader:
    """Collects records in order and remembers the first thing that was wrong."""

    def __init__(self) -> None:
        self.samples: list[Sample] = []
        self.checks: list[CheckResult] = []
        self.facts: list[tuple[str, str]] = []
        self.skipped = ""
        self.running = ""
        self.count = 0
        self.greeted = False
        self.ended = False
        self.problem = ""

    def take(self, record: str, fields: dict[str, str]) -> None:
        if self.ended:
            raise ValueError("a record after end")
        if not self.greeted and record != "hello":
            raise ValueError(f"{record!r} before hello")
        if record not in RECORDS:
            raise ValueError(f"unknown record with {sorted(fields)}")
        getattr(self, f"_{record}")(fields)
        self.count += 1

    def _hello(self, fields: dict[str, str]) -> None:
        if _number(fields, "protocol") != PROTOCOL:
            raise ValueError(f"protocol {fields['protocol']}, not {PROTOCOL}")
        self.greeted = True

    def _start(self, fields: dict[str, str]) -> None:
        check = fields.get("check")
        self.running = f"{fields['case']}::{check}" if check else fields["case"]

    def _fact(self, fields: dict[str, str]) -> None:
        self.facts.append((fields["name"], fields["value"]))
        if len(self.facts) > MAX_FACTS:
            raise ValueError(f"more than {MAX_FACTS} facts")

    def _sample(self, fields: dict[str, str]) -> None:
        loops = _number(fields, "loops")
        if loops < 1:
            raise ValueError("a sample of no runs")
        self.samples.append(
            Sample(
                case=fields["case"],
                loops=loops,
                wall_ns=_number(fields, "wall_ns"),
                cpu_ns=_number(fields, "cpu_ns"),
                checksum=_number(fields, "checksum", least=-(2**63)),
            )
        )

    def _check(self, fields: dict[str, str]) -> None:
        status = fields["status"]
        if status not in ("pass", "fail", "skip"):
            raise ValueError(f"status {status!r}")
        self.checks.append(
            CheckResult(
                case=fields["case"],
                check=fields["check"],
                status=status,  # type: ignore[arg-type]  # narrowed two lines above
                value=fields.get("value"),
                detail=fields.get("detail", ""),
                summary=fields.get("summary", ""),
            )
        )

    def _skip(self, fields: dict[str, str]) -> None:
        self.skipped = fields["reason"]

    def _end(self, fields: dict[str, str]) -> None:
        if _number(fields, "count") != self.count:
            raise ValueError(f"end counts {fields['count']} records, {self.count} arrived")
        self.ended = True
        self.running = ""


def _number(fields: dict[str, str], key: str, *, least: int = 0) -> int:
    """A plain decimal that fits into 64 bits; raises ValueError for anything else.

    `int` alone would take spaces, underscores, and digits of every script and length.
    """
    text = fields[key]
    value = int(text) if _DECIMAL.fullmatch(text) else None
    if value is None or not least <= value < 2**63:
        raise ValueError(f"{key} is {text[:40]!r}")
    return value


def parse(stdout: bytes, token: str) -> Response:
    """Read all that a process printed; never raises, whatever the bytes are."""
    reader = _Reader()
    noise: list[str] = []
    for line in _lines(stdout):
        before, found, record = line.partition(token + " ")
        if before.strip() or not found:
            noise.append(before.strip())
        if found and not reader.problem:
            _take_line(reader, record)
    problem = reader.problem
    if not problem and not reader.greeted:
        problem = "it said nothing" if not stdout else "no line of the protocol among its output"
    elif not problem and not reader.ended:
        problem = "no end record"
    return Response(
        samples=tuple(reader.samples),
        checks=tuple(reader.checks),
        facts=tuple(reader.facts),
        skipped=reader.skipped,
        running=reader.running,
        ended=reader.ended and not problem,
        problem=problem,
        noise=" | ".join(filter(None, noise))[:NOISE_SHOWN],
    )


def _lines(stdout: bytes) -> Iterator[str]:
    return iter(stdout.decode("utf-8", "replace").split("\n"))


def _take_line(reader: _Reader, line: str) -> None:
    record, *words = line.split(" ")
    try:
        pairs = [word.split("=", 1) for word in words]
        reader.take(record, {key: unquote(value)[:TEXT_CHARACTERS] for key, value in pairs})
    except (ValueError, KeyError) as error:
        reader.problem = f"record {record[:20]!r}: {error}"
