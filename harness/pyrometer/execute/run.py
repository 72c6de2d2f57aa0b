"""Starts the processes of a plan one after the other and says what became of each.

Owns the making of outcomes. A target's misbehaviour is a value.
One process at a time, or the two of a duet: nothing else of ours may run beside a measurement.
"""

from __future__ import annotations

import os
import random
import secrets
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from pyrometer.definitions.needs import unmet
from pyrometer.execute import counting, duet, hygiene, machine, spin
from pyrometer.execute.ending import ending_of
from pyrometer.execute.plan import is_timed
from pyrometer.execute.protocol import Response, parse, request_words
from pyrometer.execute.workplace import clear_abandoned, workplace
from pyrometer.launch import Command, Exit, launch
from pyrometer.model import CheckResult, Counter, Job, Outcome, Plan, Sample, Target, Usage, Verdict
from pyrometer.provision.environment import target_environment

TARGET_MAIN = Path(__file__).resolve().parent.parent / "target" / "main.py"
PADDING_BYTES = 4096
RESTARTS = 40
STDERR_SHOWN = 2000
# Facts that a process tells of its own clocks.
TIMES = frozenset({"clock", "cpu_clock", "clock_resolution_ns", "import_ns"})


class Stopped(Exception):
    """A job was ended from outside: what it left is no result."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """Where a plan runs: targets or the reason why there is none, and folders of cases.

    By suite: what it `needs`, the module `paths` of its targets, what it is `lacking` to be run. By
    row and suite: the folder with the `extensions` that its cases load. Suites that are `parallel`
    are never pinned; others are, where the machine keeps processors free for that.
    """

    targets: Mapping[str, Target]
    missing: Mapping[str, str]
    roots: Mapping[str, Path]
    needs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    paths: Mapping[str, tuple[Path, ...]] = field(default_factory=dict)
    lacking: Mapping[str, str] = field(default_factory=dict)
    extensions: Mapping[tuple[str, str], Path] = field(default_factory=dict)
    parallel: frozenset[str] = frozenset()

    def module_paths(self, job: Job) -> tuple[Path, ...]:
        """Folders from which the cases of a job can import."""
        extensions = self.extensions.get((job.row, job.suite))
        paths = self.paths.get(job.suite, ())
        return paths if extensions is None else (*paths, extensions)


def run(
    plan: Plan,
    setting: Setting,
    *,
    done: Collection[str] = (),
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Outcome]:
    """Yield an outcome per job that is not in `done`, in the order of the plan, until cancelled.

    In a duet the two timed jobs of a block run at once, and again where one of them has no outcome.
    """
    clear_abandoned()
    for group in duet.groups(plan.jobs) if plan.duet else ((job,) for job in plan.jobs):
        if all(job.id in done for job in group):
            continue
        if cancelled():
            return
        ready = [(job, _refused(job, setting)) for job in group]
        yield from (refused for _, refused in ready if refused is not None)
        jobs = [job for job, refused in ready if refused is None]
        try:
            yield from _run_at_once(jobs, setting, plan.seed, cancelled)
        except Stopped:
            return


def _run_at_once(
    jobs: Sequence[Job], setting: Setting, seed: int, cancelled: Callable[[], bool]
) -> list[Outcome]:
    """The outcomes of one job, or of two that play a duet; raises Stopped if cancelled."""

    def outcome(job: Job, *cpus: int) -> Outcome:
        target, root = setting.targets[job.row], setting.roots[job.suite]
        steal, heat = spin.Steal(), spin.Throttling()
        found = run_job(job, target, root, seed, cancelled, setting.module_paths(job), cpus)
        if not pace_ns:
            return found
        return replace(found, spin_ns=pace_ns, steal=steal.share(), throttled=heat.events())

    timed = any(is_timed(job) and job.metric == "time" for job in jobs)
    pace_ns = spin.spin_ns() if timed else 0
    isolated = machine.isolated_processors() if timed else ()
    if len(jobs) < 2:
        return [outcome(job, *(() if job.suite in setting.parallel else isolated)) for job in jobs]
    one, other = duet.seats(jobs, isolated if len(isolated) > 1 else duet.processors())
    # This thread takes part: one that only waits would hear of a Ctrl-C when all is over.
    with ThreadPoolExecutor(1) as pool:
        beside = pool.submit(outcome, *other)
        return [outcome(*one), beside.result()]


def _refused(job: Job, setting: Setting) -> Outcome | None:
    """The outcome of a job that cannot be started here; None for one that can."""
    target = setting.targets.get(job.row)
    if target is None:
        return _not_run(job, setting.missing.get(job.row, "no such interpreter here"))
    if job.suite in setting.lacking:
        return _not_run(job, setting.lacking[job.suite])
    if lacking := unmet(setting.needs.get(job.suite, ()), target.facts):
        return _unsupported(job, target, lacking)
    if job.metric == "instructions" and target.counter is None:
        return _unsupported(job, target, "nothing here counts the instructions of this program")
    return None


def run_job(
    job: Job,
    target: Target,
    root: Path,
    seed: int,
    cancelled: Callable[[], bool] = lambda: False,
    paths: tuple[Path, ...] = (),
    cpus: tuple[int, ...] = (),
) -> Outcome:
    """Run one job in a directory of its own; raises Stopped if it was cancelled on its way.

    With `cpus` on those processors alone.
    """
    with workplace() as work:
        process = _Process(job, target, root, work, seed, cancelled, paths, cpus)
        return process.checks() if job.kind in ("check", "feature") else process.single()


def command_for(
    job: Job,
    target: Target,
    words: tuple[str, ...],
    *,
    work: Path | None = None,
    seed: int = 0,
    paths: tuple[Path, ...] = (),
) -> Command:
    """The command of a request, with the random part of its environment drawn from the seed."""
    draw = random.Random(f"{seed}:{job.id}")  # noqa: S311 - to be repeated, not a secret
    environment = {
        **target_environment({**target.environment, **_check_environment(job, target)}),
        "PYTHONHASHSEED": str(draw.randrange(1, 2**32)),
        # The size of the environment moves the stack (Mytkowicz et al., ASPLOS 2009).
        "PYROMETER_PADDING": "x" * draw.randrange(PADDING_BYTES),
    }
    if work is not None:
        environment["TMPDIR"] = str(work)
    if paths:
        environment["PYTHONPATH"] = os.pathsep.join(map(str, paths))
    argv = (*target.argv, str(TARGET_MAIN), *words)
    if job.metric == "instructions" and target.counter is not None and work is not None:
        # Counts are to repeat exactly, which they do where nothing at all is drawn.
        environment |= {"PYTHONHASHSEED": "0", "PYROMETER_PADDING": ""}
        out = str(work / counting.FILE)
        if target.counter.instrument == "emulator":
            environment["QEMU_PLUGIN"] = f"{target.counter.plugin},out={out}"
        argv = (*(word.replace(Counter.OUT, out) for word in target.counter.argv), *argv)
    return Command(argv=argv, environment=environment, cwd=work, limits=job.limits)


def _check_environment(job: Job, target: Target) -> Mapping[str, str]:
    """What the row adds where nothing is timed; a timed process never gets it."""
    return {} if is_timed(job) else target.row.check_environment


class _Process:
    """One job on one target: as many processes as it takes to get past what dies."""

    def __init__(
        self,
        job: Job,
        target: Target,
        root: Path,
        work: Path,
        seed: int,
        cancelled: Callable[[], bool],
        paths: tuple[Path, ...],
        cpus: tuple[int, ...],
    ) -> None:
        self.paths, self.cpus = paths, cpus
        self.job, self.target, self.root, self.work = job, target, root, work
        self.seed, self.cancelled = seed, cancelled
        self.load = machine.load()
        self.started = datetime.now(UTC).isoformat(timespec="seconds")
        self.replacements = hygiene.placeholders(target.build.root, root, work)

    def start(self, job: Job, *, after: str = "", only: str = "") -> tuple[Exit, Response]:
        token = secrets.token_hex(8)
        words = request_words(job, self.root, token, after=after, only=only)
        command = command_for(
            job, self.target, words, work=self.work, seed=self.seed, paths=self.paths
        )
        left = launch(replace(command, cpus=self.cpus), cancelled=self.cancelled)
        if left.cancelled:
            raise Stopped
        return left, parse(left.stdout, token)

    def single(self) -> Outcome:
        counter = self.target.counter
        whole = counter is not None and counter.instrument != "emulator"
        if self.job.metric == "instructions" and whole:
            return self.whole()
        left, response = self.start(self.job)
        if self.job.metric == "instructions" and not response.skipped:
            response = self.counted(response)
        ending, reason = ending_of(left, response, self.job)
        return self.outcome(left, response, ending, reason, response.checks, left.usage)

    def whole(self) -> Outcome:
        """What an instrument without marks says: of a bench, by how much twice the runs cost more.

        A start is the whole process, its end included.
        """
        left, response = self.start(self.job)
        ending, reason = ending_of(left, response, self.job)
        if ending is Verdict.PASS:
            try:
                once = self.total()
                if self.job.kind == "startup":
                    sample = counting.start_of(self.job.cases[0], once)
                else:
                    job = replace(self.job, max_samples=2 * self.job.max_samples)
                    fewer = response.samples
                    left, response = self.start(job)
                    ending, reason = ending_of(left, response, job)
                    sample = counting.between(fewer, response.samples, self.total() - once)
                response = replace(response, samples=(sample,))
            except ValueError as error:
                if ending is Verdict.PASS:
                    ending, reason = Verdict.GARBLED, str(error)
                response = replace(response, samples=())
        return self.outcome(left, response, ending, reason, response.checks, left.usage)

    def total(self) -> int:
        """What the process that has just ended executed; its file is gone afterwards."""
        path = self.work / counting.FILE
        try:
            return counting.read_total(path, self.job.instrument)
        finally:
            path.unlink(missing_ok=True)

    def counted(self, response: Response) -> Response:
        """The response with what its counter wrote meanwhile."""
        try:
            marks = counting.read_marks(self.work / counting.FILE)
            if self.job.kind == "startup":
                return replace(response, samples=(counting.until_first(self.job.cases[0], marks),))
            return replace(response, samples=counting.with_counts(response.samples, marks))
        except ValueError as error:
            return replace(response, samples=(), problem=response.problem or str(error))

    def checks(self) -> Outcome:
        """Run the cases in one process; behind whatever kills it, go on in another."""
        results: list[CheckResult] = []
        usage: Usage | None = None
        after = ""
        for _ in range(RESTARTS):
            left, response = self.start(self.job, after=after)
            usage = _sum(usage, left.usage)
            results += response.checks
            ending, reason = ending_of(left, response, self.job)
            if ending is Verdict.PASS or not response.running:
                break
            culprit = response.running if "::" in response.running else response.running + "::*"
            results.append(self._alone(culprit, ending, reason))
            after = culprit
        return self.outcome(left, response, ending, reason, tuple(results), usage)

    def _alone(self, culprit: str, ending: Verdict, reason: str) -> CheckResult:
        """The culprit's result in a process of its own; dying again makes it its verdict."""
        case, _, check = culprit.partition("::")
        job = replace(self.job, cases=(case,))
        left, response = self.start(job, only="" if check == "*" else culprit)
        again, second_reason = ending_of(left, response, job)
        if again is Verdict.PASS and response.checks:
            found = response.checks[-1]
            note = f"{ending.value} among others ({reason}), not when alone"
            return replace(found, detail=f"{found.detail} {note}".strip())
        status = ending if again is Verdict.PASS else again
        return CheckResult(
            case=case,
            check=check,
            status=status.value,  # type: ignore[arg-type]  # crashed, timed_out or garbled here
            detail=second_reason or reason,
        )

    def outcome(
        self,
        left: Exit,
        response: Response,
        ending: Verdict,
        reason: str,
        checks: tuple[CheckResult, ...],
        usage: Usage | None,
    ) -> Outcome:
        facts = dict(response.facts)
        added = _check_environment(self.job, self.target)
        if added:
            facts["check_environment"] = " ".join(f"{key}={added[key]}" for key in sorted(added))
        if response.noise and ending is not Verdict.PASS:
            facts["noise"] = self.clean(response.noise)
        if left.swept:
            facts["processes_left_behind"] = str(left.swept)
        asked = set(self.job.cases)
        samples = tuple(sample for sample in response.samples if sample.case in asked)
        if self.job.metric == "instructions" and self.target.counter is not None:
            facts["instrument"] = self.target.counter.name
        if self.target.emulated or self.job.metric == "instructions":
            facts, samples, usage = _without_times(facts, samples)
        stderr = left.stderr.decode("utf-8", "replace") if ending is not Verdict.PASS else ""
        return Outcome(
            job=self.job,
            interpreter=self.target.interpreter.key,
            ending=ending,
            reason=self.clean(reason),
            exit_code=left.code,
            samples=samples,
            checks=tuple(
                replace(check, detail=self.clean(check.detail))
                for check in checks
                if check.case in asked
            ),
            facts=facts,
            stderr_tail=self.clean(stderr)[-STDERR_SHOWN:],
            usage=usage,
            load=self.load,
            started=self.started,
        )

    def clean(self, text: str) -> str:
        return hygiene.clean(text, self.replacements)


