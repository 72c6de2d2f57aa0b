"""The store: complete means receipt, one writer at a time, nothing half-made is ever used."""

from __future__ import annotations

import json
import os
import threading
import time
from pathlib import Path

import pytest

from pyrometer.errors import Mistake, WorldFailure
from pyrometer.model import Receipt, Source
from pyrometer.provision.receipts import identity, read_receipt, sealed, write_receipt
from pyrometer.provision.store import DOWNLOAD_GRACE_S, LOG_AGE_S, Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.at(tmp_path / "store")


def receipt(key: str = "cpython-3.15-abc", *, sha256: str = "1" * 64) -> Receipt:
    source = Source(name="python", version="3.15.0-1", sha256=sha256, size_bytes=7)
    bare = Receipt(row="r", recipe="pretend", key=key, executable="bin/python", sources=(source,))
    return sealed(bare)


def finished(store: Store, key: str = "cpython-3.15-abc", *, sha256: str = "1" * 64) -> Path:
    root = store.begin(key)
    (root / "bin").mkdir()
    (root / "bin" / "python").touch()
    store.finish(key, receipt(key, sha256=sha256))
    return root


def test_home_variable_names_the_store(tmp_path: Path) -> None:
    store = Store.default({"PYROMETER_HOME": str(tmp_path / "elsewhere")})
    assert store.root == tmp_path / "elsewhere"
    assert store.builds.is_dir()


@pytest.mark.parametrize("name", ["a b", "a:b", "a$b", 'a"b', "a'b"])
def test_a_path_that_would_break_tools_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(Mistake, match="PYROMETER_HOME"):
        Store.at(tmp_path / name)


def test_a_store_that_cannot_be_written_is_the_worlds_failure(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(WorldFailure, match="cannot be written"):
        Store.at(tmp_path / "file" / "store")


def test_a_build_is_there_when_its_receipt_is(store: Store) -> None:
    key = "cpython-3.15-abc"
    root = store.begin(key)
    (root / "bin").mkdir()
    (root / "bin" / "python").touch()
    assert store.find(key) is None
    store.finish(key, receipt(key))
    build = store.find(key)
    assert build is not None
    assert build.executable == root / "bin" / "python"
    assert store.list() == (build,)


def test_begin_wipes_what_a_broken_build_left(store: Store) -> None:
    (store.begin("k") / "half").touch()
    assert list(store.begin("k").iterdir()) == []


def test_a_removed_build_is_gone(store: Store) -> None:
    root = finished(store)
    assert store.remove(root.name)
    assert store.find(root.name) is None
    assert not store.remove(root.name)
    assert list(store.builds.iterdir()) == []


@pytest.mark.parametrize("damage", ["torn", "edited", "of another key", "without its program"])
def test_a_receipt_that_cannot_be_trusted_is_none(store: Store, damage: str) -> None:
    root = finished(store)
    path = root / "receipt.json"
    text = path.read_text()
    if damage == "torn":
        path.write_text(text[: len(text) // 2])
    elif damage == "edited":
        path.write_text(text.replace("3.15.0-1", "3.15.0-2"))
    elif damage == "of another key":
        write_receipt(path, receipt("cpython-3.15-other"))
    else:
        (root / "bin" / "python").unlink()
    assert store.find(root.name) is None


def test_a_receipt_survives_its_file(tmp_path: Path) -> None:
    written = receipt()
    write_receipt(tmp_path / "receipt.json", written)
    assert read_receipt(tmp_path / "receipt.json") == written
    assert [p.name for p in tmp_path.iterdir()] == ["receipt.json"]


def test_identity_covers_sources(tmp_path: Path) -> None:
    assert identity(receipt(sha256="1" * 64)) != identity(receipt(sha256="2" * 64))


def test_a_crash_while_writing_leaves_the_old_receipt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "receipt.json"
    write_receipt(path, receipt("old"))

    def die(_fd: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", die)
    with pytest.raises(KeyboardInterrupt):
        write_receipt(path, receipt("new"))
    kept = read_receipt(path)
    assert kept is not None
    assert kept.key == "old"


def test_a_lock_holds_other_threads_off_and_tells_them(store: Store) -> None:
    told = threading.Event()
    order: list[str] = []

    def second() -> None:
        with store.lock("k", waiting=told.set):
            order.append("second")

    thread = threading.Thread(target=second)
    with store.lock("k"):
        thread.start()
        assert told.wait(10)
        order.append("first")
    thread.join(10)
    assert order == ["first", "second"]


def test_waiting_for_a_lock_can_be_given_up(store: Store) -> None:
    with (
        store.lock("k"),
        pytest.raises(WorldFailure, match="interrupted"),
        store.lock("k", cancelled=lambda: True),
    ):
        pytest.fail("got a lock that is held")


def test_too_little_disk_is_said_beforehand(store: Store) -> None:
    with (
        pytest.raises(WorldFailure, match=r"cpython-3.15: needs .* MB of disk, .* MB are free"),
        store.room(10**18, where="cpython-3.15"),
    ):
        pytest.fail("was promised an exabyte")


def test_builds_side_by_side_are_not_promised_the_same_bytes(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Usage:
        free = 100

    monkeypatch.setattr("shutil.disk_usage", lambda _path: Usage)
    with store.room(60, where="a"), pytest.raises(WorldFailure), store.room(60, where="b"):
        pytest.fail("60 of 40")
    with store.room(60, where="b"):
        pass


def test_prune_keeps_what_is_used(store: Store) -> None:
    finished(store, "used", sha256="1" * 64)
    finished(store, "unused", sha256="2" * 64)
    store.begin("half")
    now = time.time()
    old = now - 2 * DOWNLOAD_GRACE_S
    for digest, stamp in (("1", old), ("2", old), ("3", now)):
        path = store.downloads / f"{digest * 64}-x.deb"
        path.write_bytes(b"x" * 100)
        os.utime(path, (stamp, stamp))
    for name, stamp in (("old.log", now - 2 * LOG_AGE_S), ("new.log", now)):
        (store.logs / name).touch()
        os.utime(store.logs / name, (stamp, stamp))

    pruned = store.prune({"used"}, now_s=now)

    assert pruned.builds == ("half", "unused")
    assert pruned.downloads == (f"{'2' * 64}-x.deb",)
    assert pruned.logs == ("old.log",)
    assert pruned.freed_bytes > 100
    assert [build.receipt.key for build in store.list()] == ["used"]
    assert [path.name for path in store.builds.iterdir()] == ["used"]


def test_prune_leaves_a_build_alone_that_is_being_made(store: Store) -> None:
    with store.lock("busy"):
        store.begin("busy")
        assert store.prune(()).builds == ()
    assert store.prune(()).builds == ("busy",)


def test_durations_are_remembered_and_their_loss_is_none(store: Store) -> None:
    store.note_duration("cpython-3.15-0123", 12.34)
    store.note_duration("pypy-8.0-4567", 5.0)
    assert store.durations_s() == {"cpython-3.15-0123": 12.3, "pypy-8.0-4567": 5.0}
    for garbage in ("{", "[]", json.dumps({"a": "b"})):
        (store.root / "durations.json").write_text(garbage)
        assert store.durations_s() == {}
