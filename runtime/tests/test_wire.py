"""Frames: whatever a stranger sends, a frame comes out whole or the connection is given up."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyray.wire import HEAD, HEAD_BYTES, LAST_KIND, BrokenStream, Frames, frame

KINDS = st.integers(0, LAST_KIND)
MESSAGES = st.lists(st.tuples(KINDS, st.binary(max_size=300)), max_size=8)


def fed(frames: Frames, stream: bytes, cuts: list[int]) -> list[tuple[int, bytes]]:
    edges = [0, *sorted(cut % (len(stream) + 1) for cut in cuts), len(stream)]
    pieces = [stream[a:b] for a, b in itertools.pairwise(edges)]
    return [(kind, bytes(body)) for piece in pieces if piece for kind, body in frames.feed(piece)]


@given(MESSAGES, st.lists(st.integers(0, 10_000), max_size=12))
def test_frames_come_out_as_they_went_in_however_they_are_cut(
    messages: list[tuple[int, bytes]], cuts: list[int]
) -> None:
    stream = b"".join(frame(kind, body) for kind, body in messages)
    assert fed(Frames(), stream, cuts) == messages


@given(st.binary(max_size=400), st.lists(st.integers(0, 10_000), max_size=6))
def test_noise_is_frames_or_a_broken_stream(noise: bytes, cuts: list[int]) -> None:
    try:
        found = fed(Frames(most_bytes=64), noise, cuts)
    except BrokenStream:
        return
    assert sum(len(body) + HEAD_BYTES for _, body in found) <= len(noise)
    assert all(kind <= LAST_KIND for kind, _ in found)


def test_a_long_frame_comes_in_pieces_and_is_joined_once() -> None:
    body = bytes(range(256)) * 4000
    stream = frame(3, body) + frame(1, b"next")
    frames = Frames()
    found = [
        (kind, bytes(part))
        for at in range(0, len(stream), 65536)
        for kind, part in frames.feed(stream[at : at + 65536])
    ]
    assert found == [(3, body), (1, b"next")]


@pytest.mark.parametrize("head", [HEAD.pack(1 << 31, 2), HEAD.pack(3, LAST_KIND + 1)])
def test_a_length_or_kind_that_nobody_sends_is_a_broken_stream(head: bytes) -> None:
    with pytest.raises(BrokenStream):
        Frames().feed(head + b"xxxxxx")
