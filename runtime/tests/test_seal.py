"""Checksums of large objects: a changed file is an error that names it and who wrote it."""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest

from polyray import accel, seal, store
from polyray.exceptions import ObjectCorruptedError, ObjectLostError

SIZE = 100_000


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    yield
    store.clear()


@pytest.fixture
def native(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a native route were in use: the pure one computes the same checksums."""
    monkeypatch.setattr(accel, "ROUTE", "capi")
    monkeypatch.setattr(seal, "_covered", 1)


def sent(large: store.Large) -> store.Large:
    """As another process gets it."""
    copy: store.Large = pickle.loads(pickle.dumps(large))
    return copy


def spoil(large: store.Large, at: int) -> None:
    with Path(large.name).open("r+b") as file:
        file.seek(at)
        file.write(b"\xee")


def two_parts() -> store.Large:
    array = bytearray(SIZE)
    buffers: list[pickle.PickleBuffer] = []
    value = [b"x" * SIZE, pickle.PickleBuffer(array)]
    pickled = pickle.dumps(value, 5, buffer_callback=buffers.append)
    return store.write(pickled, buffers)


@pytest.mark.usefixtures("native")
def test_what_was_changed_is_named_with_who_wrote_it() -> None:
    large = two_parts()
    assert store.read(sent(large))[0] == b"x" * SIZE
    spoil(large, 5000)
    with pytest.raises(ObjectCorruptedError) as caught:
        store.read(sent(large))
    told = str(caught.value)
    assert f"the object in {large.name}, written by process {os.getpid()}, was changed" in told
    assert "part 1 of 2" in told


@pytest.mark.usefixtures("native")
def test_what_lies_beside_the_pickle_is_covered_on_demand(monkeypatch: pytest.MonkeyPatch) -> None:
    large = two_parts()
    spoil(large, large.lengths[0] + 5000)
    assert store.read(sent(large))[1][:1] == b"\0"
    monkeypatch.setattr(seal, "_covered", seal.covered("all"))
    large = two_parts()
    spoil(large, large.lengths[0] + 5000)
    with pytest.raises(ObjectCorruptedError, match="part 2 of 2"):
        store.read(sent(large))


def test_without_a_native_route_there_is_no_seal() -> None:
    if accel.ROUTE == "pure":
        assert seal.covered("all") == 0
        assert two_parts().seal == ()


def test_what_may_be_covered_is_said() -> None:
    with pytest.raises(ImportError, match="POLYRAY_CHECKSUM=some: known are off, pickle, all"):
        seal.covered("some")


def test_a_file_that_is_gone_or_short_is_said() -> None:
    large = two_parts()
    os.truncate(large.name, SIZE)
    with pytest.raises(ObjectCorruptedError, match=f"{large.name} has {SIZE} bytes of"):
        store.read(sent(large))
    Path(large.name).unlink()
    with pytest.raises(ObjectLostError, match="the file of an object is gone"):
        store.read(sent(large))
