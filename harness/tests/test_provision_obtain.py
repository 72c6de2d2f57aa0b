"""Builds: each recipe once, several at a time, failures apart, nothing half-made ever used."""

from __future__ import annotations

import getpass
import os
import platform
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from pyrometer.errors import Mistake, WorldFailure
from pyrometer.model import Build
from pyrometer.provision import doctor, emulator, recipes
from pyrometer.provision.keys import key_of, keys_of
from pyrometer.provision.obtain import obtain
from pyrometer.provision.store import Store
from pyrometer.provision.targets import target
from pyrometer.provision.work import Progress
from tests.provision_rows import FAKE_RECIPES, pretended

PATIENCE_S = 60.0


OTHER = "aarch64" if platform.machine() == "x86_64" else "x86_64"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.at(tmp_path / "store")


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The pretended recipe is there; the file has one line per build that was begun."""
    monkeypatch.setattr(recipes, "__path__", [*recipes.__path__, str(FAKE_RECIPES)])
    path = tmp_path / "ledger"
    path.touch()
    monkeypatch.setenv("FAKE_LEDGER", str(path))
    return path


def begun(ledger: Path) -> int:
    return len(ledger.read_text().splitlines())


def built(outcome: Build | WorldFailure) -> Build:
    assert isinstance(outcome, Build), outcome
    return outcome


def failed(outcome: Build | WorldFailure) -> str:
    assert isinstance(outcome, WorldFailure), outcome
    return outcome.line


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail("it never came")
        time.sleep(0.01)


def test_a_build_is_made_once_and_found_again(store: Store, ledger: Path) -> None:
    row = pretended()
    first = built(obtain([row], store)[row.name])
    assert first.root == store.builds / key_of(row)
    again = built(obtain([row], store)[row.name])
    assert again == first
    assert begun(ledger) == 1


def test_rows_of_one_recipe_share_a_build_and_have_facts_of_their_own(
    store: Store, ledger: Path
) -> None:
    plain = pretended()
    variant = pretended(f"{plain.name}+x", environment={"PYTHON_X": "1"})
    builds = obtain([plain, variant], store)
    assert begun(ledger) == 1
    one, two = built(builds[plain.name]), built(builds[variant.name])
    assert one.root == two.root
    assert one.receipt.sha256 == two.receipt.sha256
    assert set(two.receipt.facts) == {variant.name}
    made = target(variant, two)
    assert made.interpreter.variant == "x"
    assert made.environment == {"PYTHON_X": "1"}
    assert made.argv == (str(two.executable),)


def test_a_row_added_later_is_asked_without_touching_the_receipt(
    store: Store, ledger: Path
) -> None:
    plain = pretended()
    build = built(obtain([plain], store)[plain.name])
    before = (build.root / "receipt.json").read_bytes()
    late = pretended(f"{plain.name}+late")
    assert built(obtain([late], store)[late.name]).root == build.root
    assert (build.root / "receipt.json").read_bytes() == before
    assert begun(ledger) == 1


def test_a_changed_environment_is_asked_again(store: Store, ledger: Path) -> None:
    row = pretended()
    obtain([row], store)
    phases: list[str] = []
    changed = replace(row, environment={"A": "1"})
    obtain([changed], store, progress=lambda event: phases.append(event.phase))
    assert "asking it for its facts" in phases
    phases.clear()
    obtain([changed], store, progress=lambda event: phases.append(event.phase))
    assert len(phases) == 1


def test_what_decides_the_content_decides_the_key() -> None:
    one = replace(pretended(), recipe=replace(pretended().recipe, kind="host"))
    other = replace(one, recipe=replace(one.recipe, options={"path": "x"}))
    assert key_of(one) != key_of(other)
    assert key_of(one, "x86_64") != key_of(one, "aarch64")
    assert key_of(one) == key_of(replace(one, name=f"{one.name}+v", environment={"A": "1"}))
    assert keys_of([one, other]) == {key_of(one), key_of(other), emulator.key()}
    foreign = replace(one, name=f"{one.name}-{OTHER}", machine=OTHER)
    assert key_of(one).startswith(f"{one.name}-")
    assert key_of(foreign).startswith(f"{foreign.name}-")
    assert key_of(foreign) == key_of(foreign, platform.machine()) != key_of(one)


def test_what_a_build_says_of_its_architecture_is_not_what_it_is_made_for(
    store: Store, ledger: Path
) -> None:
    """Pyodide says wasm32, and is made and started by the host's own processor."""
    plain = pretended()
    told = replace(plain, expect=replace(plain.expect, arch="wasm32"))
    assert key_of(told) == key_of(plain)
    why = failed(obtain([told], store)[told.name])
    assert begun(ledger) == 1
    assert why.startswith(f"{plain.name}: it runs on {platform.machine()}")


