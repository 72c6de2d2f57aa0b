"""Interpreters of the machine: found, named without their path, measured where they are."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from pyrometer.errors import Mistake, WorldFailure
from pyrometer.model import Build
from pyrometer.provision.obtain import obtain
from pyrometer.provision.receipts import identity
from pyrometer.provision.recipes import host
from pyrometer.provision.store import Store
from pyrometer.provision.targets import target

WORDS = '#!/bin/sh\nexec "{program}" "$@"\n'


def program(path: Path, text: str = "#!/bin/sh\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """A machine with a Python on PATH, two of pyenv behind shims, one of uv, and other things."""
    program(tmp_path / "usr/bin/python3.11", "#!/bin/sh\n# 3.11\n")
    for link in ("python3", "python"):
        (tmp_path / "usr/bin" / link).symlink_to("python3.11")
    program(tmp_path / "usr/bin/pypy3")
    for other in ("python3-config", "python3.11-gdb.py", "pythonw", "ipython", "perl"):
        program(tmp_path / "usr/bin" / other)
    (tmp_path / "usr/bin/python3.8").write_text("not executable")
    program(tmp_path / "h/.pyenv/versions/3.9.18/bin/python3.9")
    program(tmp_path / "h/.pyenv/versions/3.9.7/bin/python3.9")
    for name in ("python3.9", "python3.11"):
        program(tmp_path / "h/.pyenv/shims" / name)
    program(tmp_path / "h/.local/share/uv/python/cpython-3.13.1-linux/bin/python3.13t")
    path = f"{tmp_path}/h/.pyenv/shims:{tmp_path}/usr/bin:{tmp_path}/missing:"
    return {"HOME": f"{tmp_path}/h", "PATH": path}


def test_every_binary_is_found_once_under_its_longest_name(
    home: dict[str, str], tmp_path: Path
) -> None:
    found = [str(path.relative_to(tmp_path)) for path in host.discover(home)]
    assert found == [
        "usr/bin/pypy3",
        "usr/bin/python3.11",
        "h/.pyenv/versions/3.9.18/bin/python3.9",
        "h/.pyenv/versions/3.9.7/bin/python3.9",
        "h/.local/share/uv/python/cpython-3.13.1-linux/bin/python3.13t",
    ]


def test_folders_that_are_named_are_looked_into(home: dict[str, str], tmp_path: Path) -> None:
    pyenv = program(tmp_path / "p/versions/3.12.1/bin/python3.12")
    uv = program(tmp_path / "u/cpython-3.14/bin/python3.14")
    environ = {"PYENV_ROOT": f"{tmp_path}/p", "UV_PYTHON_INSTALL_DIR": f"{tmp_path}/u"}
    assert host.discover(environ) == [pyenv, uv]
    data = {"HOME": "/nonexistent", "XDG_DATA_HOME": f"{tmp_path}/h/.local/share"}
    assert [path.name for path in host.discover(data)] == ["python3.13t"]


def test_names_are_unique_and_tell_no_path(home: dict[str, str], tmp_path: Path) -> None:
    elsewhere = program(tmp_path / "opt/bin/python3.11")
    shim = tmp_path / "h/.pyenv/shims/python3.9"
    paths = [*host.discover(home), shim, elsewhere]
    names = [host.row_for(path, home).name for path in paths]
    assert names[:6] == [
        "host:pypy3",
        "host:python3.11",
        "host:python3.9@pyenv-3.9.18",
        "host:python3.9@pyenv-3.9.7",
        "host:python3.13t@cpython-3.13.1-linux",
        "host:python3.9@pyenv",
    ]
    assert names[6].startswith("host:python3.11@")
    assert len(set(names)) == 7
    assert not any("/" in name for name in names)


def test_what_path_would_start_is_found_by_its_name(home: dict[str, str], tmp_path: Path) -> None:
    first = host.first_on_path("python3", home)
    assert first == tmp_path / "usr/bin/python3"
    assert host.row_for(first, home).name == "host:python3"
    assert host.first_on_path("python3.9", home) is None, "a shim is none"
    assert host.first_on_path("*", home) is None


def test_a_relative_path_is_as_good(
    home: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path / "usr/bin")
    row = host.row_for(Path("python3.11"), home)
    assert row.name == "host:python3.11"
    assert row.recipe.options == {"path": str(tmp_path / "usr/bin/python3.11")}


@pytest.mark.parametrize(
    ("name", "reason"), [("nope", "no such program"), ("python3.8", "not executable")]
)
def test_what_cannot_be_started_is_a_mistake(
    home: dict[str, str], tmp_path: Path, name: str, reason: str
) -> None:
    with pytest.raises(Mistake, match=reason):
        host.row_for(tmp_path / "usr/bin" / name, home)


def test_the_running_python_becomes_a_target(tmp_path: Path) -> None:
    store = Store.at(tmp_path / "store")
    row = host.row_for(Path(sys.executable))
    build = obtain([row], store)[row.name]
    assert isinstance(build, Build)
    made = target(row, build)
    assert made.argv == (sys.executable,)
    assert made.interpreter.variant == "host"
    assert made.interpreter.implementation == sys.implementation.name
    assert made.interpreter.parse(made.interpreter.key) == made.interpreter
    assert build.root / build.receipt.executable == Path(sys.executable)
    assert build.receipt.sha256 == identity(build.receipt)
    assert list(store.builds.iterdir()) == []


def test_a_shim_is_measured_as_what_it_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = '#!/bin/sh\n[ -n "$PYENV_VERSION" ] || exit 1\n' + WORDS.format(program=sys.executable)
    shim = program(tmp_path / ".pyenv/shims/python3.9", text)
    monkeypatch.setenv("PYENV_VERSION", "3.9.18")
    row = host.row_for(shim)
    build = obtain([row], Store.at(tmp_path / "store"))[row.name]
    assert isinstance(build, Build)
    assert build.executable == Path(sys.executable)


def test_a_program_that_is_no_python_stops_only_itself(tmp_path: Path) -> None:
    good = host.row_for(Path(sys.executable))
    bad = host.row_for(program(tmp_path / "python3.9"))
    builds = obtain([bad, good], Store.at(tmp_path / "store"))
    assert isinstance(builds[good.name], Build)
    failure = builds[bad.name]
    assert isinstance(failure, WorldFailure)
    assert failure.line.startswith(f"{bad.name}: does not answer as a Python")


def test_a_program_that_went_away_is_noticed(tmp_path: Path) -> None:
    path = program(tmp_path / "python3.9")
    row = host.row_for(path)
    path.unlink()
    with pytest.raises(Mistake, match="no such program"):
        obtain([row], Store.at(tmp_path / "store"))
    assert not host.needs(row.recipe)[0].found


def test_discovery_of_this_machine_finds_the_running_python() -> None:
    environ = {"PATH": str(Path(sys.executable).parent)}
    binaries = {path.resolve() for path in host.discover(environ)}
    assert Path(sys.executable).resolve() in binaries
