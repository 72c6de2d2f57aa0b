from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pyrometer.execute import counting
from pyrometer.execute.run import command_for, run_job
from pyrometer.model import Counter, Job, Limits, Metric, Sample, SuiteKind, Target, Verdict
from pyrometer.records.form import decode_outcome, encode_outcome
from pyrometer.target import marks
from tests.targets import make_target
from tests.test_records import OUTCOMES

ONE = "def setup(size):\n    return size\n\n\ndef run(state):\n    return state\n\n\n"
ONE += 'SIZES = {"small": 7}\n'
TEXT = """\
mark 0 pid 9 own 100 all 100 threads 1
mark 1 pid 9 own 150 all 160 threads 2
mark 0 pid 10 own 900 all 900 threads 1
mark 2 pid 9 own 160 all 175 threads 2
mark 3 pid 9 own 220 all 240 threads 2
exit 0 pid 9 own 300 all 350 threads 2
"""


def counted_job(metric: Metric = "instructions", samples: int = 3) -> Job:
    kind: SuiteKind = "bench"
    return Job(
        row="here", suite="s", kind=kind, cases=("s/one",), size="small", max_samples=samples,
        limits=Limits(timeout_s=60), metric=metric,
    )  # fmt: skip


def with_counter(target: Target, plugin: Path) -> Target:
    return replace(target, counter=Counter(name="a counter", argv=(), plugin=plugin))


def samples(count: int) -> tuple[Sample, ...]:
    return (Sample(case="s/one", loops=1, wall_ns=0, cpu_ns=0, checksum=7),) * count


def test_counts_are_what_lies_between_two_marks_of_one_process(tmp_path: Path) -> None:
    path = tmp_path / "counts"
    path.write_text(TEXT)
    counted = counting.with_counts(samples(2), counting.read_marks(path))
    assert [sample.instructions for sample in counted] == [50, 60]
    assert [sample.beside for sample in counted] == [10, 5]


def test_no_file_is_no_mark(tmp_path: Path) -> None:
    assert counting.read_marks(tmp_path / "none") == ()


@pytest.mark.parametrize("count", [0, 1, 3])
def test_samples_and_marks_that_do_not_fit_are_refused(tmp_path: Path, count: int) -> None:
    path = tmp_path / "counts"
    path.write_text(TEXT)
    with pytest.raises(ValueError, match="4 marks of the counter"):
        counting.with_counts(samples(count), counting.read_marks(path))


@pytest.mark.parametrize("end", ["own 5 all 400", "own 300 all 5"])
def test_a_count_that_wraps_is_refused(tmp_path: Path, end: str) -> None:
    path = tmp_path / "counts"
    path.write_text(f"mark 0 pid 9 own 100 all 150 threads 2\nmark 1 pid 9 {end} threads 2\n")
    with pytest.raises(ValueError, match="the counter went backwards before mark 1"):
        counting.with_counts(samples(1), counting.read_marks(path))


def test_marks_of_a_child_are_not_the_process_s(tmp_path: Path) -> None:
    path = tmp_path / "counts"
    path.write_text(TEXT)
    assert {mark.pid for mark in counting.read_marks(path)} == {9}


def test_a_start_is_all_up_to_its_only_mark(tmp_path: Path) -> None:
    path = tmp_path / "counts"
    path.write_text("mark 0 pid 9 own 100 all 130 threads 2\nexit 0 pid 9 own 1 all 1 threads 1\n")
    found = counting.until_first("s/one", counting.read_marks(path))
    assert (found.instructions, found.beside, found.wall_ns) == (100, 30, 0)
    path.write_text(TEXT)
    with pytest.raises(ValueError, match="4 marks"):
        counting.until_first("s/one", counting.read_marks(path))


@pytest.mark.parametrize("line", ["mark x pid 1", "mark 1 pid", "mark 0 some 1 other 2"])
def test_a_line_of_somebody_else_is_refused(tmp_path: Path, line: str) -> None:
    path = tmp_path / "counts"
    path.write_text(line + "\n")
    with pytest.raises(ValueError):  # noqa: PT011 - which of them does not matter
        counting.read_marks(path)


def test_a_mark_is_a_descriptor_that_nobody_can_have() -> None:
    assert all(number < 0 for number in (marks.FIRST, marks.FIRST + marks.MOST - 1))
    marks.mark(3)  # natively nothing comes of it
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.close(marks.FIRST + 3)


def test_where_nothing_can_be_marked_the_case_is_skipped(
    write_suite: Callable[..., Path], tmp_path: Path
) -> None:
    root = write_suite("s", "bench", one="import os\ndel os.close\n" + ONE)
    target = with_counter(make_target(sys.executable), tmp_path / "plugin.so")
    outcome = run_job(counted_job(), target, root, seed=1)
    assert outcome.ending is Verdict.UNSUPPORTED
    assert outcome.reason == marks.WITHOUT


def test_a_process_that_nobody_counts_is_garbled_and_has_no_time(
    write_suite: Callable[..., Path], tmp_path: Path
) -> None:
    root = write_suite("s", "bench", one=ONE)
    target = with_counter(make_target(sys.executable), tmp_path / "plugin.so")
    outcome = run_job(counted_job(), target, root, seed=1)
    assert outcome.ending is Verdict.GARBLED
    assert outcome.reason == "3 samples, but 0 marks of the counter"
    assert outcome.usage is None
    assert outcome.samples == ()


def test_what_is_emulated_keeps_no_time(write_suite: Callable[..., Path]) -> None:
    root = write_suite("s", "bench", one=ONE)
    target = replace(make_target(sys.executable), emulated="something")
    outcome = run_job(counted_job("time"), target, root, seed=1)
    assert outcome.ending is Verdict.PASS
    assert {(s.wall_ns, s.cpu_ns, s.checksum) for s in outcome.samples} == {(0, 0, 7)}
    assert outcome.usage is None
    assert not set(outcome.facts) & {"clock", "cpu_clock", "clock_resolution_ns"}


def test_nothing_is_drawn_where_counts_are_to_repeat(tmp_path: Path) -> None:
    target = with_counter(make_target("/bin/python"), Path("/plugin.so"))
    found = [
        command_for(counted_job(), target, ("word",), work=tmp_path, seed=seed) for seed in (1, 2)
    ]
    assert found[0] == found[1]
    assert found[0].environment["PYTHONHASHSEED"] == "0"
    assert found[0].environment["QEMU_PLUGIN"] == f"/plugin.so,out={tmp_path / counting.FILE}"


def test_counts_are_recorded_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "counts"
    path.write_text(TEXT)
    counted = counting.with_counts(samples(2), counting.read_marks(path))
    outcome = replace(OUTCOMES[0], samples=counted)
    assert decode_outcome(encode_outcome(outcome)) == outcome