def test_a_foreign_row_that_its_recipe_cannot_make_is_told(store: Store, ledger: Path) -> None:
    row = replace(pretended(), machine=OTHER)
    why = failed(obtain([row], store)[row.name])
    assert f"cannot be made for {OTHER} on {platform.machine()}" in why
    (found,) = doctor.examine([row], store)
    assert f"cannot be made for {OTHER}" in found.complaint
    assert begun(ledger) == 0


def test_an_unknown_kind_is_a_mistake_that_lists_the_known(store: Store) -> None:
    row = replace(pretended(), recipe=replace(pretended().recipe, kind="magic"))
    with pytest.raises(Mistake, match=r"unknown recipe kind 'magic' .*known: crate, debian"):
        obtain([row], store)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({}, "`suite` is missing"),
        ({"suite": "forky", "packages": ["x"]}, "`executable` is missing"),
        ({"suite": "forky", "packages": "x", "executable": "x"}, "`packages` must be a list"),
        (
            {"suite": "forky", "packages": ["x"], "executable": "x", "sweet": "x"},
            "unknown key `sweet`.*suite, packages, executable",
        ),
    ],
)
def test_recipe_options_are_checked_before_anything_starts(
    store: Store, options: dict[str, object], reason: str
) -> None:
    row = replace(pretended("r-1"), recipe=replace(pretended().recipe, kind="debian"))
    row = replace(row, recipe=replace(row.recipe, options=options))
    with pytest.raises(Mistake, match=f"r-1: {reason}"):
        obtain([row], store)


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        ("fail", r"the compiler gave up \(log: .*\.log\)"),
        ("full", "the disk is full"),
        ("mute", "does not answer as a Python"),
    ],
)
def test_a_failed_build_is_told_and_leaves_nothing(
    store: Store, ledger: Path, monkeypatch: pytest.MonkeyPatch, behaviour: str, reason: str
) -> None:
    rows = [pretended(), pretended(f"{pretended().name}+x")]
    monkeypatch.setenv("FAKE_BEHAVIOUR", behaviour)
    phases: list[Progress] = []
    outcomes = obtain(rows, store, progress=phases.append)
    for row in rows:
        assert re.search(reason, failed(outcomes[row.name]))
    assert list(store.builds.iterdir()) == []
    assert store.durations_s() == {}
    assert {event.row for event in phases if event.phase.startswith("failed: ")} == {
        row.name for row in rows
    }
    monkeypatch.setenv("FAKE_BEHAVIOUR", "ok")
    built(obtain(rows, store)[rows[0].name])


def test_too_little_disk_stops_one_build_before_it_begins(store: Store, ledger: Path) -> None:
    greedy = pretended("greedy-1", options={"bytes": 10**18})
    modest = pretended()
    outcomes = obtain([greedy, modest], store)
    assert "MB of disk" in failed(outcomes["greedy-1"])
    built(outcomes[modest.name])
    assert begun(ledger) == 1


def test_a_broken_promise_fails_one_row_of_a_build(store: Store, ledger: Path) -> None:
    plain = pretended(jit=False)
    promising = pretended(f"{plain.name}+jit", jit=True)
    outcomes = obtain([promising, plain], store)
    line = f"{promising.name}: jit is off, the row promises on"
    assert failed(outcomes[promising.name]).startswith(line)
    built(outcomes[plain.name])


def test_builds_of_one_series_are_told_apart(store: Store, ledger: Path) -> None:
    plain = pretended()
    other = pretended(f"{plain.name}+x", options={"note": "another build"})
    events: list[Progress] = []
    builds = obtain([plain, other], store, progress=events.append)
    assert {event.row for event in events} == {plain.name, other.name}
    assert built(builds[other.name]).receipt.row == plain.name
    assert set(store.durations_s()) == {key_of(plain), key_of(other)}


def test_progress_knows_how_long_it_took_last_time(store: Store, ledger: Path) -> None:
    row = pretended()
    events: list[Progress] = []
    obtain([row], store, progress=events.append)
    assert events[0].eta_s is None
    assert events[-1].phase.startswith("ready: ")
    assert events[-1].eta_s == 0.0
    store.note_duration(key_of(row), 500.0)
    store.remove(key_of(row))
    events.clear()
    obtain([row], store, progress=events.append)
    assert events[0].eta_s is not None
    assert events[0].eta_s > 400