def _without_times(
    facts: Mapping[str, str], samples: tuple[Sample, ...]
) -> tuple[dict[str, str], tuple[Sample, ...], None]:
    """What an emulated processor's time had a part in, without it: such a time is no result."""
    kept = {name: value for name, value in facts.items() if name not in TIMES}
    return kept, tuple(replace(sample, wall_ns=0, cpu_ns=0) for sample in samples), None


def _not_run(job: Job, reason: str) -> Outcome:
    return Outcome(job=job, interpreter="", ending=Verdict.NOT_RUN, reason=reason)


def _unsupported(job: Job, target: Target, reason: str) -> Outcome:
    """What a process would have said, had one been started only to say that it cannot run."""
    checked = job.kind in ("check", "feature")
    checks = tuple(
        CheckResult(case=case, check="*", status="skip", detail=reason)
        for case in job.cases
        if checked
    )
    return Outcome(
        job=job,
        interpreter=target.interpreter.key,
        ending=Verdict.PASS if checked else Verdict.UNSUPPORTED,
        reason="" if checked else reason,
        checks=checks,
    )


def _sum(one: Usage | None, other: Usage | None) -> Usage | None:
    if one is None or other is None:
        return one or other
    return Usage(
        wall_ns=one.wall_ns + other.wall_ns,
        user_ns=one.user_ns + other.user_ns,
        system_ns=one.system_ns + other.system_ns,
        peak_bytes=max(one.peak_bytes, other.peak_bytes),
        first_line_ns=one.first_line_ns,
    )
