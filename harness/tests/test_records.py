from __future__ import annotations

import contextlib
import errno
import gzip
import json
import random
import resource
import signal
from dataclasses import replace
from pathlib import Path

import polars as pl
import pyperf
import pytest

from pyrometer.errors import Mistake, WorldFailure
from pyrometer.model import Job, Machine, MeasuredRow, Outcome, Run, Sample, Usage, Verdict
from pyrometer.records import Library, Writer, exchange, read
from pyrometer.records import write as writing
from pyrometer.records.form import SCHEMA, decode_outcome, decode_run, encode_outcome, encode_run
from pyrometer.samples import Samples, column

MACHINE = Machine(
    name="a-cpu-2c-x86_64", cpu="A CPU", arch="x86_64", cores=2, memory_bytes=2**30,
    kernel="Linux 6", distribution="Debian", libc="glibc 2.36", virtualised="no",
    governor="unknown", turbo="unknown", load_before=None,
)  # fmt: skip


def make_run(jobs: tuple[Job, ...] = (), **changes: object) -> Run:
    run = Run(
        schema=SCHEMA, name="2026-01-02-a", started="2026-01-02T03:04:05+00:00", revision="abc",
        plan_sha256="p", seed=1, tier="quick", reference="r", command="pyrometer run",
        machine=MACHINE, rows=(MeasuredRow(row="r"),), cases=(), known=(),
        job_ids=tuple(job.id for job in jobs),
    )  # fmt: skip
    return replace(run, **changes)  # type: ignore[arg-type]


def make_outcome(number: int = 0, ending: Verdict = Verdict.PASS) -> Outcome:
    job = Job(row="r", suite="s", kind="bench", cases=("s/a",), size="small", round=number)
    samples = tuple(
        Sample(case="s/a", loops=n, wall_ns=1000 * n + number, cpu_ns=900 * n, checksum=2**62 + n)
        for n in range(1, 9)
    )
    usage = Usage(wall_ns=5, user_ns=4, system_ns=3, peak_bytes=2, first_line_ns=1)
    return Outcome(
        job=job, interpreter="x-1-linux-x86_64", ending=ending, samples=samples, usage=usage,
        facts={"clock": "perf_counter_ns"}, reason="ä\n\"", load=1.5,
    )  # fmt: skip