def test_a_receipt_tells_nothing_of_this_machine(store: Store, ledger: Path) -> None:
    row = pretended()
    text = msgspec.json.encode(built(obtain([row], store)[row.name]).receipt).decode()
    host_name, user = platform.node(), getpass.getuser()
    for secret in (str(store.root), sys.prefix, str(Path.home()) + "/", "://", host_name):
        assert secret not in text
    assert f'"{user}"' not in text
    assert '"/' not in text


def build_elsewhere(store: Store, ledger: Path, behaviour: str) -> subprocess.Popen[bytes]:
    """A process of its own that obtains the pretended row."""
    words = (
        "from pyrometer.provision import recipes\n"
        "from pyrometer.provision.obtain import obtain\n"
        "from pyrometer.provision.store import Store\n"
        "from tests.provision_rows import FAKE_RECIPES, pretended\n"
        "recipes.__path__.append(str(FAKE_RECIPES))\n"
        "if __name__ == '__main__':\n"
        "    for one in obtain([pretended()], Store.default()).values():\n"
        "        print(getattr(one, 'root', one))\n"
    )
    environment = {
        **os.environ,
        "PYROMETER_HOME": str(store.root),
        "FAKE_LEDGER": str(ledger),
        "FAKE_BEHAVIOUR": behaviour,
    }
    argv = [sys.executable, "-c", words]
    return subprocess.Popen(argv, env=environment, stdout=subprocess.PIPE)


def test_a_killed_build_leaves_nothing_that_is_used(store: Store, ledger: Path) -> None:
    row = pretended()
    with build_elsewhere(store, ledger, "hang") as process:
        until(lambda: begun(ledger) == 1)
        process.kill()
    half = store.builds / key_of(row)
    left = list(half.glob("half-*"))
    assert left, "the build was not killed in its middle"
    assert store.find(key_of(row)) is None
    build = built(obtain([row], store)[row.name])
    assert not left[0].exists()
    assert build.root == half


def test_an_interrupted_build_is_cleared_away(store: Store, ledger: Path) -> None:
    with build_elsewhere(store, ledger, "hang") as process:
        until(lambda: begun(ledger) == 1)
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE_S)
        assert process.returncode != 0
    assert list(store.builds.iterdir()) == []


def test_two_processes_do_not_build_the_same_twice(store: Store, ledger: Path) -> None:
    with (
        build_elsewhere(store, ledger, "ok") as one,
        build_elsewhere(store, ledger, "ok") as two,
    ):
        said = {process.communicate(timeout=PATIENCE_S)[0] for process in (one, two)}
    assert said == {f"{store.builds / key_of(pretended())}\n".encode()}
    assert begun(ledger) == 1


def test_the_second_waits_for_the_first_and_says_so(store: Store, ledger: Path) -> None:
    row = pretended()
    phases: list[str] = []
    with build_elsewhere(store, ledger, "hang") as process:
        until(lambda: begun(ledger) == 1)

        def note(event: Progress) -> None:
            phases.append(event.phase)
            process.kill()

        built(obtain([row], store, progress=note)[row.name])
    assert phases[0].startswith("waiting")
    assert begun(ledger) == 2


def test_the_doctor_names_what_is_missing_and_its_cure(store: Store, ledger: Path) -> None:
    well = pretended("well-1")
    ill = pretended("ill-1", options={"lucky": False})
    unknown = replace(well, name="odd-1", recipe=replace(well.recipe, kind="magic"))
    first, second, third = doctor.examine([well, ill, unknown], store)
    assert first.healthy
    assert not first.built
    assert not second.healthy
    assert [(need.name, need.mend) for need in second.needs] == [("luck", "buy a clover")]
    assert "unknown recipe kind" in third.complaint
    assert not third.healthy


def test_the_doctor_sees_what_is_built(
    store: Store, ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = pretended(options={"lucky": False})
    obtain([row], store)
    (diagnosis,) = doctor.examine([row], store)
    assert diagnosis.built
    assert diagnosis.healthy
    monkeypatch.setenv("FAKE_STRAYS", "libz.so.1")
    (diagnosis,) = doctor.examine([row], store)
    assert diagnosis.strays == ("libz.so.1",)
    assert not diagnosis.healthy


def test_every_recipe_module_has_the_shape() -> None:
    from pyrometer.provision.recipes import RecipeModule, crate, debian, host, maven, npm, source

    # The type checker does the comparing.
    modules: list[RecipeModule] = [crate, debian, host, maven, npm, source]
    found = (crate, debian, host, maven, npm, source)
    names = {module.__name__.rpartition(".")[2] for module in found}
    assert names == set(recipes.kinds())
    assert all(module.CODE_VERSION >= 1 for module in modules)
