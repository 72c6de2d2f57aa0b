"""How a process ended, from its exit and from what it said: the strongest evidence first.

Owns what a response cannot claim. Refuses to start anything.
"""

from __future__ import annotations

import signal

from pyrometer.execute.protocol import MAX_SAMPLES, Response
from pyrometer.launch import Exit
from pyrometer.model import Job, Verdict

# How far a target's clock may be off from ours before it must be a lie.
CLOCK_TOLERANCE = 1.01
CLOCK_SLACK_NS = 5_000_000


def ending_of(left: Exit, response: Response, job: Job) -> tuple[Verdict, str]:
    """Its verdict as a process, and the reason where it is not `pass`."""
    where = f" in {response.running}" if response.running else ""
    if left.not_started:
        return Verdict.CRASHED, f"could not be started: {left.not_started}"
    if left.timed_out and left.silent:
        return Verdict.TIMED_OUT, f"said nothing for {job.limits.silence_s:g} s{where}"
    if left.timed_out:
        return Verdict.TIMED_OUT, f"no end after {job.limits.timeout_s:g} s{where}"
    if left.over_memory:
        mib = job.limits.memory_bytes // 2**20
        return Verdict.CRASHED, f"memory limit {mib} MiB exceeded{where}"
    if left.flooded:
        return Verdict.GARBLED, f"printed more than {job.limits.output_bytes} bytes{where}"
    if left.code is not None and left.code < 0:
        return Verdict.CRASHED, f"killed by {_signal_name(-left.code)}{where}"
    if left.code:
        return Verdict.CRASHED, f"exit status {left.code}{where}: {_last_line(left.stderr)}"
    problem = response.problem or _impossible(left, response, job)
    if problem:
        return Verdict.GARBLED, f"{problem}{where}"
    return response.ending, response.skipped


def _impossible(left: Exit, response: Response, job: Job) -> str:
    """What a well-formed response claims although it cannot be; empty if there is nothing."""
    spoken_of = {sample.case for sample in response.samples}
    spoken_of |= {check.case for check in response.checks}
    for case in sorted(spoken_of - set(job.cases)):
        return f"it speaks of {case}, which was not asked for"
    if job.kind == "bench":
        count, most = len(response.samples), job.max_samples or MAX_SAMPLES
        if count > most or (not count and not response.skipped):
            return f"{count} samples, asked for were 1 to {most}"
    told_ns = sum(sample.wall_ns for sample in response.samples) + _import_ns(response)
    lived_ns = left.usage.wall_ns if left.usage else told_ns
    if told_ns > lived_ns * CLOCK_TOLERANCE + CLOCK_SLACK_NS:
        return f"it tells of {told_ns / 1e9:.3f} s and lived for {lived_ns / 1e9:.3f} s"
    return ""


def _import_ns(response: Response) -> int:
    told = dict(response.facts).get("import_ns", "0")
    return int(told) if told.isdecimal() else 2**63


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _last_line(stderr: bytes) -> str:
    lines = stderr.decode("utf-8", "replace").strip().splitlines()
    return lines[-1].strip() if lines else "nothing on stderr"
