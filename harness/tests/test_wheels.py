"""polyray and polyray-native as people install them, on two interpreters, by `nox -s wheels`."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from platform import machine

import pytest

from pyrometer import campaign as campaigns
from pyrometer.model import Build
from pyrometer.provision.environment import pip_environment
from pyrometer.provision.obtain import obtain
from pyrometer.provision.store import Store

ROOT = Path(__file__).parents[2]
PLATFORM = "manylinux_2_17_{}"
GLIBC = re.compile(rb"GLIBC_(\d+)\.(\d+)")
INTERPRETERS = ("cpython-3.11", "cpython-3.14")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.interpreters,
    pytest.mark.skipif(shutil.which("cargo") is None, reason="no cargo here"),
]


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the session makes."""
    folder = tmp_path_factory.mktemp("dist")
    # What the session is made with is kept for the next time: zig alone has 400 MB.
    words = ("-s", "wheels", "--reuse-venv=yes", "-f", str(ROOT / "noxfile.py"), "--", str(folder))
    done(sys.executable, "-m", "nox", *words)
    return folder


@dataclass(frozen=True, kw_only=True)
class Environment:
    """A fresh one of an interpreter of ours; `native` is where nothing was built or measured."""

    python: Path
    native: Path

    def run(self, *words: str, **variables: str) -> str:
        """What its Python says."""
        return done(str(self.python), *words, POLYRAY_NATIVE=str(self.native), **variables)

    def install(self, *words: str) -> None:
        """Install by pip."""
        self.run("-m", "pip", "install", "--quiet", "--disable-pip-version-check", *words)


def done(*command: str, **variables: str) -> str:
    """What a program says that ends well, with what pip has to know here."""
    ended = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        env=pip_environment() | variables,
        cwd="/",
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.fixture(params=INTERPRETERS)
def environment(request: pytest.FixtureRequest, dist: Path, tmp_path: Path) -> Environment:
    """With polyray alone."""
    (row,) = campaigns.select_rows((request.param,))
    build = obtain([row], Store.default())[row.name]
    assert isinstance(build, Build), build
    folder = tmp_path / "environment"
    done(sys.executable, "-m", "virtualenv", "-q", "-p", str(build.executable), str(folder))
    made = Environment(python=folder / "bin/python", native=tmp_path / "native")
    (wheel,) = dist.glob("polyray-*.whl")
    made.install(str(wheel))
    return made


STATUS = """
import subprocess, sys
import polyray as ray
from polyray import current

ray.init(num_cpus=1)
ray.get(ray.remote(abs).remote(-1))
words = ["-m", "polyray.cli", "status", "--session", str(current.session().node.folder)]
subprocess.run([sys.executable, *words], check=True)
"""
CHOSEN = "from polyray import accel; print(accel.ROUTE, accel.WHY)"
OTHER_LAYOUT = "import polyray_native._polyray_pyo3 as module; module.LAYOUT += 1; " + CHOSEN
KEPT = """
from accel_contract import checks_of
checks = checks_of("pyo3")
for check in checks.values():
    check()
print(len(checks))
"""


def test_the_wheel_is_one_binary_for_all_and_asks_little_of_the_machine(dist: Path) -> None:
    (wheel,) = dist.glob("polyray_native-*.whl")
    _name, _version, python, abi, platforms = wheel.stem.split("-")
    assert (python, abi) == ("cp311", "abi3")
    assert PLATFORM.format(machine()) in platforms.split(".")
    with zipfile.ZipFile(wheel) as archive:
        binary = archive.read("polyray_native/_polyray_pyo3.abi3.so")
    asked = {tuple(map(int, found)) for found in GLIBC.findall(binary)}
    assert (2, 2) < max(asked) <= (2, 17)
    assert any(dist.glob("polyray_native-*.tar.gz"))


def test_an_environment_with_both_uses_rings(environment: Environment, dist: Path) -> None:
    nothing = "socket: the worker says: no native route was measured for this interpreter"
    assert nothing in environment.run("-c", STATUS)
    environment.install("--no-index", "--find-links", str(dist), "polyray[native]")
    assert "ring: pyo3\n" in environment.run("-c", STATUS)
    assert environment.run("-c", CHOSEN) == "pyo3 it is installed, and was not measured yet\n"
    contract = str(ROOT / "runtime/tests/contract")
    assert int(environment.run("-c", KEPT, PYTHONPATH=contract)) > 30
    told = environment.run("-c", OTHER_LAYOUT)
    assert told.startswith("pure pyo3 cannot be used: ImportError: polyray-native 0.1.0 has layout")
    measured = environment.run("-m", "polyray.accel.measure")
    found = environment.run("-c", CHOSEN)
    assert "\npyo3 " in measured
    assert found in ("pyo3 the fastest of those measured\n", "pure no native route pays here\n")
