from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrometer.execute import protocol
from pyrometer.execute.protocol import parse, request_words
from pyrometer.model import Job, Verdict

WIRE = Path(protocol.__file__).parent.parent / "target"
WHOLE = (
    b"T hello protocol=1\nT sample case=a/b loops=2 wall_ns=10 cpu_ns=9 checksum=5\nT end count=2\n"
)


def test_a_whole_response() -> None:
    response = parse(WHOLE, "T")
    assert response.ending is Verdict.PASS
    assert response.samples[0].wall_ns == 10


def test_every_truncation_shows() -> None:
    for length in range(len(WHOLE) - 1):
        assert parse(WHOLE[:length], "T").ending is Verdict.GARBLED


@pytest.mark.parametrize(
    ("stdout", "problem"),
    [
        (b"", "it said nothing"),
        (b"hello\n", "no line of the protocol among its output"),
        (b"T end count=0\n", "'end' before hello"),
        (b"T hello protocol=2\nT end count=1\n", "protocol 2, not 1"),
        (b"T hello protocol=1\nT end count=5\n", "end counts 5 records, 1 arrived"),
        (b"T hello protocol=1\n", "no end record"),
        (b"T hello protocol=1\nT end count=1\nT fact name=a value=b\n", "a record after end"),
        (b"T hello protocol=1\nT frobnicate a=b\n", "unknown record with ['a']"),
        (b"T hello protocol=1\nT sample case=a/b loops=x\n", "record 'sample': loops is 'x'"),
        (b"T hello protocol=1\nT sample case=a/b\n", "record 'sample': 'loops'"),
        (b"T hello protocol=1\nT check case=a/b check=t status=maybe\n", "status 'maybe'"),
        (WHOLE.replace(b"loops=2", b"loops=0"), "a sample of no runs"),
        (WHOLE.replace(b"wall_ns=10", b"wall_ns=-10"), "wall_ns is '-10'"),
        (WHOLE.replace(b"cpu_ns=9", b"cpu_ns=1e9"), "cpu_ns is '1e9'"),
        (WHOLE.replace(b"cpu_ns=9", b"cpu_ns=1_000"), "cpu_ns is '1_000'"),
        (WHOLE.replace(b"checksum=5", b"checksum=%d" % 2**63), "checksum is '9223372036854775808'"),
        (WHOLE.replace(b"checksum=5", b"checksum=" + b"9" * 10**5), "checksum is '99999"),
        (b"T hello protocol=1\nT _init__ a=b\n", "unknown record with ['a']"),
        (b"T hello protocol=1\nT take a=b\n", "unknown record with ['a']"),
        (b"T hello protocol=1\n" + b"T fact name=a value=b\n" * 101, "more than 100 facts"),
    ],
)
def test_what_is_wrong_is_named(stdout: bytes, problem: str) -> None:
    response = parse(stdout, "T")
    assert response.ending is Verdict.GARBLED
    assert problem in response.problem


def test_the_whole_range_of_a_checksum_is_kept() -> None:
    for value in (2**63 - 1, -(2**63)):
        response = parse(WHOLE.replace(b"checksum=5", b"checksum=%d" % value), "T")
        assert response.samples[0].checksum == value


def test_a_text_without_end_is_cut() -> None:
    line = b"T fact name=a value=" + b"x" * 10**6 + b"\n"
    response = parse(b"T hello protocol=1\n" + line + b"T end count=2\n", "T")
    assert response.ending is Verdict.PASS
    assert len(response.facts[0][1]) == 8000


def test_noise_is_kept_and_does_no_harm() -> None:
    response = parse(b"banner\nno newlineT hello protocol=1\nT end count=1\nbye", "T")
    assert response.ending is Verdict.PASS
    assert response.noise == "banner | no newline | bye"


def test_a_skip_is_unsupported() -> None:
    response = parse(b"T hello protocol=1\nT skip case=a/b reason=os.fork\nT end count=2\n", "T")
    assert (response.ending, response.skipped) == (Verdict.UNSUPPORTED, "os.fork")


def test_what_was_running_is_known_until_the_end() -> None:
    begun = b"T hello protocol=1\nT start case=a/b\nT start case=a/b check=test_x\n"
    assert parse(begun, "T").running == "a/b::test_x"


NAMES = st.sampled_from([*dir(protocol._Reader()), *protocol.RECORDS])


@given(NAMES, st.dictionaries(st.sampled_from(["case", "check", "status", "name", "value"]), NAMES))
def test_no_record_makes_it_raise(record: str, fields: dict[str, str]) -> None:
    words = " ".join([record.removeprefix("_"), *(f"{key}={fields[key]}" for key in fields)])
    parse(b"T hello protocol=1\nT " + words.encode(), "T")


@given(st.binary(max_size=300))
def test_no_bytes_make_it_raise(stdout: bytes) -> None:
    assert parse(stdout, "T").ending in (Verdict.GARBLED, Verdict.PASS, Verdict.UNSUPPORTED)
    assert parse(b"T hello protocol=1\nT " + stdout, "T").ending is not None


@given(st.text(max_size=40))
def test_both_ends_escape_alike(text: str) -> None:
    sys.path.insert(0, str(WIRE))
    try:
        import wire  # type: ignore[import-not-found]
    finally:
        sys.path.remove(str(WIRE))
    try:
        text.encode()
    except UnicodeEncodeError:
        assert wire.escape(text).isascii()
        return
    assert unquote(wire.escape(text)) == text
    assert wire.unescape(wire.escape(text)) == text
    assert not set(wire.escape(text)) & set(" =\n")


def test_a_request_names_what_the_target_needs() -> None:
    job = Job(row="r", suite="s", kind="bench", cases=("s/a b",), size="small", budget_s=0.5)
    words = request_words(job, Path("/su ites/s"), "T")
    assert "case=s/a%20b" in words
    assert "root=/su%20ites/s" in words
    assert "budget_ns=500000000" in words


def test_a_verifying_request_asks_for_one_sample() -> None:
    job = Job(row="r", suite="s", kind="bench", cases=("s/a",), size="small", max_samples=1)
    words = request_words(job, Path("/s"), "T")
    assert "max_samples=1" in words
    assert "min_samples=1" in words


@pytest.mark.parametrize(("budget_s", "sample_ns"), [(0.5, 10**7), (5, 10**7), (50, 10**8)])
def test_samples_are_long_enough_to_last_for_the_budget(budget_s: float, sample_ns: int) -> None:
    job = Job(row="r", suite="s", kind="bench", cases=("s/a",), size="small", budget_s=budget_s)
    assert f"sample_ns={sample_ns}" in request_words(job, Path("/s"), "T")


def test_the_target_ends_with_a_count_that_is_right() -> None:
    source = (
        "import sys\n"
        "sys.path.insert(0, sys.argv[1])\n"
        "import wire\n"
        "response = wire.Response('T')\n"
        "response.put('hello', protocol=1)\n"
        "response.put('fact', name='ä b', value='%=')\n"
        "response.end()\n"
    )
    left = subprocess.run(
        [sys.executable, "-c", source, str(WIRE)], capture_output=True, check=True
    )
    assert parse(left.stdout, "T").facts == (("ä b", "%="),)
