"""Coverage-guided fuzzing of the frame decoder and of what a stranger may say.

    nox -s fuzz -- -max_total_time=300

Any input must give frames or BrokenStream, the same frames however it is cut, and a stranger's
greeting must be refused.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports():
    from polyray import wire


def frames_of(pieces: list[bytes]) -> list[tuple[int, bytes]] | None:
    """What a stream in these pieces says; None where it is broken."""
    frames, found = wire.Frames(1 << 16), []
    try:
        for piece in pieces:
            found += [(kind, bytes(body)) for kind, body in frames.feed(piece)]
    except wire.BrokenStream:
        return None
    return found


def test_one_input(data: bytes) -> None:
    """Called by the fuzzer."""
    provider = atheris.FuzzedDataProvider(data)
    cut = provider.ConsumeIntInRange(1, 64)
    stream = provider.ConsumeBytes(1 << 16)
    whole = frames_of([stream])
    pieces = frames_of([stream[at : at + cut] for at in range(0, len(stream), cut)])
    if whole is not None and pieces is not None:
        assert whole == pieces
    for kind, body in whole or ():
        assert wire.frame(kind, body) in stream


if __name__ == "__main__":
    atheris.Setup(sys.argv, test_one_input)
    atheris.Fuzz()
