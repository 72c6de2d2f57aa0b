"""Disks that are full or read-only: one line, nothing half-made, and what is there is used."""

from __future__ import annotations

import errno
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from pyrometer.errors import WorldFailure
from pyrometer.model import Build
from pyrometer.provision import recipes
from pyrometer.provision.obtain import obtain
from pyrometer.provision.store import Store
from tests import private_disk
from tests.provision_rows import FAKE_RECIPES, pretended

pytestmark = pytest.mark.slow

# A program that obtains the pretended row and says in a line what came of it.
OBTAIN = f"""
import os, sys
os.environ["FAKE_LEDGER"] = os.devnull
from pyrometer.errors import PyrometerError
from pyrometer.provision import recipes
from pyrometer.provision.manifest import damage
from pyrometer.provision.keys import key_of
from pyrometer.provision.obtain import obtain
from pyrometer.provision.store import Store
from tests.provision_rows import pretended
recipes.__path__.append({str(FAKE_RECIPES)!r})

def come_to_be(name):
    try:
        store = Store.default()
        row = pretended(name)
        one = obtain([row], store)[name]
    except PyrometerError as failure:
        return "LINE " + failure.line
    if isinstance(one, Exception):
        assert not (store.builds / key_of(row)).exists()
        return "LINE " + one.line
    assert damage(one.root) == (), damage(one.root)
    return "BUILT"
"""


def test_a_store_on_a_disk_that_is_full_at_any_point(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        OBTAIN
        + """
filler = os.path.join(os.environ["disk"], "filler")
name = pretended().name
told = set()
file = open(filler, "ab", buffering=0)
for pages in range(40):
    try:
        while True:
            file.write(b"x" * 4096)
    except OSError:
        pass
    size = os.path.getsize(filler)
    os.truncate(filler, max(0, size - pages * 4096))
    told.add(come_to_be(name).replace("LINE " + name + ": ", ""))
    if "BUILT" in told:
        break
for line in told:
    print(line)
"""
    )
    script = 'PYROMETER_HOME="$disk/store" "$python" ' + str(program)
    ended = private_disk.run(script, tmp_path / "disk", size="256k")
    assert ended.returncode == 0, ended.stderr
    told = set(ended.stdout.splitlines())
    assert "BUILT" in told, told
    known = r"BUILT|.*(the disk is full|No space left|does not answer|of disk, .* are free).*"
    assert all(re.fullmatch(known, line) for line in told), told
    assert any("full" in line or "No space left" in line for line in told)


def test_a_store_that_is_read_only_is_used_and_not_written(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        OBTAIN + "\nname = pretended().name\n"
        "names = {'same': name, 'variant': name + '+x', 'other': 'cpython-9.9'}\n"
        "print(come_to_be(names[sys.argv[1]]))\n"
    )
    command = f'PYROMETER_HOME="$disk/store" "$python" {program}'
    script = (
        f'{command} same; mount -o remount,ro "$disk"\n'
        f"{command} same; {command} variant; {command} other\n"
    )
    ended = private_disk.run(script, tmp_path / "disk", size="2m")
    assert ended.returncode == 0, ended.stderr
    made, same, variant, other = ended.stdout.splitlines()
    assert (made, same, variant) == ("BUILT", "BUILT", "BUILT")
    assert "the store cannot be written: Read-only file system" in other
    assert "set PYROMETER_HOME" in other


def test_results_on_a_full_disk_are_kept_as_far_as_they_fit_and_gone_on_with(
    tmp_path: Path, write_suite: Callable[..., Path]
) -> None:
    tells = "".join(f"def test_{number}(): return 'x' * 3900\n" for number in range(3))
    for number in range(6):
        suites = write_suite(f"talks-{number}", "check", all=tells).parent
    command = (
        f'PYROMETER_HOME={tmp_path}/store "$python" -m pyrometer run --suites {suites}'
        ' -i "$python" --results "$disk/results"'
    )
    script = (
        f'head -c 120k /dev/zero > "$disk/filler"; {command}; echo "EXIT $?"\n'
        f'rm "$disk/filler"; {command}; echo "EXIT $?"\n'
        '"$python" -m pyrometer list results --results "$disk/results"\n'
    )
    ended = private_disk.run(script, tmp_path / "disk", size="220k")
    first, second, listed = re.split(r"EXIT \d\n", ended.stdout)
    assert re.findall(r"EXIT (\d)", ended.stdout) == ["3", "0"], ended.stdout + ended.stderr
    assert "cannot write results: No space left on device" in ended.stderr
    assert "it resumes" in ended.stderr
    assert re.search(r"going on with \S+: [1-5] of 6 jobs are done", ended.stderr)
    assert "Traceback" not in ended.stderr
    assert "complete" in listed
    assert re.search(r"\b18\b", second)
    assert not first


# --- where nobody may mount: the same failures, one call at a time ---------------------------


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setattr(recipes, "__path__", [*recipes.__path__, str(FAKE_RECIPES)])
    monkeypatch.setenv("FAKE_LEDGER", str(tmp_path / "ledger"))
    return Store.at(tmp_path / "store")


@pytest.mark.parametrize(
    ("where", "number", "said"),
    [
        ("pyrometer.provision.work.write_manifest", errno.ENOSPC, "the disk is full"),
        ("pyrometer.provision.store.write_receipt", errno.ENOSPC, "the disk is full"),
        ("pyrometer.provision.store.write_receipt", errno.EIO, "Input/output error"),
    ],
)
def test_a_build_whose_proof_cannot_be_written_is_none(
    store: Store, monkeypatch: pytest.MonkeyPatch, where: str, number: int, said: str
) -> None:
    def fail(*_: object) -> None:
        raise OSError(
            number, {errno.ENOSPC: "No space left", errno.EIO: "Input/output error"}[number]
        )

    monkeypatch.setattr(where, fail)
    outcome = obtain([pretended()], store)[pretended().name]
    assert isinstance(outcome, WorldFailure)
    assert said in outcome.line
    assert list(store.builds.iterdir()) == []


@pytest.mark.parametrize(
    "where",
    ["pyrometer.provision.work.write_facts", "pyrometer.provision.store.write_atomically"],
)
def test_what_is_only_a_convenience_may_fail(
    store: Store, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(where, fail)
    assert isinstance(obtain([pretended()], store)[pretended().name], Build)


def test_a_lock_that_cannot_be_taken_fails_one_row(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(FileLock, "acquire", fail)
    outcome = obtain([pretended()], store)[pretended().name]
    assert isinstance(outcome, WorldFailure)
    assert "the store cannot be written: Read-only file system" in outcome.line
