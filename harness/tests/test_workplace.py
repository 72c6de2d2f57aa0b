"""The folder of a job: private, and gone afterwards whatever was done to it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pyrometer.errors import WorldFailure
from pyrometer.execute.workplace import PREFIX, clear_abandoned, remove, workplace


@pytest.fixture(autouse=True)
def tmpdir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    remove(folder)


def test_it_is_empty_private_and_gone_afterwards(tmpdir: Path) -> None:
    with workplace() as folder:
        assert list(folder.iterdir()) == []
        assert folder.stat().st_mode & 0o077 == 0
        (folder / "left").write_text("left")
    assert list(tmpdir.iterdir()) == []


def test_a_tree_too_deep_for_python_is_removed(tmpdir: Path) -> None:
    source = "import os\nfor _ in range(3000):\n    os.mkdir('d'); os.chdir('d')\n"
    with workplace() as folder:
        subprocess.run([sys.executable, "-c", source], cwd=folder, check=True)
    assert list(tmpdir.iterdir()) == []


def test_a_folder_without_rights_is_removed(tmpdir: Path) -> None:
    """Rights are nothing to root: as root this asks little."""
    with workplace() as folder:
        (folder / "closed" / "inner").mkdir(parents=True)
        (folder / "closed").chmod(0)
    assert list(tmpdir.iterdir()) == []


def test_a_folder_replaced_by_a_link_costs_only_the_link(tmpdir: Path) -> None:
    kept = tmpdir / "kept"
    kept.mkdir()
    (kept / "file").touch()
    with workplace() as folder:
        folder.rmdir()
        folder.symlink_to(kept)
    assert [path.name for path in tmpdir.iterdir()] == ["kept"]
    assert (kept / "file").exists()


def test_a_folder_that_its_job_removed_is_no_fault() -> None:
    with workplace() as folder:
        folder.rmdir()


def test_what_a_killed_harness_left_is_cleared_and_what_is_in_use_is_not(tmpdir: Path) -> None:
    source = (
        "import os, tempfile\n"
        "from pyrometer.execute.workplace import workplace\n"
        f"tempfile.tempdir = {str(tmpdir)!r}\n"
        "with workplace() as folder:\n"
        "    (folder / 'left').touch()\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", source], check=False)
    (tmpdir / "somebody-else-s").mkdir()
    (left,) = tmpdir.glob(f"{PREFIX}*")
    with workplace() as folder:
        clear_abandoned()
        assert sorted(tmpdir.iterdir()) == sorted([folder, tmpdir / "somebody-else-s"])
        assert left != folder


def test_a_full_or_missing_disk_is_told_in_one_line(
    tmpdir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmpdir / "gone"))
    with pytest.raises(WorldFailure, match=r"gone: no folder .* No such file .*set TMPDIR"):
        workplace().__enter__()