OUTCOMES = tuple(make_outcome(number) for number in range(3))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A result set of three outcomes that its process did not live to seal."""
    path = tmp_path / "raw" / "2026-01-02-a"
    path.mkdir(parents=True)
    (path / "run.json").write_bytes(encode_run(make_run(tuple(o.job for o in OUTCOMES))))
    (path / "outcomes-000.jsonl").write_bytes(b"".join(map(encode_outcome, OUTCOMES)))
    return path


def test_an_outcome_comes_back_as_it_was() -> None:
    assert decode_outcome(encode_outcome(OUTCOMES[1])) == OUTCOMES[1]
    empty = replace(OUTCOMES[0], samples=(), usage=None, load=None)
    assert decode_outcome(encode_outcome(empty)) == empty


def test_a_run_comes_back_as_it_was() -> None:
    assert decode_run(encode_run(make_run()), "run.json") == make_run()


def test_a_finished_writer_leaves_sealed_shards(tmp_path: Path) -> None:
    with Writer(tmp_path / "set", make_run()) as writer:
        for outcome in OUTCOMES:
            writer.append(outcome)
    names = sorted(path.name for path in (tmp_path / "set").iterdir())
    assert names == ["outcomes-000.jsonl.gz", "run.json"]
    assert read(tmp_path / "set").outcomes == OUTCOMES


def test_a_full_disk_is_told_and_costs_only_what_was_not_written(tmp_path: Path) -> None:
    with Writer(tmp_path / "set", make_run()) as writer:
        writer.append(OUTCOMES[0])
        usual = writer._file
        writer._file = Path("/dev/full").open("ab", buffering=0)  # noqa: SIM115 - closed below
        with pytest.raises(WorldFailure, match="No space left on device"):
            writer.append(OUTCOMES[1])
        with contextlib.suppress(OSError):
            writer._file.close()
        writer._file = usual
    assert read(tmp_path / "set").outcomes == OUTCOMES[:1]


def test_shards_stay_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "SHARD_BYTES", 500)
    with Writer(tmp_path / "set", make_run()) as writer:
        for outcome in OUTCOMES:
            writer.append(outcome)
    assert len(list((tmp_path / "set").glob("outcomes-*.jsonl.gz"))) == 3
    assert read(tmp_path / "set").outcomes == OUTCOMES


def test_outcomes_are_there_before_the_writer_is_closed(tmp_path: Path) -> None:
    with Writer(tmp_path / "set", make_run()) as writer:
        writer.append(OUTCOMES[0])
        assert read(tmp_path / "set").outcomes == OUTCOMES[:1]


def test_a_torn_last_line_costs_that_line_and_says_so(folder: Path) -> None:
    shard = folder / "outcomes-000.jsonl"
    shard.write_bytes(shard.read_bytes()[:-20])
    found = read(folder)
    assert found.outcomes == OUTCOMES[:2]
    assert found.warnings == ("outcomes-000.jsonl: the last line is torn and is left out",)


def test_going_on_behind_a_torn_line_loses_nothing_more(folder: Path) -> None:
    shard = folder / "outcomes-000.jsonl"
    shard.write_bytes(shard.read_bytes()[:-20])
    with Writer(folder, make_run()) as writer:
        writer.append(OUTCOMES[2])
    found = read(folder)
    assert found.outcomes == OUTCOMES
    assert found.warnings == ()


def test_a_damaged_line_in_the_middle_costs_that_line(folder: Path) -> None:
    shard = folder / "outcomes-000.jsonl"
    lines = shard.read_bytes().split(b"\n")
    lines[1] = lines[1][:50] + b"\xff" + lines[1][51:]
    shard.write_bytes(b"\n".join(lines))
    found = read(folder)
    assert found.outcomes == (OUTCOMES[0], OUTCOMES[2])
    assert "line 2 cannot be read" in found.warnings[0]


def test_a_truncated_shard_gives_what_it_still_has(folder: Path) -> None:
    plain = folder / "outcomes-000.jsonl"
    many = b"".join(encode_outcome(make_outcome(number)) for number in range(400))
    (folder / "outcomes-000.jsonl.gz").write_bytes(gzip.compress(many)[:-200])
    plain.unlink()
    found = read(folder)
    assert 200 < len(found.outcomes) < 400
    assert "what could be read is used" in found.warnings[0]


def test_a_process_that_died_between_sealing_and_removing(folder: Path) -> None:
    plain = folder / "outcomes-000.jsonl"
    (folder / "outcomes-000.jsonl.gz").write_bytes(gzip.compress(plain.read_bytes()))
    assert read(folder).outcomes == OUTCOMES


def test_what_killed_writers_left_is_tidied_up(folder: Path) -> None:
    plain = folder / "outcomes-000.jsonl"
    (folder / "outcomes-000.jsonl.gz").write_bytes(gzip.compress(plain.read_bytes()))
    for name in (".run.json.4711", ".outcomes-001.jsonl.gz.4711"):
        (folder / name).write_text("half")
    with Writer(folder, make_run()) as writer:
        writer.append(make_outcome(7))
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["outcomes-000.jsonl.gz", "outcomes-001.jsonl.gz", "run.json"]
    assert len(read(folder).outcomes) == 4


def test_sealing_on_a_full_disk_leaves_what_was_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_path: Path, _content: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with Writer(folder, make_run()) as writer:
        writer.append(make_outcome(7))
        monkeypatch.setattr(writing, "write_atomically", full)
    assert len(read(folder).outcomes) == 4
    with pytest.raises(WorldFailure, match=r"run\.json: .*No space left .*it resumes"):
        Writer(folder, make_run())
    monkeypatch.undo()
    with Writer(folder, make_run()) as writer:  # the failed one holds no lock
        writer.append(make_outcome(8))
    assert len(read(folder).outcomes) == 5


def test_half_a_line_on_a_full_disk_is_taken_back(tmp_path: Path) -> None:
    with Writer(tmp_path / "set", make_run()) as writer:
        writer.append(OUTCOMES[0])
        whole = len(encode_outcome(OUTCOMES[0]))
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (whole + 100, hard))
        try:
            with pytest.raises(WorldFailure, match="File too large"):
                writer.append(OUTCOMES[1])
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            signal.signal(signal.SIGXFSZ, ignored)
        writer.append(OUTCOMES[2])
    found = read(tmp_path / "set")
    assert found.warnings == ()
    assert found.outcomes == (OUTCOMES[0], OUTCOMES[2])


def test_two_runs_that_begin_at_once_get_two_folders(tmp_path: Path) -> None:
    library = Library(tmp_path)
    folders = [library.new_folder("2026-01-02", "a") for _ in range(3)]
    assert [folder.name for folder in folders] == [
        "2026-01-02-a",
        "2026-01-02-a-2",
        "2026-01-02-a-3",
    ]
    assert library.names() == []
    with Writer(folders[0], make_run()), pytest.raises(Mistake, match=r"writes here .*--fresh"):
        Writer(folders[0], make_run())


def test_a_place_that_cannot_be_written_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "raw").touch()
    with pytest.raises(WorldFailure, match=r"cannot write results: File exists .*--results DIR"):
        Library(tmp_path).new_folder("2026-01-02", "a")


def test_a_newer_schema_is_refused_in_words(folder: Path) -> None:
    head = folder / "run.json"
    head.write_text(head.read_text().replace(f'"schema": {SCHEMA}', '"schema": 99'))
    with pytest.raises(Mistake, match=r"schema 99, this pyrometer reads up to 1 \(upgrade"):
        read(folder)


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"schema": "x"}', b'{"schema": 0}', b'{"schema": 1}', b"\xff"]
)
def test_a_head_that_is_none(folder: Path, content: bytes) -> None:
    (folder / "run.json").write_bytes(content)
    with pytest.raises(Mistake, match=r"run\.json"):
        read(folder)


@pytest.mark.parametrize("name", ["run.json", "outcomes-000.jsonl", "outcomes-000.jsonl.gz"])
def test_a_flipped_bit_is_a_warning_or_one_line(folder: Path, name: str) -> None:
    if name.endswith(".gz"):
        plain = folder / "outcomes-000.jsonl"
        (folder / name).write_bytes(gzip.compress(plain.read_bytes()))
    sound = (folder / name).read_bytes()
    chance = random.Random(name)
    for _ in range(200):
        content = bytearray(sound)
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        (folder / name).write_bytes(content)
        with contextlib.suppress(Mistake):
            found = read(folder)
            # Only what is sealed carries a checksum: a digit of a growing shard may be another.
            assert found.outcomes == OUTCOMES or found.warnings or name.endswith(".jsonl")


def test_what_was_not_run_is_not_done(folder: Path) -> None:
    with Writer(folder, make_run()) as writer:
        writer.append(make_outcome(7, Verdict.NOT_RUN))
    assert len(read(folder).done) == 3


def test_an_unfinished_run_of_the_same_work_is_found(folder: Path) -> None:
    library = Library(folder.parent.parent)
    found = library.unfinished("p")
    assert found is not None
    assert found.folder == folder
    assert library.unfinished("q") is None
    with Writer(folder, make_run()) as writer:
        assert library.unfinished("p") is None  # somebody is writing there
        writer.write_head(make_run(finished="2026-01-02T04:00:00+00:00"))
    assert library.unfinished("p") is None


def test_result_sets_are_named_and_found(folder: Path) -> None:
    library = Library(folder.parent.parent)
    assert library.new_folder("2026-01-02", "a").name == "2026-01-02-a-2"
    assert library.open().folder == folder
    assert library.open(str(folder)).folder == folder
    with pytest.raises(Mistake, match="there are: 2026-01-02-a"):
        library.open("nonsense")
    with pytest.raises(Mistake, match="pyrometer run makes some"):
        Library(folder).open()


def test_exports_hold_every_sample(folder: Path, tmp_path: Path) -> None:
    found = read(folder)
    (csv,) = exchange.to_csv(found, tmp_path / "x.csv")
    (parquet,) = exchange.to_parquet(found, tmp_path / "x.parquet")
    frames = pl.read_csv(csv), pl.read_parquet(parquet)
    assert [frame.height for frame in frames] == [24, 24]
    assert frames[1]["checksum"].max() == 2**62 + 8


def test_counts_are_exported_as_counts(folder: Path, tmp_path: Path) -> None:
    found = read(folder)
    counted = replace(
        found,
        outcomes=tuple(
            replace(
                one,
                job=replace(one.job, metric="instructions"),
                samples=tuple(
                    replace(s, wall_ns=0, cpu_ns=0, instructions=1000 * s.loops, beside=7)
                    for s in one.samples
                ),
            )
            for one in found.outcomes
        ),
    )
    frame = exchange.samples(counted)
    assert frame["instructions"].max() == 8000
    assert set(frame["beside"]) == {7}
    (path,) = exchange.to_pyperf(counted, tmp_path / "pyperf")
    (benchmark,) = pyperf.BenchmarkSuite.load(str(path)).get_benchmarks()
    assert benchmark.get_unit() == "integer"
    assert set(benchmark.get_values()) == {1000}


def test_pyperf_itself_loads_the_export(folder: Path, tmp_path: Path) -> None:
    (path,) = exchange.to_pyperf(read(folder), tmp_path / "pyperf")
    suite = pyperf.BenchmarkSuite.load(str(path))
    (benchmark,) = suite.get_benchmarks()
    assert benchmark.get_name() == "s/a"
    assert benchmark.get_nrun() == 3
    assert json.loads(path.read_text())["version"]


def test_samples_by_column_are_the_samples() -> None:
    """As they come back from a file, and as they were made."""
    outcome = make_outcome(0)
    back = decode_outcome(encode_outcome(outcome)).samples
    assert isinstance(back, Samples)
    assert back == outcome.samples
    assert outcome.samples == back
    assert hash(back) == hash(outcome.samples)
    assert back[0] == outcome.samples[0]
    assert back[1:] == outcome.samples[1:]
    assert back != outcome.samples[1:]
    for name in ("loops", "wall_ns", "checksum", "instructions"):
        assert list(column(back, name)) == list(column(outcome.samples, name))


def test_columns_of_different_length_are_no_samples() -> None:
    with pytest.raises(ValueError, match="differ in length"):
        Samples("s/a", {"loops": [1, 1], "wall_ns": [1], "cpu_ns": [1, 1], "checksum": [1, 1]})
