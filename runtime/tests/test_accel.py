"""The contract of Segment and Ring, which every implementation has to keep."""

from __future__ import annotations

import multiprocessing
import random
import threading
from pathlib import Path

import pytest
from accel_peers import CAPACITY, add, send
from hypothesis import given, settings
from hypothesis import strategies as st

from polyray.accel import Ring, Segment
from polyray.accel.pure import HEAD_BYTES


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "segment")


def test_what_one_writes_another_reads(path: str) -> None:
    with Segment(path, 4096) as one, Segment(path) as other:
        one.write(100, b"hello")
        assert bytes(other.read(100, 5)) == b"hello"
        assert other.size == 4096
        assert bytes(other.read(0, 100)) == bytes(100)
        view = other.read(100, 5)
        assert view.readonly
    assert bytes(view) == b"hello"  # also after it was closed


@pytest.mark.parametrize(("offset", "length"), [(-1, 2), (4090, 7), (4097, 0), (0, 4097)])
def test_nothing_reaches_beyond_the_end(path: str, offset: int, length: int) -> None:
    with Segment(path, 4096) as segment:
        with pytest.raises(ValueError, match="of a segment of 4096"):
            segment.read(offset, length)
        with pytest.raises(ValueError, match="of a segment of 4096"):
            segment.write(offset, bytes(length))


def test_a_segment_is_made_only_once(path: str) -> None:
    Segment(path, 10).close()
    with pytest.raises(FileExistsError):
        Segment(path, 10)


def test_numbers_are_compared_set_andadded(path: str) -> None:
    with Segment(path, 64) as segment:
        assert segment.cas(8, 0, 5) == 0
        assert segment.cas(8, 0, 6) == 5
        assert segment.fetch_add(8, 3) == 5
        assert segment.fetch_add(8, (1 << 64) - 9) == 8
        assert segment.fetch_add(8, 0) == (1 << 64) - 1


def test_noaddition_of_several_processes_is_lost(path: str) -> None:
    with Segment(path, 64) as segment:
        context = multiprocessing.get_context("spawn")
        processes = [context.Process(target=add, args=(path, 500)) for _ in range(2)]
        for process in processes:
            process.start()
        threads = [threading.Thread(target=add, args=(path, 500)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for one in (*processes, *threads):
            one.join()
        assert segment.fetch_add(0, 0) == 2000


def test_a_waiter_sees_a_change_and_a_timeout(path: str) -> None:
    with Segment(path, 64) as segment:
        assert not segment.wait(0, 0, 0.01)
        timer = threading.Timer(0.05, segment.fetch_add, (0, 1))
        timer.start()
        assert segment.wait(0, 0, 30)
        timer.join()


def ring(path: str, capacity: int = CAPACITY) -> Ring:
    return Ring(Segment(path, HEAD_BYTES + capacity), 0, capacity)


def test_a_ring_says_when_it_is_full(path: str) -> None:
    made = ring(path)
    assert made.write(bytes(200))
    assert not made.write(bytes(60))
    assert made.frames() == [bytes(200)]
    assert made.write(bytes(252))
    with pytest.raises(ValueError, match="a frame of 253 bytes in a ring of 256"):
        made.write(bytes(253))
    with pytest.raises(ValueError, match="no ring of 257 bytes"):
        Ring(made.segment, 0, CAPACITY + 1)


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 2**32), sizes=st.lists(st.integers(0, 200), max_size=60))
def test_frames_come_whole_and_in_order(
    tmp_path_factory: pytest.TempPathFactory, seed: int, sizes: list[int]
) -> None:
    made = ring(str(tmp_path_factory.mktemp("ring") / "segment"))
    draw, sent, received = random.Random(seed), [], []
    for number, size in enumerate(sizes):
        frame = bytes([number % 251]) * size
        while not made.write(frame):
            received += made.frames()
        sent.append(frame)
        if draw.random() < 0.3:
            received += made.frames()
    received += made.frames()
    made.segment.close()
    assert received == sent


def test_a_ring_connects_two_processes(path: str) -> None:
    made = ring(path)
    sender = multiprocessing.get_context("spawn").Process(target=send, args=(path, 300))
    sender.start()
    found: list[bytes] = []
    while len(found) < 300:
        assert made.wait(30), "the other side is silent"
        found += made.frames()
    sender.join()
    assert found == [number.to_bytes(4, "little") * (number % 40) for number in range(300)]
