"""Damage to a build is found, named by row and file, and mended by one command."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pyrometer import campaign as campaigns
from pyrometer.cli import main
from pyrometer.model import Build
from pyrometer.provision import recipes
from pyrometer.provision.doctor import examine
from pyrometer.provision.manifest import MANIFEST, damage, write_manifest
from pyrometer.provision.obtain import obtain
from pyrometer.provision.receipts import read_facts, write_facts
from pyrometer.provision.store import Store
from tests import killable
from tests.provision_rows import FAKE_RECIPES, facts, pretended

ROW = pretended().name


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store in which the pretended row is built."""
    monkeypatch.setattr(recipes, "__path__", [*recipes.__path__, str(FAKE_RECIPES)])
    monkeypatch.setenv("FAKE_LEDGER", str(tmp_path / "ledger"))
    monkeypatch.setenv("PYROMETER_HOME", str(tmp_path / "store"))
    made = Store.default()
    obtain([pretended()], made)
    return made


@pytest.fixture
def root(store: Store) -> Path:
    (build,) = store.list()
    return build.root


def files(root: Path) -> list[Path]:
    paths = (path for path in sorted(root.rglob("*")) if path.is_file() and path.stat().st_size)
    return [path for path in paths if path.parent.name != "facts"]


def flip(path: Path, chance: random.Random) -> None:
    content = bytearray(path.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


def test_a_sound_build_has_no_damage(store: Store, root: Path) -> None:
    assert damage(root) == ()
    (diagnosis,) = examine([pretended()], store, verify=True)
    assert diagnosis.healthy


def test_one_flipped_bit_in_any_file_is_found_and_named(store: Store, root: Path) -> None:
    chance = random.Random("flip")
    listed = [path for path in files(root) if path.name not in (MANIFEST, "receipt.json")]
    assert len(listed) >= 2
    for path in listed:
        sound = path.read_bytes()
        flip(path, chance)
        (diagnosis,) = examine([pretended()], store, verify=True)
        assert diagnosis.damage == (f"{path.relative_to(root)}: changed",)
        assert not diagnosis.healthy
        path.write_bytes(sound)


def test_a_flipped_bit_in_what_proves_a_build_leaves_no_build(store: Store, root: Path) -> None:
    flip(root / "receipt.json", random.Random("receipt"))
    assert store.list() == ()


def test_a_damaged_list_is_damage(root: Path) -> None:
    sound = (root / MANIFEST).read_text()
    (root / MANIFEST).write_text(sound.replace("python", "pythom", 1))
    assert "bin/pythom: missing" in damage(root)
    for broken in ("{", "", "[]"):
        (root / MANIFEST).write_text(broken)
        assert damage(root) == (
            f"{MANIFEST}: missing or unreadable, so that nothing can be verified",
        )


def test_what_is_missing_added_or_led_elsewhere_is_named(tmp_path: Path) -> None:
    (tmp_path / "lib" / "__pycache__").mkdir(parents=True)
    (tmp_path / "lib" / "gone.py").touch()
    (tmp_path / "lib" / "link").symlink_to("gone.py")
    (tmp_path / "lib64").symlink_to("lib")
    write_manifest(tmp_path)
    assert damage(tmp_path) == ()
    (tmp_path / "lib" / "__pycache__" / "later.pyc").touch()  # as an interpreter does
    (tmp_path / "lib" / "sitecustomize.py").touch()
    (tmp_path / "lib" / "gone.py").unlink()
    (tmp_path / "lib" / "link").unlink()
    (tmp_path / "lib" / "link").symlink_to("sitecustomize.py")
    (tmp_path / "lib64").unlink()
    os.mkfifo(tmp_path / "lib64")  # reading it would never end
    assert damage(tmp_path) == (
        "lib/gone.py: missing",
        "lib/link: changed",
        "lib/sitecustomize.py: not part of the build",
        "lib64: changed",
    )


def test_a_flipped_bit_never_becomes_a_fact(tmp_path: Path) -> None:
    path = tmp_path / "facts" / "row.json"
    write_facts(path, facts())
    assert read_facts(path) == facts()
    sound = path.read_bytes()
    chance = random.Random("facts")
    for _ in range(100):
        flip(path, chance)
        assert read_facts(path) in (None, facts())
        path.write_bytes(sound)
    path.write_bytes(sound.replace(b"3.15.0", b"3.16.0"))
    assert read_facts(path) is None


def test_damage_is_told_by_the_doctor_and_mended_by_one_command(
    store: Store, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killable.prepare(tmp_path / "own", cases=1)
    monkeypatch.setattr(campaigns, "definitions_root", lambda: tmp_path / "own" / "definitions")
    program = root / "bin" / "python"
    program.write_text(program.read_text() + "# a byte too many\n")

    def pyrometer(*words: str) -> Result:
        return CliRunner().invoke(main, list(words))

    assert pyrometer("doctor").exit_code == 0  # it reads nothing unless it is told to
    told = pyrometer("doctor", "--verify")
    assert told.exit_code == 3
    assert "bin/python: changed" in told.output
    mend = next(line for line in told.output.splitlines() if "bin/python" in line)
    words = mend[mend.index("pyrometer build") :].split()[1:]
    mended = pyrometer(*words)
    assert mended.exit_code == 0, mended.output
    assert pyrometer("doctor", "--verify").exit_code == 0


def test_a_build_of_before_there_were_lists_can_still_be_used(store: Store, root: Path) -> None:
    (root / MANIFEST).unlink()
    build = obtain([pretended()], store)[ROW]
    assert isinstance(build, Build)
