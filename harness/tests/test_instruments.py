"""Instruments that count whole processes: there or not, read, and never mixed with another."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from pyrometer.cli import main
from pyrometer.errors import WorldFailure
from pyrometer.execute import counting
from pyrometer.execute.run import run_job
from pyrometer.model import Counter, Instrument, Job, Outcome, Sample, Verdict
from pyrometer.provision import instruments
from pyrometer.provision.instruments import instrument
from pyrometer.records import Library
from tests.targets import make_target

PERF = "# started on a Monday\n\n12345,,instructions:u,1000000,100.00,,\n"
CALLGRIND = "version: 1\nevents: Ir\nsummary: 67890\n\nfn=(1) main\n1 5\n\ntotals: 67890\n"
ONE = 'SIZES = {"small": 7}\n\n\ndef setup(size):\n    return size\n\n\n'
ONE += "def run(state):\n    return state\n"


def script(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("name", "text", "count"), [("perf", PERF, 12345), ("callgrind", CALLGRIND, 67890)]
)
def test_a_count_is_read(tmp_path: Path, name: Instrument, text: str, count: int) -> None:
    path = tmp_path / "out"
    path.write_text(text)
    assert counting.read_total(path, name) == count


@pytest.mark.parametrize("text", ["", "<not supported>,,instructions:u,0,100.00,,\n", "summary:\n"])
@pytest.mark.parametrize("name", ["perf", "callgrind"])
def test_no_count_is_told(tmp_path: Path, name: Instrument, text: str) -> None:
    path = tmp_path / "out"
    path.write_text(text)
    with pytest.raises(ValueError, match=f"{name} counted nothing"):
        counting.read_total(path, name)
    with pytest.raises(ValueError, match=f"{name} left no count"):
        counting.read_total(tmp_path / "none", name)


def samples(*loops: int, checksum: int = 7) -> tuple[Sample, ...]:
    return tuple(
        Sample(case="s/one", loops=n, wall_ns=0, cpu_ns=0, checksum=checksum) for n in loops
    )


def test_further_runs_are_one_sample() -> None:
    found = counting.between(samples(1, 2), samples(1, 2, 4), 400)
    assert (found.loops, found.instructions, found.checksum) == (4, 400, 7)


@pytest.mark.parametrize(
    ("more", "counted", "told"),
    [
        (samples(1, 2), 400, "400 instructions of 0 further runs"),
        (samples(1, 2, 4), -1, "-1 instructions of 4 further runs"),
        (samples(1, 2, 4, checksum=8), 400, "2 different checksums"),
    ],
)
def test_what_cannot_be_is_refused(more: tuple[Sample, ...], counted: int, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        counting.between(samples(1, 2), more, counted)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("echo '<not supported>,,instructions:u,0,100.00,,' >&2", "perf says <not supported>"),
        ("echo 'no permission' >&2; exit 255", "perf says no word of it"),
        ("exit 1", "perf says no word of it"),
    ],
)
def test_a_kernel_without_counters_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, told: str
) -> None:
    fake = script(tmp_path / "perf", said)
    monkeypatch.setattr(instruments, "find_tool", lambda _name: fake)
    with pytest.raises(WorldFailure, match=told) as caught:
        instrument("perf")
    assert "leave --instrument out" in caught.value.line


def test_a_kernel_with_counters_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = '[ "$1" = --version ] && echo "perf version 6.1.187" && exit\n'
    text += "echo '12345,,instructions:u,1000000,100.00,,' >&2"
    fake = script(tmp_path / "perf", text)
    monkeypatch.setattr(instruments, "find_tool", lambda _name: fake)
    found = instrument("perf")
    assert found.name.startswith("perf 6.1.187 instructions:u")
    assert found.argv[0] == str(fake)
    assert Counter.OUT in found.argv


@pytest.mark.parametrize("name", ["perf", "callgrind"])
def test_an_instrument_that_is_not_installed(
    monkeypatch: pytest.MonkeyPatch, name: Instrument
) -> None:
    monkeypatch.setattr(instruments, "find_tool", lambda _name: None)
    with pytest.raises(WorldFailure, match="is missing") as caught:
        instrument(name)
    assert "apt-get install" in caught.value.line


def counted(root: Path, folder: Path, text: str) -> Outcome:
    """A job under a pretended perf, which is started with the file to write to and the target."""
    fake = script(folder / "perf", text)
    counter = Counter(name="it", argv=(str(fake), Counter.OUT), instrument="perf")
    job = Job(row="here", suite="s", kind="bench", cases=("s/one",), size="small", max_samples=3,
              metric="instructions", instrument="perf")  # fmt: skip
    target = replace(make_target(sys.executable), counter=counter)
    return run_job(job, target, root, seed=1)


# A thousand for the process, and a hundred for each run that it is asked for.
HONEST = """out=$1; shift
runs=$(echo "$@" | sed 's/.*max_samples=\\([0-9]*\\).*/\\1/')
echo "$((1000 + 100 * runs)),,instructions:u,1,100.00,," > "$out"
exec "$@"
"""


def test_a_run_costs_what_twice_as_many_cost_more(
    write_suite: Callable[..., Path], tmp_path: Path
) -> None:
    root = write_suite("s", "bench", one=ONE)
    outcome = counted(root, tmp_path, HONEST)
    assert outcome.ending is Verdict.PASS, outcome.reason
    (sample,) = outcome.samples
    assert sample.instructions == 300
    assert outcome.facts["instrument"] == "it"
    assert outcome.usage is None


def test_an_instrument_that_says_nothing_is_garbled(
    write_suite: Callable[..., Path], tmp_path: Path
) -> None:
    root = write_suite("s", "bench", one=ONE)
    outcome = counted(root, tmp_path, 'shift; exec "$@"')
    assert (outcome.ending, outcome.reason) == (Verdict.GARBLED, "perf left no count")
    assert outcome.samples == ()


def test_an_instrument_that_dies_is_a_crash(
    write_suite: Callable[..., Path], tmp_path: Path
) -> None:
    root = write_suite("s", "bench", one=ONE)
    outcome = counted(root, tmp_path, "kill -KILL $$")
    assert outcome.ending is Verdict.CRASHED
    assert "SIGKILL" in outcome.reason


def test_an_instrument_is_for_counts(tmp_path: Path) -> None:
    words = ["run", "--results", str(tmp_path), "-i", sys.executable, "--instrument", "perf"]
    refused = CliRunner().invoke(main, words)
    assert refused.exit_code == 2
    assert "--instrument is for counts" in refused.stderr


@pytest.mark.interpreters
@pytest.mark.skipif(shutil.which("valgrind") is None, reason="valgrind is not installed")
def test_two_instruments_agree_and_are_not_compared(tmp_path: Path) -> None:
    words = ["run", "--results", str(tmp_path), "--metric", "instructions", "-i", "cpython-3.11",
             "-c", "micro/exceptions", "--processes", "2"]  # fmt: skip
    counts = []
    for name in ("emulator", "callgrind"):
        made = CliRunner().invoke(main, [*words, "--instrument", name])
        assert made.exit_code == 0, made.output + made.stderr
        (*_, last) = Library(tmp_path).open().outcomes
        assert last.facts["instrument"].startswith(("qemu-", "callgrind "))
        counts.append(last.samples[-1].instructions / last.samples[-1].loops)
    assert counts[0] == pytest.approx(counts[1], rel=0.005)
    refused = CliRunner().invoke(
        main, ["compare", "--results", str(tmp_path), *Library(tmp_path).names()]
    )
    assert refused.exit_code == 2
    assert "counted by different instruments" in refused.stderr
