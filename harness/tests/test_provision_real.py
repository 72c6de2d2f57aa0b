"""One package root for real: fetched, unpacked, started, and free of the host's libraries."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyrometer.launch import Command, launch
from pyrometer.model import Build, Expectation, Recipe, Row
from pyrometer.provision.doctor import examine
from pyrometer.provision.environment import target_environment
from pyrometer.provision.obtain import obtain
from pyrometer.provision.store import Store
from pyrometer.provision.targets import target

OPTIONS = {
    "suite": "bookworm",
    "packages": ["python3.11", "libpython3.11-dev", "python3-distutils"],
    "executable": "usr/bin/python3.11",
}
ROW = Row(
    name="cpython-3.11",
    expect=Expectation(implementation="cpython", series="3.11", jit=False, gil=True),
    recipe=Recipe(kind="debian", options=OPTIONS),
)
PROGRAM = "import ssl, sqlite3, ctypes, sys; print(sys.prefix, ctypes.CDLL(None) is not None)"


@pytest.mark.interpreters
@pytest.mark.slow
def test_a_package_root_starts_and_uses_nothing_of_the_host(tmp_path: Path) -> None:
    store = Store.at(tmp_path / "store")
    build = obtain([ROW], store)["cpython-3.11"]
    assert isinstance(build, Build), build
    made = target(ROW, build)
    command = Command(argv=(*made.argv, "-c", PROGRAM), environment=target_environment({}))
    ended = launch(command)
    assert ended.ok, ended.stderr
    assert ended.stdout.decode() == f"{build.root}/usr True\n"
    assert list((build.root / "usr/lib/python3.11").glob("__pycache__/json*.pyc")) == []
    assert list((build.root / "usr/lib/python3.11/json/__pycache__").glob("*.pyc"))
    assert {"python3.11", "libc6", "libssl3"} <= {s.name for s in build.receipt.sources}
    assert set(build.receipt.toolchain) == {"apt-get", "dpkg", "patchelf"}
    assert all(version[0].isdigit() for version in build.receipt.toolchain.values())
    assert str(tmp_path) not in (build.root / "receipt.json").read_text()
    (diagnosis,) = examine([ROW], store)
    assert diagnosis.healthy
    assert diagnosis.strays == ()
    next((build.root / "usr/lib/x86_64-linux-gnu").glob("libsqlite3.so.0")).unlink()
    (diagnosis,) = examine([ROW], store)
    assert diagnosis.strays == ("libsqlite3.so.0",)
