"""Files of large objects: written again only when nobody else can see them."""

from __future__ import annotations

import gc
import pickle
from collections.abc import Iterator
from typing import Any

import pytest

from polyray import serialize, store

MB = 1 << 20


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    yield
    store.clear()


def large(fill: int, size: int = 2 * MB) -> store.Large:
    return store.write(pickle.dumps(bytes([fill]) * size, 5), [])


def test_a_file_that_nobody_has_seen_is_written_again() -> None:
    first = large(1)
    name = first.name
    del first
    again = large(2, 2 * MB - 1000)
    assert again.name == name
    assert store.read(again) == bytes([2]) * (2 * MB - 1000)


def test_a_file_that_was_read_or_sent_is_not() -> None:
    read, sent = large(1), large(2)
    names = {read.name, sent.name}
    assert store.read(read)[0] == 1
    pickle.dumps(sent)
    del read, sent
    assert large(3).name not in names


def test_what_is_written_again_and_again_stays_mapped_until_somebody_sees_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = set()
    found = None
    for fill in range(4):
        del found
        found = large(fill)
        names.add(found.name)
        assert found.segment is None or fill  # the first time it is a new file
    assert len(names) == len(store._mapped) == 1
    assert store.read(found)[:3] == b"\3\3\3"
    assert not store._mapped
    monkeypatch.setattr(store, "MOST_MAPPED", 0)
    del found
    for fill in (5, 6):
        found = large(fill)
        assert not store._mapped
        assert found.segment is None
    del found
    store.drop_spares()
    assert store.spare_bytes() == 0


def test_small_files_and_more_than_enough_of_them_are_removed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    small = large(1, 100_000)
    del small
    assert store.spare_bytes() == 0
    monkeypatch.setattr(store, "SPARE_BYTES", 3 * MB)
    one, two = large(1), large(2)
    del one, two
    assert 0 < store.spare_bytes() <= 3 * MB


def test_what_is_only_garbage_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """As all that was dropped is where nobody counts references: collected before disk is used."""
    monkeypatch.setattr(store, "limit_bytes", 3 * MB)
    gc.disable()
    try:
        for _ in range(4):
            cycle: list[Any] = [store.write(b"", [pickle.PickleBuffer(bytes(2 * MB))])]
            assert cycle[0].name.startswith(store.folder())
            cycle.append(cycle)
            del cycle
    finally:
        gc.enable()


def test_what_does_not_fit_goes_to_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "limit_bytes", 3 * MB)
    one, two = large(1), large(2)
    assert one.name.startswith(store.folder())
    assert two.name.startswith(store.disk())
    assert store.read(two)[:1] == b"\2"


def test_plain_values_are_kept_as_they_are_only_while_they_are_small() -> None:
    assert serialize.pack(b"x" * 100) == b"x" * 100
    for value in (b"x" * MB, "x" * MB):
        kept = serialize.pack(value)
        assert kept[0] == "L"
        assert serialize.unpack(kept) == value


def test_buffers_come_back_as_views_that_cannot_be_written() -> None:
    payload = bytearray(b"x" * MB)
    buffers: list[pickle.PickleBuffer] = []
    pickled = pickle.dumps(pickle.PickleBuffer(payload), 5, buffer_callback=buffers.append)
    found = memoryview(store.read(store.write(pickled, buffers)))
    assert found.readonly
    assert found == payload


def test_large_bytes_are_written_without_a_copy_and_come_back_as_bytes() -> None:
    value = bytes(range(256)) * 4096
    kept = serialize.pack(value)
    assert kept[0] == "L"
    assert kept[1].lengths[1:] == (len(value),)
    found = serialize.unpack(kept)
    assert type(found) is bytes
    assert found == value
